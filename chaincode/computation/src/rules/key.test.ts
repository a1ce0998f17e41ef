import { profileOf } from '@salus/compute';
import type { ProposeKeyRequest } from '@salus/protocol/computation';
import type { KeyRecord } from '../state/records.js';
import { checkProposal, endByNoise, requireActive, requireOpenFor, retire } from './key.js';

const profile = profileOf('bfv-8192-proven-v1');
const terms = { purposes: ['claims', 'statistics'], endorsements: 3 };
const proposal: ProposeKeyRequest = {
  keyId: 'k',
  profile: profile.name,
  members: ['A', 'B', 'C', 'D', 'E'],
  threshold: 3,
  aSeed: '00',
  purpose: 'claims',
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2026-12-31T00:00:00Z',
  slotBudget: profile.openedSlotBudget,
};
const key = {
  ...proposal,
  status: 'ACTIVE',
  committee: { members: ['A', 'B', 'C'], threshold: 2 },
} as unknown as KeyRecord;
const failure = (code: string, details: object) =>
  expect.objectContaining({ code, ...details }) as Error;

describe('a proposal of a key', () => {
  test('may use up what the chaincode and the profile allow', () => {
    expect(() => {
      checkProposal(proposal, profile, terms);
    }).not.toThrow();
  });

  test('is of a profile whose ciphertexts come with proofs', () => {
    const unproven = profileOf('bfv-8192-sum-v1');
    expect(() => {
      checkProposal({ ...proposal, profile: unproven.name }, unproven, terms);
    }).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        argument: 'profile',
        expected: 'a profile with proofs of encryption',
        got: 'bfv-8192-sum-v1',
      }),
    );
  });

  test.each<[Partial<ProposeKeyRequest>, string, string, string]>([
    [{ purpose: 'lottery' }, 'purpose', 'claims, statistics', 'lottery'],
    [
      { validTo: proposal.validFrom },
      'validTo',
      `later than ${proposal.validFrom}`,
      proposal.validFrom,
    ],
    [
      { slotBudget: profile.openedSlotBudget + 1 },
      'slotBudget',
      `at most ${profile.openedSlotBudget}`,
      String(profile.openedSlotBudget + 1),
    ],
    [{ threshold: 4 }, 'threshold', 'at most 3, as many as endorse', '4'],
  ])('is refused with %o', (change, argument, expected, got) => {
    expect(() => {
      checkProposal({ ...proposal, ...change }, profile, terms);
    }).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: `${argument}: expected ${expected}`,
        argument,
        expected,
        got,
      }),
    );
  });

  test.each([
    [3, 4],
    [2, 2],
    [3, 3],
  ])('is refused for %i of %i, which leaves shares that liars hold alone', (threshold, n) => {
    const members = proposal.members.slice(0, n);
    expect(() => {
      checkProposal({ ...proposal, members, threshold }, profile, terms);
    }).toThrow(
      failure('ERR_COMMITTEE_INVALID', {
        message: `a committee of which ${threshold} open needs ${2 * threshold - 1} members or more, not ${n}`,
        argument: 'threshold',
        got: String(threshold),
      }),
    );
  });
});

describe('a key', () => {
  test.each([proposal.validFrom, proposal.validTo, '2026-06-01T00:00:00.000Z'])(
    'takes ciphertexts of its purpose at %s',
    (now) => {
      expect(() => {
        requireOpenFor(key, 'claims', now);
      }).not.toThrow();
    },
  );

  test.each(['2025-12-31T23:59:59.999Z', '2026-12-31T00:00:00.001Z'])('takes none at %s', (now) => {
    expect(() => {
      requireOpenFor(key, 'claims', now);
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'key k takes no ciphertexts now',
        argument: 'keyId',
        expected: `${proposal.validFrom} to ${proposal.validTo}`,
        got: now,
      }),
    );
  });

  test('takes none of another purpose', () => {
    expect(() => {
      requireOpenFor(key, 'statistics', proposal.validFrom);
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'key k is for another purpose',
        argument: 'keyId',
        expected: 'claims',
        got: 'statistics',
      }),
    );
  });

  test('has to be active', () => {
    expect(() => {
      requireActive(key);
    }).not.toThrow();
    for (const check of [
      (one: KeyRecord) => {
        requireActive(one);
      },
      (one: KeyRecord) => {
        requireOpenFor(one, 'claims', proposal.validFrom);
      },
    ]) {
      expect(() => {
        check({ ...key, status: 'PENDING' });
      }).toThrow(
        failure('ERR_CONFLICT', {
          message: 'key k is not active',
          argument: 'keyId',
          expected: 'ACTIVE',
          got: 'PENDING',
        }),
      );
    }
  });
});

describe('the end of a key', () => {
  test('comes when a threshold of members has asked for it', () => {
    const asked = retire(key, 'A', 'next', 't1');
    expect(asked).toEqual({ ...key, retirement: ['A'], successor: 'next' });
    expect(retire(asked, 'B', 'next', 't2')).toEqual({
      ...key,
      retirement: ['A', 'B'],
      successor: 'next',
      status: 'RETIRED',
      retiredAt: 't2',
    });
    expect(retire(key, 'A', undefined, 't')).not.toHaveProperty('successor');
  });

  test('is asked for by a member once, and for an active key', () => {
    const asked = retire(key, 'A', 'next', 't');
    expect(() => retire(asked, 'A', 'next', 't')).toThrow(
      failure('ERR_CONFLICT', {
        message: 'this member has asked for it already',
        argument: 'keyId',
        expected: 'another member',
        got: 'A',
      }),
    );
    expect(() => retire({ ...key, status: 'RETIRED' }, 'A', undefined, 't')).toThrow(
      failure('ERR_CONFLICT', {}),
    );
  });

  test.each<[string | undefined, string | undefined]>([
    ['next', 'other'],
    ['next', undefined],
    [undefined, 'next'],
  ])('names no successor where one names %s and one %s, and comes all the same', (one, other) => {
    const over = retire(retire(key, 'A', one, 't'), 'B', other, 't');
    expect(over.status).toBe('RETIRED');
    expect(over).not.toHaveProperty('successor');
  });

  test('is not brought nearer by who was a member before a resharing', () => {
    const asked = retire(key, 'A', 'old', 't');
    const reshared = { ...asked, committee: { members: ['B', 'C', 'D'], threshold: 2 } };
    expect(retire(reshared, 'B', 'next', 't')).toMatchObject({
      status: 'ACTIVE',
      retirement: ['B'],
      successor: 'next',
    });
  });

  test('comes at once when an opening has more noise than the bound', () => {
    const asked = retire(key, 'A', 'next', 't1');
    const ended = endByNoise(asked, 'o1', 't2');
    expect(ended).toEqual({
      ...asked,
      status: 'RETIRED',
      retiredAt: 't2',
      endedBy: { reason: 'NOISE_EXCEEDED', openingId: 'o1' },
    });
    expect(() => endByNoise(ended, 'o2', 't3')).toThrow(
      failure('ERR_CONFLICT', { argument: 'keyId', expected: 'ACTIVE', got: 'RETIRED' }),
    );
  });
});
