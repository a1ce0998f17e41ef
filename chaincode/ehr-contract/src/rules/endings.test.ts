import fc from 'fast-check';
import { isVoid, isVoidForGood, jwkThumbprint, type KeyEnd } from '@salus/protocol';
import type { Patient, PatientKey } from '@salus/protocol/ehr';
import {
  guardianBoard,
  jwkOf,
  may,
  newKey,
  patient,
  patientKey,
} from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import {
  heirsOf,
  isClosedBy,
  isContested,
  isSenior,
  isUnheard,
  settled,
  suspicionOf,
  voidSince,
  withoutWords,
} from './endings.js';
import { withKey, withKeyEnded } from './patient-keys.js';
import { recovered, withGuardians, withRecovery, withVeto, type Approval } from './recovery.js';
import { signerOf, type SignedAction } from './signer.js';

const kidOf = (number: number) => jwkThumbprint(jwkOf(number));
const statusOf = (of: Patient) => of.keys.map(({ kid, status }) => `${kid} ${status}`);
const active = (of: Patient) =>
  of.keys.filter(({ status }) => status === 'ACTIVE').map(({ kid }) => kid);

/** The first key, a spare that it added, a second spare, and a phone that was added later. */
const family = (more: Partial<Patient> = {}) =>
  patient({
    keys: [
      patientKey('first'),
      patientKey('spare', { addedBy: 'first', addedAt: may(2) }),
      patientKey('safe', { addedBy: 'first', addedAt: may(3) }),
      patientKey('late', { addedBy: 'first', addedAt: may(10) }),
    ],
    ...more,
  });

type Say = readonly [
  by: string,
  key: string,
  lostSince?: string | undefined,
  status?: KeyEnd['status'] | undefined,
];

/** Has keys say of others that they have ended, one after the other. */
function said(of: Patient, at: string, ...words: readonly Say[]): Patient {
  return words.reduce(
    (before, [by, key, lostSince, status = 'LOST']) =>
      withKeyEnded(before, { key, status, lostSince }, { by, at }),
    of,
  );
}

