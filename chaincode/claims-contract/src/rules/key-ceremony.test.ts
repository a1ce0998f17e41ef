import type { ContributionRecord, KeyRecord } from '../records.js';
import {
  commit,
  describeKey,
  keyStatus,
  requireActive,
  requireMember,
  requireRevealed,
  reveal,
} from './key-ceremony.js';

const key: KeyRecord = {
  keyId: 'key-1',
  profile: 'p',
  aSeed: 's',
  members: ['A', 'B', 'C'],
  proposedBy: 'A',
  proposedAt: 't',
};
const active: KeyRecord = { ...key, publicKeyHash: 'hash', activatedAt: 't2' };
const committed = (member: string): ContributionRecord => ({ commitment: `c${member}` });
const revealed = (member: string): ContributionRecord => ({
  commitment: `c${member}`,
  contributionHash: `h${member}`,
});
const none = [undefined, undefined, undefined];
const allCommitted = key.members.map(committed);
const allRevealed = key.members.map(revealed);
const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

describe('the status of a key', () => {
  test.each([
    ['COMMITTING', key, none],
    ['COMMITTING', key, [revealed('A'), revealed('B'), undefined]],
    ['REVEALING', key, allCommitted],
    ['REVEALING', key, [revealed('A'), committed('B'), revealed('C')]],
    ['REVEALED', key, allRevealed],
    ['ACTIVE', active, allRevealed],
  ])('is %s', (status, record, contributions) => {
    expect(keyStatus(record, contributions)).toBe(status);
  });

  test('is told with what each member has published', () => {
    expect(describeKey(key, [revealed('A'), committed('B'), undefined])).toEqual({
      keyId: 'key-1',
      profile: 'p',
      aSeed: 's',
      proposedBy: 'A',
      proposedAt: 't',
      status: 'COMMITTING',
      members: [
        { mspId: 'A', commitment: 'cA', contributionHash: 'hA' },
        { mspId: 'B', commitment: 'cB' },
        { mspId: 'C' },
      ],
    });
  });
});

describe('the ceremony', () => {
  test('is for members only', () => {
    expect(() => requireMember(key, 'C')).not.toThrow();
    expect(() => requireMember(key, 'D')).toThrow(
      failure('ERR_FORBIDDEN', {
        message: 'D is not a member of the committee of key key-1',
        expected: 'A, B, C',
        got: 'D',
      }),
    );
  });

  test('takes one commitment of each member', () => {
    expect(commit(undefined, 'c')).toEqual({ commitment: 'c' });
    expect(() => commit(committed('A'), 'c')).toThrow(
      failure('ERR_CONFLICT', {
        message: 'this member has committed already',
        argument: 'commitment',
        expected: 'one commitment of each member',
      }),
    );
  });

  test('takes a contribution that was committed to', () => {
    const own = { hash: 'hB', computedCommitment: 'cB' };
    expect(reveal(key, [revealed('A'), committed('B'), committed('C')], 'B', own)).toEqual(
      revealed('B'),
    );
  });

  test('takes no contribution before every member has committed', () => {
    const own = { hash: 'hA', computedCommitment: 'cA' };
    expect(() => reveal(key, [committed('A'), committed('B'), undefined], 'A', own)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'not every member has committed yet',
        expected: 'a commitment of every member before the first contribution',
      }),
    );
  });

  test('takes no second contribution of a member', () => {
    const own = { hash: 'hA', computedCommitment: 'cA' };
    expect(() => reveal(key, allRevealed, 'A', own)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'this member has revealed already',
        argument: 'contribution',
      }),
    );
  });

  test('takes no other contribution than the one committed to', () => {
    const other = { hash: 'x', computedCommitment: 'cX' };
    expect(() => reveal(key, allCommitted, 'A', other)).toThrow(
      failure('ERR_HASH_MISMATCH', {
        message: 'the contribution is not the one that was committed to',
        argument: 'contribution',
        expected: 'cA',
        got: 'cX',
      }),
    );
  });

  test('ends when everything is revealed, once', () => {
    expect(() => requireRevealed(key, allRevealed)).not.toThrow();
    const message = 'key key-1 cannot be finalised now';
    for (const [record, contributions, got] of [
      [key, allCommitted, 'REVEALING'],
      [active, allRevealed, 'ACTIVE'],
    ] as const) {
      expect(() => requireRevealed(record, contributions)).toThrow(
        failure('ERR_CONFLICT', { message, expected: 'REVEALED', got }),
      );
    }
  });

  test('makes a key that may be used from then on', () => {
    expect(() => requireActive(active)).not.toThrow();
    expect(() => requireActive(key)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'key key-1 is not active',
        argument: 'keyId',
        expected: 'a key whose ceremony has ended',
      }),
    );
  });
});
