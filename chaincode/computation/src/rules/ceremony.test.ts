import type { ShareHash } from '@salus/protocol/computation';
import type { KeyRecord, PostedSteps, StepName } from '../state/records.js';
import {
  describeCeremony,
  fail,
  isDealt,
  partiesOf,
  phaseOf,
  requireCeremonyEpoch,
  requireCommitted,
  requireNextEpoch,
  requireMember,
  requireNotPosted,
  requirePhase,
  requireRunning,
  trialLabelOf,
} from './ceremony.js';
import { dealersOf, sharesHeldBy } from './shares.js';

const committee = { members: ['A', 'B', 'C'], threshold: 2 };
const other = { members: ['C', 'D'], threshold: 2 };
const key: KeyRecord = {
  keyId: 'k',
  profile: 'bfv-8192-sum-v1',
  aSeed: '00',
  purpose: 'p',
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2026-12-31T00:00:00Z',
  slotBudget: 1,
  status: 'PENDING',
  epoch: 0,
  committee,
  ceremony: { kind: 'GENERATE', epoch: 0, committee, proposedBy: 'A', proposedAt: 't' },
};
const reshare: KeyRecord = {
  ...key,
  status: 'ACTIVE',
  ceremony: { ...key.ceremony, kind: 'RESHARE', epoch: 1, committee: other },
};
const nothing: PostedSteps = {
  commitment: new Map(),
  contributions: new Map(),
  dealt: new Map(),
  fingerprints: new Map(),
  trial: new Map(),
};
const hashes = (of: typeof committee, members = of.members, text = 'h') =>
  new Map<string, ShareHash[]>(
    members.map((member) => [
      member,
      sharesHeldBy(of, member).map((shareId) => ({ shareId, hash: `${text}${shareId}` })),
    ]),
  );
const dealers = dealersOf(committee);
const committed = { ...nothing, commitment: new Map(dealers.map((one) => [one, 'c'])) };
const revealed = { ...committed, contributions: hashes(committee, [...dealers]) };
const confirmed = { ...revealed, fingerprints: hashes(committee) };
const ready = { ...confirmed, trial: hashes(committee) };
const dealt = { ...nothing, dealt: hashes(committee, ['A', 'B']) };
const without = (posted: PostedSteps, name: StepName, member: string): PostedSteps => ({
  ...posted,
  [name]: new Map<string, unknown>([...posted[name]].filter(([one]) => one !== member)),
});
const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

describe('the phase of a ceremony', () => {
  test.each<[string, KeyRecord, PostedSteps]>([
    ['COMMITTING', key, nothing],
    ['COMMITTING', key, without(ready, 'commitment', 'A')],
    ['REVEALING', key, committed],
    ['REVEALING', key, without(ready, 'contributions', 'A')],
    ['CONFIRMING', key, revealed],
    ['CONFIRMING', key, without(ready, 'fingerprints', 'C')],
    ['PROVING', key, confirmed],
    ['PROVING', key, without(ready, 'trial', 'B')],
    ['READY', key, ready],
    ['DONE', { ...key, ceremony: { ...key.ceremony, outcome: 'DONE' } }, ready],
    ['FAILED', { ...key, ceremony: { ...key.ceremony, outcome: 'FAILED' } }, ready],
    ['DEALING', reshare, nothing],
    ['DEALING', reshare, without(dealt, 'dealt', 'B')],
    ['CONFIRMING', reshare, dealt],
    ['PROVING', reshare, { ...dealt, fingerprints: hashes(other) }],
    ['READY', reshare, { ...dealt, fingerprints: hashes(other), trial: hashes(other) }],
  ])('is %s', (phase, record, posted) => {
    expect(phaseOf(record, posted)).toBe(phase);
  });

  test('does not go on where holders contradict each other', () => {
    const lie = new Map(ready.fingerprints).set('C', hashes(committee, ['C'], 'x').get('C') ?? []);
    expect(phaseOf(key, { ...ready, fingerprints: lie })).toBe('CONFIRMING');
    const disputed = new Map([...hashes(committee, ['A']), ...hashes(committee, ['B'], 'x')]);
    expect(isDealt(committee, disputed)).toBe(false);
  });

  test('takes a threshold of the old members, and every share', () => {
    const three = { members: ['A', 'B', 'C'], threshold: 3 };
    expect(isDealt(three, hashes(three, ['A', 'B']))).toBe(false);
    expect(isDealt(three, hashes(three))).toBe(true);
    expect(isDealt(committee, hashes(committee, ['A']))).toBe(false);
    const part = new Map(dealt.dealt).set('B', [{ shareId: 's0', hash: 'hs0' }]);
    expect(isDealt(committee, part)).toBe(false);
  });

  test('takes no share from who does not hold it', () => {
    const all = [...new Set([...hashes(committee).values()].flat())];
    expect(isDealt(committee, new Map([['A', all]]))).toBe(false);
    const two = new Map([...hashes(committee, ['A']), ['D', all]]);
    expect(isDealt(committee, two)).toBe(false);
  });

  test('is demanded', () => {
    expect(() => {
      requirePhase(key, committed, 'REVEALING');
    }).not.toThrow();
    expect(() => {
      requirePhase(key, nothing, 'REVEALING');
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the ceremony of key k is at another step',
        argument: 'keyId',
        expected: 'REVEALING',
        got: 'COMMITTING',
      }),
    );
  });
});