describe("a key's word about another one", () => {
  test('closes it at once, and is final after three days', () => {
    const after = said(family(), may(12), ['spare', 'first', may(11)]);
    expect(after.keys[0]).toStrictEqual(
      patientKey('first', { status: 'LOST', endedAt: may(12), lostSince: may(11) }),
    );
    const word = { key: 'first', by: 'spare', status: 'LOST', lostSince: may(11), at: may(12) };
    expect(after.endings).toStrictEqual([{ ...word, finalAt: may(15) }]);
    expect(isContested(after, 'first')).toBe(true);
    expect(isContested(after, 'spare')).toBe(false);
    expect(settled(after, may(15, '11:59:59.999'))).toBe(after);
    const { endings: _final, ...final } = after;
    expect(settled(after, may(15))).toStrictEqual(final);
    expect(isContested(final, 'first')).toBe(false);
    expect(settled(family(), may(30))).toStrictEqual(family());
  });

  test('retires it as well', () => {
    const after = said(family(), may(12), ['late', 'first', undefined, 'RETIRED']);
    const retired = patientKey('first', { status: 'RETIRED', endedAt: may(12) });
    expect(after.keys[0]).toStrictEqual(retired);
    expect(settled(after, may(15)).keys[0]).toStrictEqual(retired);
    const back = said(after, may(13), ['first', 'late']);
    expect(active(settled(back, may(16)))).toEqual(['first', 'spare', 'safe']);
  });

  test('says nothing of the time before the ledger had the junior key that says it', () => {
    const since = (by: string, key: string, lostSince?: string) =>
      voidSince(family(), { key, by, lostSince, status: 'LOST', at: may(12) });
    expect(since('late', 'first', may(5))).toBe(may(10));
    expect(since('late', 'first')).toBe(may(10));
    expect(since('late', 'first', may(11))).toBe(may(11));
    expect(since('first', 'late', may(5))).toBe(may(5));
    expect(since('first', 'late')).toBeUndefined();
    const shown = said(family(), may(12), ['late', 'first']).keys[0];
    expect(shown?.lostSince).toBe(may(10));
    const senior = said(family(), may(12), ['first', 'late']).keys[3];
    expect(senior).not.toHaveProperty('lostSince');
  });

  test('of several counts the one that reaches back furthest', () => {
    const after = said(
      family(),
      may(12),
      ['late', 'spare', may(11)],
      ['safe', 'spare', may(9)],
      ['first', 'spare', may(10)],
    );
    expect(after.keys[1]).toMatchObject({ status: 'LOST', lostSince: may(9), endedAt: may(12) });
    const ever = said(after, may(12), ['first', 'spare']);
    expect(ever.keys[1]).not.toHaveProperty('lostSince');
  });

  test('is said once, and then only as a loss, or a longer one', () => {
    const once = said(family(), may(12), ['spare', 'first', may(12), 'LOST']);
    const again = (lostSince?: string, status: KeyEnd['status'] = 'LOST') =>
      refusalOf(() => said(once, may(13), ['spare', 'first', lostSince, status]));
    const same =
      'ERR_CONFLICT key: The key has said so already (another word than before, not the same)';
    expect(again(may(12))).toBe(same);
    expect(again(may(13))).toBe(same);
    expect(again(undefined, 'RETIRED')).toBe(same);
    expect(again(may(11))).toBe('taken');
    expect(again()).toBe('taken');
    const untold = said(family(), may(12), ['spare', 'first']);
    expect(refusalOf(() => said(untold, may(13), ['spare', 'first']))).toBe(same);
    expect(refusalOf(() => said(untold, may(13), ['spare', 'first', may(9)]))).toBe('taken');
    const retired = said(family(), may(12), ['spare', 'first', undefined, 'RETIRED']);
    expect(refusalOf(() => said(retired, may(13), ['spare', 'first']))).toBe('taken');
    expect(refusalOf(() => said(retired, may(13), ['safe', 'first']))).toBe('taken');
    const longer = said(once, may(13), ['spare', 'first', may(11)]);
    // It does not put off the end.
    expect(longer.endings).toMatchObject([{ lostSince: may(11), at: may(12), finalAt: may(15) }]);
  });

  test('of a key that ended for good can be taken back, and then it is as it was', () => {
    const ended = { status: 'RETIRED', endedAt: may(6) } as const;
    const keys = [patientKey('first', ended), ...family().keys.slice(1)];
    const after = said(family({ keys }), may(12), ['late', 'first']);
    expect(after.keys[0]).toMatchObject({ status: 'LOST', endedAt: may(6), lostSince: may(10) });
    expect(isContested(after, 'first')).toBe(false);
    expect(isClosedBy(after, 'first', 'late')).toBe(false);
    expect(withoutWords(after)).toStrictEqual(family({ keys }));
    expect(said(after, may(12), ['spare', 'late']).keys[0]).toStrictEqual(keys[0]);
    expect(settled(after, may(15)).keys[0]).toMatchObject({ status: 'LOST', endedAt: may(6) });
    const since = { status: 'LOST', endedAt: may(6), lostSince: may(11) } as const;
    const lost = family({ keys: [patientKey('first', since), ...family().keys.slice(1)] });
    const longer = said(lost, may(12), ['late', 'first', may(1)]);
    expect(longer.keys[0]).toMatchObject({ lostSince: may(10) });
    expect(withoutWords(longer)).toStrictEqual(lost);
    expect(refusalOf(() => said(lost, may(12), ['late', 'first', may(11)]))).toMatch(/ended/);
  });

  test('about the own key is final at once, and takes nothing along', () => {
    const guardians = guardianBoard({ setBy: 'first', setAt: may(5) });
    const after = said(family({ guardians }), may(12), ['first', 'first']);
    expect(statusOf(after)).toEqual(['first LOST', 'spare ACTIVE', 'safe ACTIVE', 'late ACTIVE']);
    expect(after.endings).toBeUndefined();
    expect(after.guardians).toEqual(guardians);
    // What the key said of others falls with it.
    const before = said(family(), may(11), ['spare', 'late'], ['spare', 'spare']);
    expect(statusOf(before)).toEqual(['first ACTIVE', 'spare LOST', 'safe ACTIVE', 'late ACTIVE']);
  });
});

