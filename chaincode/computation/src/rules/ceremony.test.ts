import type { KeyRecord, PostedSteps, StepName } from '../state/records.js';
import {
  describeCeremony,
  dissentingOf,
  partiesOf,
  phaseOf,
  requireCeremonyEpoch,
  requireCommitted,
  requireNextEpoch,
  requireMember,
  requireNotPosted,
  requirePhase,
  trialLabelOf,
} from './ceremony.js';
import {
  committed,
  committee,
  confirmed,
  dealt,
  hashes,
  key,
  next,
  nothing,
  ready,
  reshare,
  revealed,
} from '../test-support/ceremonies.js';

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
    ['DEALING', reshare, without(dealt, 'dealt', 'C')],
    ['CONFIRMING', reshare, dealt],
    ['PROVING', reshare, { ...dealt, fingerprints: hashes(next) }],
    ['READY', reshare, { ...dealt, fingerprints: hashes(next), trial: hashes(next) }],
  ])('is %s', (phase, record, posted) => {
    expect(phaseOf(record, posted)).toBe(phase);
  });

  test('waits for the contributions of new shares, where partial openings are proven against them', () => {
    const record = { ...reshare, profile: 'bfv-8192-proven-v1' };
    const some = { ...dealt, fingerprints: hashes(next) };
    expect(phaseOf(record, some)).toBe('CONFIRMING');
    const all = { ...some, contributions: hashes(next) };
    expect(phaseOf(record, without(all, 'contributions', 'D'))).toBe('CONFIRMING');
    expect(phaseOf(record, all)).toBe('PROVING');
    const lie = new Map(hashes(next)).set('C', hashes(next, ['C'], 'x').get('C') ?? []);
    expect(phaseOf(record, { ...all, contributions: lie })).toBe('CONFIRMING');
    expect(phaseOf({ ...record, profile: 'of-a-later-release' }, some)).toBe('PROVING');
  });

  test('does not go on where holders contradict each other', () => {
    const lie = new Map(ready.fingerprints).set('C', hashes(committee, ['C'], 'x').get('C') ?? []);
    expect(phaseOf(key, { ...ready, fingerprints: lie })).toBe('CONFIRMING');
    const split = new Map([...hashes(committee, ['B']), ...hashes(committee, ['C'], 'x')]);
    expect(phaseOf(reshare, { ...nothing, dealt: split })).toBe('DEALING');
  });

  test('goes on once every old share has a hash that stands', () => {
    const phase = (posted: PostedSteps['dealt']) => phaseOf(reshare, { ...nothing, dealt: posted });
    // A is to leave: its hash of s1 waits for C, and that of s0 for B.
    expect(phase(hashes(committee, ['A', 'B']))).toBe('DEALING');
    expect(phase(hashes(committee, ['A', 'C']))).toBe('DEALING');
    expect(phase(hashes(committee, ['B']))).toBe('DEALING');
    expect(phase(hashes(committee, ['B', 'C']))).toBe('CONFIRMING');
    const part = new Map(dealt.dealt).set('B', [{ shareId: 's2', hash: 'hs2' }]);
    expect(phase(part)).toBe('DEALING');
  });

  test('goes on against a member that is to leave, and tells its name', () => {
    const lie = new Map([...hashes(committee, ['A'], 'x'), ...hashes(committee, ['B', 'C'])]);
    const posted = { ...nothing, dealt: lie };
    expect(phaseOf(reshare, posted)).toBe('CONFIRMING');
    expect(dissentingOf(reshare, posted)).toEqual(['A']);
    expect(describeCeremony(reshare, posted).dissenting).toEqual(['A']);
    expect(describeCeremony(reshare, dealt)).not.toHaveProperty('dissenting');
    // A new key has no former holders, whatever is posted.
    expect(dissentingOf(key, posted)).toEqual([]);
  });

  test('tells whose signature counts as that of a dealer', () => {
    const { members } = describeCeremony(key, {
      ...ready,
      signer: new Map([['A', 'fingerprint']]),
    });
    const signers = members.map((member) => ('signer' in member ? member.signer : 'none'));
    expect(signers).toEqual(['fingerprint', 'none', 'none']);
  });

  test('takes no share from who does not hold it', () => {
    const all = [...new Set([...hashes(committee).values()].flat())];
    expect(phaseOf(reshare, { ...nothing, dealt: new Map([['C', all]]) })).toBe('DEALING');
    const two = new Map([...hashes(committee, ['C']), ['D', all]]);
    expect(phaseOf(reshare, { ...nothing, dealt: two })).toBe('DEALING');
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

describe('a ceremony', () => {
  test('is told without a label where this release does not have the profile of the key', () => {
    const gone = { ...key, profile: 'bfv-8192-mask-v1' };
    const told = describeCeremony(gone, ready);
    const { trialLabel, ...others } = describeCeremony(key, ready);
    expect(trialLabel).toBeDefined();
    expect(told).toStrictEqual(others);
    expect(() => trialLabelOf(gone, ready.fingerprints)).toThrow(
      expect.objectContaining({ code: 'ERR_PROFILE_UNKNOWN' }) as Error,
    );
  });

  test('has parties: the new members, and at a resharing the old ones too', () => {
    expect(partiesOf(key)).toEqual(['A', 'B', 'C']);
    expect(partiesOf(reshare)).toEqual(['B', 'C', 'D', 'A']);
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
    expect(told).not.toHaveProperty('dissenting');
    const before = describeCeremony(reshare, dealt);
    expect(before).not.toHaveProperty('trialLabel');
    expect(before).not.toHaveProperty('complaint');
    expect(before.members[0]).toStrictEqual({ mspId: 'B', dealt: dealt.dealt.get('B') });
  });

  test('remembers who dissented when it is over', () => {
    const ceremony = { ...reshare.ceremony, outcome: 'DONE' as const, dissenting: ['A'] };
    const over = { ...reshare, committee: next, ceremony };
    expect(dissentingOf(over, dealt)).toEqual(['A']);
    expect(describeCeremony(over, dealt).dissenting).toEqual(['A']);
    const { dissenting, ...agreed } = ceremony;
    expect(dissenting).toHaveLength(1);
    const lie = { ...nothing, dealt: hashes(committee, ['A'], 'x') };
    expect(describeCeremony({ ...over, ceremony: agreed }, lie)).not.toHaveProperty('dissenting');
  });

  test.each([
    [{ against: ['A', 'B'] }, ['A', 'B']],
    // As version 0.1 kept it.
    [{ dealer: 'A' }, ['A']],
    [{}, []],
  ])('is told with the complaint that ended it, %j', (named, against) => {
    const about = { by: 'C', reason: 'SHARE_INVALID' as const, shareId: 's1', at: 't' };
    const complaint = { ...about, ...named };
    const failed = { ...key, ceremony: { ...key.ceremony, complaint, outcome: 'FAILED' as const } };
    expect(describeCeremony(failed, ready).complaint).toStrictEqual({ ...about, against });
  });
});