describe('a step of a ceremony', () => {
  test('belongs to its epoch', () => {
    expect(() => {
      requireCeremonyEpoch(reshare, 1);
    }).not.toThrow();
    expect(() => {
      requireCeremonyEpoch(reshare, 0);
    }).toThrow(
      failure('ERR_EPOCH_OUTDATED', {
        message: 'this is not the epoch of the ceremony',
        argument: 'epoch',
        expected: '1',
        got: '0',
      }),
    );
  });

  test('is taken once', () => {
    expect(() => {
      requireNotPosted(undefined);
    }).not.toThrow();
    expect(() => {
      requireNotPosted('c');
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'this member has taken this step already',
        expected: 'one answer of each member',
      }),
    );
  });

  test('is for those who have a part in it', () => {
    expect(() => {
      requireMember('k', ['A', 'B'], 'B');
    }).not.toThrow();
    expect(() => {
      requireMember('k', ['A', 'B'], 'C');
    }).toThrow(
      failure('ERR_FORBIDDEN', {
        message: 'C has no part in this step of key k',
        argument: 'caller',
        expected: 'A, B',
        got: 'C',
      }),
    );
  });

  test('reveals what was committed to', () => {
    expect(() => {
      requireCommitted('c', 'c');
    }).not.toThrow();
    expect(() => {
      requireCommitted('c', 'd');
    }).toThrow(
      failure('ERR_HASH_MISMATCH', {
        message: 'the contributions are not those that were committed to',
        argument: 'contribution',
        expected: 'c',
        got: 'd',
      }),
    );
    expect(() => {
      requireCommitted(undefined, 'd');
    }).toThrow(failure('ERR_HASH_MISMATCH', { expected: 'a commitment' }));
  });

  test('opens the next epoch, and skips none', () => {
    expect(() => {
      requireNextEpoch(reshare, 2);
    }).not.toThrow();
    for (const epoch of [1, 3, 1_000_000]) {
      expect(() => {
        requireNextEpoch(reshare, epoch);
      }).toThrow(
        failure('ERR_EPOCH_OUTDATED', {
          message: 'this is not the epoch that follows the latest one',
          argument: 'epoch',
          expected: '2',
          got: String(epoch),
        }),
      );
    }
  });
});

describe('the label of the trial', () => {
  test('names every fingerprint, and waits for all', () => {
    expect(trialLabelOf(key, revealed.fingerprints)).toBeUndefined();
    const label = trialLabelOf(key, confirmed.fingerprints);
    for (const text of ['k', 'hs0', 'hs1', 'hs2']) expect(label).toContain(text);
    const changed = trialLabelOf(key, hashes(committee, committee.members, 'x'));
    expect(changed).not.toBe(label);
  });
});