describe('a closed key', () => {
  test('contradicts, which closes the other one too; then both wait, and the senior one prevails', () => {
    const both = said(said(family(), may(12), ['late', 'first']), may(13), ['first', 'late']);
    expect(active(both)).toEqual(['spare', 'safe']);
    // The whole delay runs again: guardians have the time to decide.
    expect(both.endings?.map(({ finalAt }) => finalAt)).toEqual([may(16), may(16)]);
    expect(settled(both, may(15))).toBe(both);
    const after = settled(both, may(16));
    expect(active(after)).toEqual(['first', 'spare', 'safe']);
    expect(after.keys[0]).toStrictEqual(patientKey('first'));
    expect(after.endings).toBeUndefined();
  });

  test('prevails as the senior one whoever spoke first', () => {
    const both = said(said(family(), may(12), ['first', 'late']), may(13), ['late', 'first']);
    expect(active(both)).toEqual(['spare', 'safe']);
    expect(active(settled(both, may(16)))).toEqual(['first', 'spare', 'safe']);
  });

  test('signs nothing but that', () => {
    const closed = said(family(), may(12), ['late', 'first']);
    expect(isClosedBy(closed, 'first', 'late')).toBe(true);
    expect(isClosedBy(closed, 'first', 'spare')).toBe(false);
    expect(isClosedBy(closed, 'late', 'first')).toBe(false);
    const sign = (action: 'contradict' | 'keys' | 'grant' | 'self' | 'withdraw') =>
      refusalOf(() => signerOf(closed, 'first', may(12), { action }));
    expect(sign('contradict')).toBe('taken');
    for (const action of ['keys', 'grant', 'self', 'withdraw'] as const) {
      expect(sign(action)).toMatch(/no longer active/);
    }
  });

  test('is free at once where a key senior to its accuser, which nobody has closed, ends that one', () => {
    const closed = said(family(), may(12), ['late', 'spare'], ['late', 'safe']);
    expect(active(closed)).toEqual(['first', 'late']);
    expect(active(said(closed, may(12), ['first', 'late']))).toEqual(['first', 'spare', 'safe']);
    // A key that is closed itself frees nobody, and a junior one neither.
    expect(active(said(closed, may(12), ['spare', 'late']))).toEqual(['first']);
    const junior = said(family(), may(12), ['spare', 'first'], ['late', 'spare']);
    expect(active(junior)).toEqual(['safe', 'late']);
  });

  test('is not ended by a word whose key is closed by another one', () => {
    // Late closes first. Spare, whom late has closed as well, contradicts.
    const words: Say[] = [
      ['late', 'first'],
      ['late', 'spare'],
    ];
    const after = said(said(family(), may(12), ...words), may(14), ['spare', 'late']);
    expect(active(settled(after, may(16)))).toEqual(['safe']);
    expect(active(settled(after, may(17)))).toEqual(['first', 'spare', 'safe']);
  });

  test('does not wait for ever where each accuser is closed by another: the senior word goes first', () => {
    const keys = [
      patientKey('k'),
      patientKey('s', { addedBy: 'k', addedAt: may(2) }),
      patientKey('t', { addedBy: 'k', addedAt: may(10) }),
    ];
    // K closes S; T closes K; S calls K lost since before K added T, and takes T along.
    const words: Say[] = [
      ['k', 's'],
      ['t', 'k'],
      ['s', 'k', may(9)],
    ];
    const circle = said(patient({ keys }), may(12), ...words);
    expect(active(circle)).toEqual([]);
    // K's word against S stands, which frees T. Nothing contradicts T.
    expect(active(settled(circle, may(15)))).toEqual(['t']);
    const contradicted = said(circle, may(13), ['k', 't']);
    expect(active(settled(contradicted, may(16)))).toEqual(['k']);
  });
});

describe('two keys', () => {
  test('that are independent end a third one for good, whatever it says', () => {
    const one = said(family(), may(12), ['spare', 'first'], ['first', 'spare']);
    expect(active(one)).toEqual(['safe', 'late']);
    const two = said(one, may(12), ['safe', 'first']);
    expect(active(two)).toEqual(['spare', 'safe', 'late']);
    expect(two.endings).toBeUndefined();
    expect(two.keys[0]?.status).toBe('LOST');
  });

  test('end it only where they have stood for the delay', () => {
    const end = (at: string) => {
      const keys = [...family().keys, patientKey('new', { addedBy: 'first', addedAt: may(9) })];
      return said(family({ keys }), at, ['new', 'first'], ['spare', 'first']);
    };
    expect(isContested(end(may(12, '11:59:59.999')), 'first')).toBe(true);
    expect(isContested(end(may(12)), 'first')).toBe(false);
  });

  test.each<[string, readonly Say[]]>([
    [
      'of which one added the other',
      [
        ['safe', 'late'],
        ['first', 'late'],
      ],
    ],
    [
      'that another than the accused added',
      [
        ['safe', 'late'],
        ['spare', 'late'],
      ],
    ],
    [
      'of which the first is closed by another',
      [
        ['spare', 'first'],
        ['late', 'spare'],
        ['safe', 'first'],
      ],
    ],
  ])('%s are not independent', (_which, words) => {
    const after = said(family(), may(20), ...words);
    expect(isContested(after, words.at(-1)?.[1] ?? '')).toBe(true);
  });

  test('of which the second is closed by another are not independent', () => {
    // Spare is closed by late, and contradicts it; safe speaks of late as well.
    const keys = family().keys.map((key) => (key.kid === 'safe' ? { ...key, addedBy: 'x' } : key));
    const words: Say[] = [
      ['spare', 'first'],
      ['first', 'spare'],
      ['late', 'safe'],
      ['safe', 'late'],
    ];
    const after = said(family({ keys }), may(20), ...words);
    expect(isContested(after, 'late')).toBe(true);
  });
});

