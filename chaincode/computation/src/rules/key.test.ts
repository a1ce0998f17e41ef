import { profileOf } from '@salus/compute';
import type { ProposeKeyRequest } from '../api.js';
import type { KeyRecord } from '../records.js';
import { checkProposal, requireActive, requireOpenFor, retire } from './key.js';

const profile = profileOf('bfv-8192-sum-v1');
const terms = { purposes: ['claims', 'statistics'], endorsements: 3 };
const proposal: ProposeKeyRequest = {
  keyId: 'k',
  profile: profile.name,
  members: ['A', 'B', 'C', 'D'],
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
  ])('with %o is refused', (change, argument, expected, got) => {
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

  test('is for a committee that is possible', () => {
    expect(() => {
      checkProposal({ ...proposal, members: ['A', 'B'] }, profile, terms);
    }).toThrow(failure('ERR_COMMITTEE_INVALID', {}));
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

  test.each<[string, string | undefined, string, string, string]>([
    ['A', 'next', 'this member has asked for it already', 'another member', 'A'],
    ['B', 'other', 'the members name different successors', 'next', 'other'],
    ['B', undefined, 'the members name different successors', 'next', 'no successor'],
  ])('is not asked for by %s with %s', (mspId, successor, message, expected, got) => {
    const asked = retire(key, 'A', 'next', 't');
    expect(() => retire(asked, mspId, successor, 't')).toThrow(
      failure('ERR_CONFLICT', { message, expected, got }),
    );
  });

  test('may have no successor, which all have to say', () => {
    const asked = retire(key, 'A', undefined, 't');
    expect(() => retire(asked, 'B', 'next', 't')).toThrow(
      failure('ERR_CONFLICT', { expected: 'no successor', got: 'next' }),
    );
    expect(retire(asked, 'B', undefined, 't').status).toBe('RETIRED');
    expect(() => retire({ ...key, status: 'RETIRED' }, 'A', undefined, 't')).toThrow(
      failure('ERR_CONFLICT', {}),
    );
  });
});