describe('a complaint', () => {
  const invalid = { by: 'A', reason: 'SHARE_INVALID' as const, shareId: 's0', at: 't' };
  const disputed = { ...invalid, reason: 'SHARE_DISPUTED' as const };
  const trial = { by: 'A', reason: 'TRIAL_FAILED' as const, at: 't' };

  test('by a holder ends the key, and names the dealer', () => {
    expect(fail(key, revealed, invalid)).toEqual({
      ...key,
      status: 'FAILED',
      ceremony: { ...key.ceremony, outcome: 'FAILED', complaint: { ...invalid, dealer: 'A' } },
    });
    const another = fail(key, revealed, { ...invalid, shareId: 's1' });
    expect(another.ceremony.complaint).toMatchObject({ by: 'A', shareId: 's1', dealer: 'C' });
  });

  test('in a resharing leaves the key as it is', () => {
    const failed = fail(reshare, dealt, { ...invalid, by: 'D', shareId: 's1' });
    expect(failed.status).toBe('ACTIVE');
    expect(failed.ceremony.outcome).toBe('FAILED');
    expect(failed.ceremony.complaint).not.toHaveProperty('dealer');
  });

  test('about a share is of one who holds it, while shares are confirmed', () => {
    expect(() => fail(key, revealed, { ...invalid, by: 'C' })).toThrow(failure('ERR_FORBIDDEN'));
    expect(() => fail(key, ready, invalid)).toThrow(failure('ERR_CONFLICT'));
  });

  test('about a contradiction is checked', () => {
    expect(() => fail(key, confirmed, disputed)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the holders of this share do not contradict each other',
        argument: 'shareId',
        expected: 'no complaint',
        got: 's0',
      }),
    );
    const lie = hashes(committee, ['A'], 'x').get('A') ?? [];
    for (const [name, posted] of [
      ['fingerprints', confirmed],
      ['trial', ready],
    ] as const) {
      const contradictory = { ...posted, [name]: new Map(posted[name]).set('A', lie) };
      expect(fail(key, contradictory, disputed).status).toBe('FAILED');
      expect(() => fail(key, contradictory, { ...disputed, shareId: 's2' })).toThrow(
        failure('ERR_CONFLICT', { expected: 's0, s1', got: 's2' }),
      );
    }
    const dealtApart = new Map(dealt.dealt).set('A', lie);
    expect(fail(reshare, { ...dealt, dealt: dealtApart }, disputed).ceremony.outcome).toBe(
      'FAILED',
    );
  });

  test('about the trial names no share, and comes when the trial is there', () => {
    expect(fail(key, ready, trial).status).toBe('FAILED');
    expect(() => fail(key, confirmed, trial)).toThrow(failure('ERR_CONFLICT'));
    expect(() => fail(key, ready, { ...trial, shareId: 's0' })).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'shareId: name the share at fault',
        argument: 'shareId',
        expected: 'none',
        got: 's0',
      }),
    );
    const { by, reason, at } = invalid;
    expect(() => fail(key, revealed, { by, reason, at })).toThrow(
      failure('ERR_INVALID_ARGUMENT', { expected: 'a share', got: 'none' }),
    );
  });

  test('comes too late when the ceremony is over', () => {
    const done: KeyRecord = { ...key, ceremony: { ...key.ceremony, outcome: 'DONE' } };
    expect(() => fail(done, ready, trial)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the ceremony of key k is over',
        argument: 'keyId',
        expected: 'a ceremony that goes on',
        got: 'DONE',
      }),
    );
    expect(() => {
      requireRunning(key);
    }).not.toThrow();
  });
});

describe('a ceremony', () => {
  test('has parties: the new members, and at a resharing the old ones too', () => {
    expect(partiesOf(key)).toEqual(['A', 'B', 'C']);
    expect(partiesOf(reshare)).toEqual(['C', 'D', 'A', 'B']);
  });

  test('is told with what each member posted', () => {
    const told = describeCeremony(key, without(ready, 'commitment', 'A'));
    expect(told).toMatchObject({
      kind: 'GENERATE',
      epoch: 0,
      phase: 'COMMITTING',
      committee,
      proposedBy: 'A',
      proposedAt: 't',
    });
    expect(told.trialLabel).toBe(trialLabelOf(key, ready.fingerprints));
    expect(told.members[0]).toStrictEqual({
      mspId: 'A',
      contributions: ready.contributions.get('A'),
      fingerprints: ready.fingerprints.get('A'),
      trial: ready.trial.get('A'),
    });
    expect(told.members[1]).toHaveProperty('commitment', 'c');
    const before = describeCeremony(reshare, dealt);
    expect(before).not.toHaveProperty('trialLabel');
    expect(before).not.toHaveProperty('complaint');
    expect(before.members[2]).toStrictEqual({ mspId: 'A', dealt: dealt.dealt.get('A') });
  });

  test('is told with the complaint that ended it', () => {
    const failed = fail(key, ready, { by: 'A', reason: 'TRIAL_FAILED', at: 't' });
    expect(describeCeremony(failed, ready).complaint).toEqual(failed.ceremony.complaint);
  });
});