describe('what a lost key added', () => {
  const line = (of: Patient = family()) =>
    patient({
      ...of,
      keys: [
        ...of.keys,
        patientKey('thief', { addedBy: 'first', addedAt: may(11) }),
        patientKey('heir', { addedBy: 'thief', addedAt: may(12) }),
      ],
    });

  test('is closed with it, where a time is told and the accuser is older', () => {
    expect(heirsOf(line(), { key: 'first', by: 'spare' }, may(10))).toEqual([
      'late',
      'thief',
      'heir',
    ]);
    expect(heirsOf(line(), { key: 'first', by: 'late' }, may(1))).toEqual(['thief', 'heir']);
    expect(heirsOf(line(), { key: 'first', by: 'heir' }, may(1))).toEqual([]);
    expect(heirsOf(line(), { key: 'safe', by: 'first' }, may(1))).toEqual([]);
    const after = said(line(), may(13), ['spare', 'first', may(11)]);
    expect(active(after)).toEqual(['spare', 'safe', 'late']);
    expect(after.keys[4]).toMatchObject({ status: 'LOST', endedAt: may(13) });
    expect(after.keys[4]).not.toHaveProperty('lostSince');
    expect(active(settled(after, may(16)))).toEqual(['spare', 'safe', 'late']);
  });

  test('stays where no time is told', () => {
    const after = said(line(), may(13), ['spare', 'first']);
    expect(active(after)).toEqual(['spare', 'safe', 'late', 'thief', 'heir']);
    const retired = said(line(), may(13), ['spare', 'first', undefined, 'RETIRED']);
    expect(active(retired)).toEqual(['spare', 'safe', 'late', 'thief', 'heir']);
  });

  test('is void too where it has retired, and stays as it is where it is lost', () => {
    const ended: Partial<PatientKey> = { status: 'RETIRED', endedAt: may(12) };
    const lost: Partial<PatientKey> = { status: 'LOST', endedAt: may(12), lostSince: may(12) };
    const [thief, heir] = line().keys.slice(4) as [PatientKey, PatientKey];
    const keys = [...family().keys, { ...thief, ...ended }, { ...heir, ...lost }];
    const after = said(family({ keys }), may(13), ['spare', 'first', may(11)]);
    expect(after.keys.slice(4)).toStrictEqual([
      { ...thief, status: 'LOST', endedAt: may(12) },
      { ...heir, ...lost },
    ]);
  });

  test('is free again with it', () => {
    const after = said(line(), may(13), ['spare', 'first', may(11)]);
    const back = said(after, may(13), ['first', 'spare']);
    expect(active(back)).toEqual(['safe', 'late']);
    expect(active(settled(back, may(16)))).toEqual(['first', 'safe', 'late', 'thief', 'heir']);
  });
});

describe('guardians', () => {
  const named = { threshold: 1, guardians: [jwkOf(31)], delaySeconds: 0 };
  const none = { threshold: 0, guardians: [], delaySeconds: 0 };
  const set = (of: Patient, by: string, at: string, terms = named) =>
    withGuardians(of, terms, { by, at, jti: `jti-${by}` });
  const guarded = family({ guardians: guardianBoard({ setBy: 'first', setAt: may(4) }) });

  test('make way for others after the delay only', () => {
    for (const terms of [named, none]) {
      const after = set(guarded, 'late', may(12), terms);
      expect(after.guardians).toEqual(guarded.guardians);
      expect(after.nextGuardians).toMatchObject({ by: 'late', effectiveAt: may(15) });
      expect(settled(after, may(14))).toBe(after);
      const then = settled(after, may(15));
      expect(then.guardians?.kids.map(({ kid }) => kid)).toEqual(
        terms === named ? [kidOf(31)] : undefined,
      );
      expect(then.nextGuardians).toBeUndefined();
      expect(Object.keys(then).includes('guardians')).toBe(terms === named);
    }
  });

  test('are the ones that were named last, and none of the keys', () => {
    const twice = set(set(guarded, 'late', may(12)), 'spare', may(13), none);
    expect(twice.nextGuardians).toStrictEqual({ by: 'spare', effectiveAt: may(16) });
    const add = () =>
      withKey(set(guarded, 'late', may(12)), newKey(31), { by: 'first', proof: [], at: may(12) });
    expect(refusalOf(add)).toMatch(/ERR_ALREADY_EXISTS/);
  });

  test('stay where the change is vetoed', () => {
    const after = set(guarded, 'late', may(12));
    expect(withVeto(after)).toStrictEqual(guarded);
    expect(refusalOf(() => withVeto(guarded))).toMatch(/No recovery is going on/);
  });

  test('stay while the key is closed that named others, and where it has ended', () => {
    const closed = said(set(guarded, 'late', may(12)), may(13), ['spare', 'late']);
    expect(settled(closed, may(15))).toBe(closed);
    const after = settled(closed, may(16));
    expect(after.guardians).toEqual(guarded.guardians);
    expect(after.nextGuardians).toBeUndefined();
    const kept = settled(said(set(guarded, 'first', may(12)), may(13), ['spare', 'late']), may(14));
    expect(kept.nextGuardians).toMatchObject({ by: 'first' });
  });

  test('go with the key that named them, where it was lost by then, as it was told', () => {
    const lost = (lostSince?: string, status?: KeyEnd['status']) =>
      settled(said(guarded, may(12), ['spare', 'first', lostSince, status]), may(15)).guardians;
    expect(lost(may(4))).toBeUndefined();
    expect(lost(may(5))).toEqual(guarded.guardians);
    expect(lost()).toEqual(guarded.guardians);
    expect(lost(undefined, 'RETIRED')).toEqual(guarded.guardians);
    // Nobody removes whom another key named before it was there.
    const late = settled(said(guarded, may(12), ['late', 'first', may(1)]), may(15));
    expect(late.guardians).toEqual(guarded.guardians);
    const other = said(guarded, may(12), ['first', 'spare', may(1)]);
    expect(settled(other, may(15)).guardians).toEqual(guarded.guardians);
  });

  test('are suspected where they were named by a key that was lost by then', () => {
    const suspicion = (...words: Say[]) => suspicionOf(said(guarded, may(12), ...words));
    const [word] = said(guarded, may(12), ['spare', 'first', may(4)]).endings ?? [];
    expect(suspicion(['late', 'safe', may(1)], ['spare', 'first', may(4)])).toStrictEqual(word);
    expect(suspicion(['spare', 'first', may(5)])).toBeUndefined();
    expect(suspicion(['spare', 'first'])).toBeUndefined();
    expect(suspicion(['late', 'first', may(4)])).toBeUndefined();
    expect(suspicion(['first', 'spare', may(4)])).toBeUndefined();
    expect(suspicion(['spare', 'first', undefined, 'RETIRED'])).toBeUndefined();
    expect(suspicionOf(said(family(), may(12), ['spare', 'first', may(4)]))).toBeUndefined();
  });

  const approvals = (kids: readonly string[]): Approval[] =>
    kids.map((kid) => ({ kid, jti: kid, key: newKey(41), olderKeys: 'LOST' as const }));

  test('whom one key has just named recover nobody before others can speak', () => {
    const begun = (of: Patient) =>
      withRecovery(set(of, 'late', may(12)), approvals([kidOf(31)]), may(12)).recovery.effectiveAt;
    expect(begun(family())).toBe(may(15));
    const alone = patient({ keys: [patientKey('late')] });
    expect(begun(alone)).toBe(may(12));
    const closed = said(family({ keys: family().keys.slice(2) }), may(12), ['late', 'safe']);
    expect(begun(closed)).toBe(may(15));
    const ended = family().keys.map((key) =>
      key.kid === 'late' ? key : { ...key, status: 'LOST' as const },
    );
    expect(begun(family({ keys: ended }))).toBe(may(12));
    const old = set(family(), 'late', may(5));
    expect(withRecovery(old, approvals([kidOf(31)]), may(12)).recovery.effectiveAt).toBe(may(12));
  });

  test('are vetoed also by a key that was closed before it had three days to object', () => {
    const closed = (at: string) => said(guarded, at, ['late', 'first'], ['late', 'safe']);
    expect(isUnheard(closed(may(6)), 'first')).toBe(true);
    expect(isUnheard(closed(may(7)), 'first')).toBe(false);
    expect(isUnheard(closed(may(6)), 'spare')).toBe(false);
    expect(isUnheard(said(family(), may(6), ['late', 'first']), 'first')).toBe(false);
    // What had ended for good was not closed.
    const keys = [patientKey('first', { status: 'RETIRED' }), ...family().keys.slice(1)];
    const retired = family({ keys, guardians: guardianBoard({ setAt: may(4) }) });
    expect(isUnheard(said(retired, may(6), ['late', 'first']), 'first')).toBe(false);
  });

  test('wait with a recovery while the key that named them is called lost since before', () => {
    const thiefs = set(family(), 'first', may(10));
    const begun = withRecovery(thiefs, approvals([kidOf(31)]), may(12));
    const disputed = said(begun, may(12), ['spare', 'first', may(9)]);
    expect(refusalOf(() => recovered(disputed, may(15)))).toBe(
      'ERR_CONFLICT recovery: The key that named the guardians is called lost since before ' +
        "(guardians of the patient's, or the end of that dispute at 2026-05-15T12:00:00.000Z, " +
        'not guardians that a thief may have named)',
    );
    // It stops nothing: the word becomes final, and the guardians fall with their recovery.
    const after = settled(disputed, may(15));
    expect([after.guardians, after.recovery, after.endings]).toEqual(Array(3).fill(undefined));
    const since = said(begun, may(12), ['spare', 'first', may(11)]);
    expect(settled(since, may(15))).toBe(since);
    expect(refusalOf(() => recovered(since, may(15)))).toBe('taken');
  });

  test('decide a dispute of keys, which waits for them', () => {
    const both = said(guarded, may(12), ['first', 'spare'], ['spare', 'first']);
    const begun = withRecovery(both, approvals(['guardian-11', 'guardian-12']), may(14));
    expect(settled(begun, may(20))).toBe(begun);
    const after = recovered(settled(begun, may(20)), may(20));
    expect(active(after)).toEqual([kidOf(41)]);
    expect(after.endings).toBeUndefined();
    expect(after.keys.map(({ status }) => status).slice(0, 4)).toEqual(Array(4).fill('LOST'));
    expect(after.guardians).toEqual(guarded.guardians);
    const pending = { ...begun, nextGuardians: { by: 'first', effectiveAt: may(13) } };
    expect(recovered(pending, may(20)).nextGuardians).toBeUndefined();
  });
});

describe('what a key signed that is called lost', () => {
  const closed = said(family(), may(12), ['late', 'first', may(11)]);
  const by = (kid: string) => ({ kid, at: may(11), action: 'grant' }) as const;

  test('permits nothing from then on, and denies until that is final', () => {
    expect(isVoid(closed, by('first'))).toBe(true);
    expect(isVoidForGood(closed, by('first'))).toBe(false);
    expect(isVoidForGood(settled(closed, may(15)), by('first'))).toBe(true);
    expect(isVoidForGood(closed, by('spare'))).toBe(false);
  });
});

describe('a patient whose key was stolen', () => {
  /** The first key, the spare and the guardians, as docs/patients.md advises. */
  const wise = () =>
    patient({
      keys: [patientKey('first'), patientKey('spare', { addedBy: 'first', addedAt: may(2) })],
      guardians: guardianBoard({ setBy: 'first', setAt: may(3) }),
    });
  const withThief = () => withKey(wise(), newKey(51), { by: 'first', proof: ['t'], at: may(10) });
  const thief = kidOf(51);

  test('keeps spare key and guardians when the thief says by an added key that the first is lost', () => {
    const after = said(withThief(), may(10), [thief, 'first']);
    expect(active(after)).toEqual(['spare', thief]);
    expect(after.guardians).toEqual(wise().guardians);
    const then = settled(after, may(20));
    expect(active(then)).toEqual(['spare', thief]);
    expect(then.guardians).toEqual(wise().guardians);
    // The spare key ends the thief's, and has been freed from nothing: nobody had closed it.
    expect(active(said(after, may(11), ['spare', thief]))).toEqual(['first', 'spare']);
  });

  test('ends the first key by the spare one, and what the thief added by it', () => {
    const after = said(withThief(), may(11), ['spare', 'first', may(9)]);
    expect(active(after)).toEqual(['spare']);
    const then = settled(after, may(14));
    expect(active(then)).toEqual(['spare']);
    expect(then.guardians).toEqual(wise().guardians);
  });

  test('is recovered by the guardians, whatever the thief does by the first key', () => {
    const other = { threshold: 1, guardians: [jwkOf(61)], delaySeconds: 0 };
    let now = said(withThief(), may(10), ['first', 'spare']);
    now = withGuardians(now, other, { by: 'first', at: may(10), jti: 'thief' });
    now = said(now, may(11), ['spare', 'first', may(9)]);
    expect(active(now)).toEqual([]);
    const approvals = ['guardian-11', 'guardian-13'].map((kid): Approval => {
      return { kid, jti: kid, key: newKey(41), olderKeys: 'LOST', lostSince: may(9) };
    });
    now = withRecovery(settled(now, may(12)), approvals, may(12));
    for (const kid of ['first', thief]) {
      const veto = () => signerOf(settled(now, may(13)), kid, may(13), { action: 'self' });
      expect(refusalOf(veto)).toMatch(/no longer active/);
    }
    const after = recovered(settled(now, may(20)), may(20));
    expect(active(after)).toEqual([kidOf(41)]);
    expect(after.guardians).toEqual(wise().guardians);
  });

  test('keeps the first key where the spare one was stolen', () => {
    let now = said(wise(), may(10), ['spare', 'first']);
    expect(active(now)).toEqual(['spare']);
    now = said(now, may(12), ['first', 'spare', may(9)]);
    expect(active(now)).toEqual([]);
    expect(active(settled(now, may(15)))).toEqual(['first']);
  });
});

describe('no junior key, with all keys that it adds,', () => {
  const start = Date.parse(may(1));
  const timeOf = (hours: number) => new Date(start + hours * 3_600_000).toISOString();
  const step = fc.record({
    hours: fc.integer({ min: 0, max: 100 }),
    act: fc.constantFrom('add', 'end', 'end', 'end', 'guardians', 'recover', 'complete'),
    by: fc.nat(7),
    of: fc.nat(7),
    status: fc.constantFrom<KeyEnd['status']>('RETIRED', 'LOST', 'LOST'),
    since: fc.option(fc.nat(400), { nil: undefined }),
  });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  const first = patientKey('first', { addedAt: timeOf(0) });
  const board = guardianBoard({ setBy: 'first', setAt: timeOf(3) });

  /** One play: a thief has the stolen key, and the patient the first one. */
  class Play {
    now: Patient;
    #hours = 4;
    #added = 0;

    constructor(isGuarded: boolean) {
      this.now = patient({
        keys: [
          first,
          patientKey('spare', { addedBy: 'first', addedAt: timeOf(1) }),
          patientKey('stolen', { addedBy: 'first', addedAt: timeOf(2) }),
        ],
        ...(isGuarded && { guardians: board }),
      });
    }

    get at(): string {
      return timeOf(this.#hours);
    }

    /** The patient looks at the trail each day, and keeps at it. */
    wait(hours: number): void {
      for (let left = hours; left > 0; left -= 24) {
        this.#hours += Math.min(left, 24);
        this.now = settled(this.now, this.at);
        this.#look();
      }
    }

    /** What the thief does by the stolen key, or one that it led to. */
    act({ act, by: which, of, status, since }: Step): void {
      const { keys } = this.now;
      const thiefs = keys.filter(({ kid }) => isThiefs(kid));
      const by = thiefs[which % thiefs.length]?.kid ?? '';
      const { at } = this;
      switch (act) {
        case 'add':
          this.#sign(by, 'keys', () =>
            withKey(this.now, newKey(100 + this.#added++), { by, proof: [], at }),
          );
          break;
        case 'end': {
          const key = keys[of % keys.length]?.kid ?? '';
          const isTold = since !== undefined && status === 'LOST' && since <= this.#hours;
          this.#end(by, key, status, isTold ? timeOf(since) : undefined);
          break;
        }
        case 'guardians': {
          const terms = { threshold: 1, guardians: [jwkOf(99)], delaySeconds: 0 };
          this.#sign(by, 'keys', () => withGuardians(this.now, terms, { by, at, jti: 'thief' }));
          break;
        }
        case 'recover': {
          const approval = { kid: kidOf(99), jti: 'j', olderKeys: 'LOST' as const };
          const approvals = [{ ...approval, key: newKey(100 + this.#added++) }];
          this.#attempt(() => withRecovery(this.now, approvals, at));
          break;
        }
        default:
          this.#attempt(() => recovered(this.now, at));
      }
    }

    #look(): void {
      const { endings = [], nextGuardians, guardians, recovery } = this.now;
      for (const { key, by } of endings) if (key === 'first') this.#end('first', by);
      for (const by of [nextGuardians?.by, guardians?.setBy]) {
        const since = guardians?.setBy === by ? guardians?.setAt : undefined;
        if (by !== undefined && isThiefs(by)) this.#end('first', by, 'LOST', since);
      }
      const isTheirs = guardians !== undefined && isThiefs(guardians.setBy);
      if (isTheirs && nextGuardians?.by !== 'first') {
        const none = { threshold: 0, guardians: [], delaySeconds: 0 };
        const named = { by: 'first', at: this.at, jti: 'own' };
        this.#sign('first', 'keys', () => withGuardians(this.now, none, named));
      }
      const isChanging = nextGuardians !== undefined && isThiefs(nextGuardians.by);
      if (recovery === undefined && !isChanging) return;
      const action = isUnheard(this.now, 'first') ? 'contradict' : 'self';
      this.#sign('first', action, () => withVeto(this.now));
    }

    #end(by: string, key: string, status: KeyEnd['status'] = 'LOST', lostSince?: string): void {
      const action = by === key ? 'self' : isClosedBy(this.now, by, key) ? 'contradict' : 'keys';
      const end = { key, status, lostSince };
      this.#sign(by, action, () => withKeyEnded(this.now, end, { by, at: this.at }));
    }

    #sign(by: string, action: SignedAction, change: () => Patient): void {
      this.#attempt(() => {
        signerOf(this.now, by, this.at, { action });
        return change();
      });
    }

    #attempt(change: () => Patient): void {
      refusalOf(() => {
        this.now = change();
      });
    }
  }

  const isThiefs = (kid: string) => kid !== 'first' && kid !== 'spare';

  test.each([true, false])(
    'ends a senior one whose holder contradicts, nor its guardians: guardians %s',
    (isGuarded) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
          const play = new Play(isGuarded);
          for (const each of steps) {
            play.wait(each.hours);
            play.act(each);
          }
          play.wait(24 * 14);
          expect(play.now.keys[0]).toStrictEqual(first);
          expect(play.now.endings).toBeUndefined();
          expect(play.now.recovery).toBeUndefined();
          expect(play.now.guardians).toEqual(isGuarded ? board : undefined);
        }),
        { numRuns: 400 },
      );
    },
  );
});

test('seniority is the order on the ledger', () => {
  expect(isSenior(family(), 'first', 'spare')).toBe(true);
  expect(isSenior(family(), 'spare', 'first')).toBe(false);
  expect(isSenior(family(), 'spare', 'spare')).toBe(false);
});

test('all that is due comes into force in the same way at once as step by step', () => {
  const word = fc.tuple(fc.nat(3), fc.nat(3), fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (words) => {
      const names = family().keys.map(({ kid }) => kid);
      let [lazy, eager] = [family(), family()];
      let hours = 0;
      const at = () => new Date(Date.parse(may(11)) + hours * 3_600_000).toISOString();
      const pass = (more: number) => {
        for (let n = 0; n < more; n++) {
          hours++;
          eager = settled(eager, at());
        }
        lazy = settled(lazy, at());
      };
      for (const [by, key, more] of words) {
        pass(more);
        if (by === key) continue;
        const next = (of: Patient): Patient => {
          const [who = '', whom = ''] = [names[by], names[key]];
          const action = isClosedBy(of, who, whom) ? 'contradict' : 'keys';
          let changed = of;
          refusalOf(() => {
            signerOf(of, who, at(), { action });
            changed = said(of, at(), [who, whom]);
          });
          return changed;
        };
        [lazy, eager] = [next(lazy), next(eager)];
      }
      pass(300);
      expect(lazy).toStrictEqual(eager);
      expect(lazy.endings).toBeUndefined();
    }),
  );
});
