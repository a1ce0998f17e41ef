import { plusSeconds } from '@salus/chaincode-common';
import type { Ending, GuardianBoard, Patient, PatientKey } from '@salus/protocol/ehr';

/**
 * What keys of a patient say of each other. Nobody can tell from a statement whether the patient or a thief
 * signed it. So a key's word that another one has ended closes that key at once, and is final only after a
 * delay. Until then the named key may contradict, which closes the accuser as well. The senior key prevails
 * then, unless guardians have recovered the patient, or a second independent key has spoken.
 * Decision 25 weighs this.
 */

/** How long a key's word waits before it is final: long enough for a patient to see it in the trail. */
export const ENDING_DELAY_SECONDS = 72 * 3600;

/** A key's word about another one, as a statement brings it. */
export type Word = Pick<Ending, 'key' | 'by' | 'status' | 'at'> & {
  readonly lostSince?: string | undefined;
};

type Keys = Pick<Patient, 'keys'>;

/** Whether the ledger got a key before another one. */
export function isSenior({ keys }: Keys, one: string, other: string): boolean {
  return indexOf(keys, one) < indexOf(keys, other);
}

/** Whether a key was closed by the word of that other one, which it may contradict. */
export function isClosedBy({ endings = [] }: Patient, kid: string, by: string): boolean {
  return endings.some((each) => each.key === kid && each.by === by && each.before === undefined);
}

/** Whether a key is closed, and not for good. */
export function isContested({ endings = [] }: Patient, kid: string): boolean {
  return endings.some((each) => each.key === kid && each.before === undefined);
}

/** Closes a key by another one's word. Of a key that has ended, it tells that it was lost, or for longer. */
export function withWord(patient: Patient, word: Word): Patient {
  const freed = withoutWordsOf(patient, overruledBy(patient, word));
  const since = word.status === 'LOST' ? word.lostSince : undefined;
  const heirs = since === undefined ? [] : heirsOf(freed, word, since);
  const carried = heirs
    .filter((kid) => !isLost(freed, kid))
    .map((key): Word => ({ key, by: word.by, status: 'LOST', at: word.at }));
  const closed = [word, ...carried].reduce(withOneWord, freed);
  return isBackedUp(closed, word) ? withFinal(closed, word.key) : closed;
}

/**
 * A patient as of a time: with all in force whose delay has passed. While guardians recover the patient nothing
 * comes into force: a key that another one has closed could veto them else. Guardians whom a thief may have named
 * stop nothing.
 *
 * @param at - the transaction's time
 */
export function settled(patient: Patient, at: string): Patient {
  if (patient.recovery !== undefined && suspicionOf(patient) === undefined) return patient;
  let left = patient;
  for (let due = nextDue(left, at); due !== undefined; due = nextDue(left, at)) {
    left = withFinal(left, due.key);
  }
  return withNextGuardians(left, at);
}

/** Takes back what is not final: keys that were closed are as before. */
export function withoutWords(patient: Patient): Patient {
  return withEndings(patient, []);
}

/** Takes back what keys say that is not final: who ended them was believed rather than they. */
export function withoutWordsOf(patient: Patient, kids: readonly string[]): Patient {
  const { endings = [] } = patient;
  return withEndings(
    patient,
    endings.filter(({ by }) => !kids.includes(by)),
  );
}

/**
 * Since when what a key signed is void, where another one calls it lost. A junior key says nothing of the
 * time before the ledger had it.
 */
export function voidSince(patient: Keys, { key, by, lostSince }: Word): string | undefined {
  if (!isSenior(patient, key, by)) return lostSince;
  const had = patient.keys.find(({ kid }) => kid === by)?.addedAt;
  return had !== undefined && (lostSince === undefined || isAfter(had, lostSince))
    ? had
    : lostSince;
}

/** Keys that a lost key added since a time, with what they added; none that is older than who says so. */
export function heirsOf(
  patient: Keys,
  { key, by }: Pick<Word, 'key' | 'by'>,
  since: string,
): readonly string[] {
  const heirs: string[] = [];
  for (const { kid, addedBy, addedAt } of patient.keys) {
    const isHeir =
      addedBy === key ? !isAfter(since, addedAt) : addedBy !== undefined && heirs.includes(addedBy);
    if (isHeir) heirs.push(kid);
  }
  return heirs.filter((kid) => isSenior(patient, by, kid));
}

/**
 * Whose words do not count any more: those of the named key, where a senior one says so that nobody has
 * closed.
 */
function overruledBy(patient: Patient, { key, by }: Word): readonly string[] {
  return isSenior(patient, by, key) && !isContested(patient, by) ? [key] : [];
}

function withOneWord(patient: Patient, word: Word): Patient {
  const { key: kid, by, status, lostSince, at } = word;
  const key = patient.keys.find((each) => each.kid === kid);
  if (key === undefined) return patient;
  const before = endedBefore(patient, key);
  const { endings = [] } = patient;
  const said = endings.find((each) => each.key === kid && each.by === by);
  // Who says more than before does not put off the end: else an accuser could, for ever.
  const times = said ?? { at, finalAt: plusSeconds(at, ENDING_DELAY_SECONDS) };
  const ending: Ending = {
    ...{ key: kid, by, status, at: times.at, finalAt: times.finalAt },
    ...(lostSince !== undefined && { lostSince }),
    ...(before !== undefined && { before }),
  };
  const others = endings
    .filter((each) => each !== said)
    // Who contradicts gives everybody the whole delay again, guardians above all.
    .map((each) => {
      const isContradicted = said === undefined && each.key === by && each.by === kid;
      return isContradicted ? { ...each, finalAt: times.finalAt } : each;
    });
  return withGuardiansDeferred(withEndings(patient, [...others, ending]), at);
}

/** When guardians may change: once keys agree again, each has the whole delay to veto it. */
export function guardiansChangeAt({ endings = [] }: Patient, at: string): string {
  const agreed = endings.map(({ finalAt }) => finalAt).reduce(laterOf, at);
  return plusSeconds(agreed, ENDING_DELAY_SECONDS);
}

function withGuardiansDeferred(patient: Patient, at: string): Patient {
  const { nextGuardians: next } = patient;
  if (next === undefined) return patient;
  const effectiveAt = laterOf(next.effectiveAt, guardiansChangeAt(patient, at));
  return { ...patient, nextGuardians: { ...next, effectiveAt } };
}

/**
 * Whether a key was closed before it had the whole delay to object to the guardians. Then it may veto what they
 * do: else a stolen key could name guardians, close all others, and replace them.
 */
export function isUnheard({ guardians, endings = [] }: Patient, kid: string): boolean {
  if (guardians === undefined) return false;
  const settledAt = plusSeconds(guardians.setAt, ENDING_DELAY_SECONDS);
  return endings.some(
    ({ key, at, before }) => key === kid && before === undefined && isAfter(settledAt, at),
  );
}

/** Whether others than who named the guardians could still object to them. */
export function areYoung(patient: Patient, { setAt, setBy }: GuardianBoard, at: string): boolean {
  const settledAt = plusSeconds(setAt, ENDING_DELAY_SECONDS);
  return patient.keys.some(
    ({ kid, status }) =>
      kid !== setBy && ((status === 'ACTIVE' && isAfter(settledAt, at)) || isUnheard(patient, kid)),
  );
}

/** How a key had ended for good; undefined for one that is active, or would be but for what is not final. */
function endedBefore({ endings = [] }: Patient, key: PatientKey): Ending['before'] {
  const known = endings.find((each) => each.key === key.kid);
  if (known !== undefined) return known.before;
  const { status, endedAt, lostSince } = key;
  if (status === 'ACTIVE') return undefined;
  return {
    status,
    ...(endedAt !== undefined && { endedAt }),
    ...(lostSince !== undefined && { lostSince }),
  };
}

/** Keeps these endings, and shows keys as they make them. */
function withEndings(patient: Patient, left: readonly Ending[]): Patient {
  const { endings: _before, ...rest } = patient;
  const keys = patient.keys.map((key) => {
    const isTouched = [...(patient.endings ?? []), ...left].some((each) => each.key === key.kid);
    return isTouched ? shownAs(patient, key, left) : key;
  });
  return { ...rest, keys, ...(left.length > 0 && { endings: left }) };
}

function shownAs(patient: Patient, key: PatientKey, left: readonly Ending[]): PatientKey {
  const { status: _status, endedAt: _ended, lostSince: _since, ...rest } = key;
  const before = endedBefore(patient, key) ?? { status: 'ACTIVE' as const };
  const endings = left.filter((each) => each.key === key.kid);
  const [first] = endings;
  if (first === undefined) return { ...rest, ...before };
  const losses = endings.filter(({ status }) => status === 'LOST');
  const since = [
    ...losses.map((each) => voidSince(patient, each)),
    ...(before.status === 'LOST' ? [before.lostSince] : []),
  ];
  const earliest = since.includes(undefined) ? undefined : since.toSorted(inTime)[0];
  return {
    ...rest,
    status: losses.length > 0 ? 'LOST' : 'RETIRED',
    endedAt: before.endedAt ?? first.at,
    ...(earliest !== undefined && { lostSince: earliest }),
  };
}

/** Makes final what is said of a key. Its own words fall, and guardians that it named since it was lost. */
function withFinal(patient: Patient, kid: string): Patient {
  const { endings = [], ...rest } = patient;
  const about = endings.filter(({ key }) => key === kid);
  const others = endings.filter(({ key }) => key !== kid);
  const final: Patient = { ...rest, ...(others.length > 0 && { endings: others }) };
  return withoutWordsOf(withoutGuardiansOf(final, about), [kid]);
}

/** Guardians go only where a time of loss is told, and they were named since. */
function withoutGuardiansOf(patient: Patient, about: readonly Ending[]): Patient {
  const { guardians, nextGuardians, recovery, ...rest } = patient;
  const isTheirs = (by: string) => about.some(({ key }) => key === by);
  const falls = about.some((each) => isSuspected(patient, each));
  return {
    ...rest,
    ...(guardians !== undefined && !falls && { guardians }),
    ...(recovery !== undefined && !falls && { recovery }),
    ...(nextGuardians !== undefined && !isTheirs(nextGuardians.by) && { nextGuardians }),
  };
}

/** What is said of the key that named the guardians: that it was lost by then. */
export function suspicionOf(patient: Patient): Ending | undefined {
  return (patient.endings ?? []).find((each) => isSuspected(patient, each));
}

function isSuspected(patient: Patient, ending: Ending): boolean {
  const { guardians } = patient;
  const { key, status, lostSince } = ending;
  if (guardians?.setBy !== key || status !== 'LOST' || lostSince === undefined) return false;
  const since = voidSince(patient, ending);
  return since !== undefined && !isAfter(since, guardians.setAt);
}

function withNextGuardians(patient: Patient, at: string): Patient {
  const { nextGuardians: next, guardians: _before, ...rest } = patient;
  if (next === undefined || isAfter(next.effectiveAt, at) || isContested(patient, next.by)) {
    return patient;
  }
  return { ...rest, ...(next.board !== undefined && { guardians: next.board }) };
}

/**
 * The ending that is to become final next: the earliest, and of several the one by the senior key. One by a key
 * that is closed waits until that is settled, unless each waits for another.
 */
function nextDue(patient: Patient, at: string): Ending | undefined {
  const { endings = [] } = patient;
  const counting = endings.filter(({ by }) => counts(patient, by));
  const [next] = (counting.length > 0 ? counting : endings)
    .filter(({ finalAt }) => !isAfter(finalAt, at))
    .toSorted(
      (one, two) =>
        Date.parse(one.finalAt) - Date.parse(two.finalAt) ||
        indexOf(patient.keys, one.by) - indexOf(patient.keys, two.by),
    );
  return next;
}

/** Whether a key's words count: nobody has closed it, but juniors that it contradicts. */
function counts(patient: Patient, kid: string): boolean {
  return (patient.endings ?? [])
    .filter(({ key }) => key === kid)
    .every(({ by }) => isClosedBy(patient, by, kid) && isSenior(patient, kid, by));
}

/** Whether a second key says the same, and the two are independent of each other. */
function isBackedUp(patient: Patient, { key, by, at }: Word): boolean {
  return (patient.endings ?? [])
    .filter((each) => each.key === key && each.by !== by)
    .some((each) => areIndependent(patient, [by, each.by], { key, at }));
}

/**
 * Two keys are independent about a third one if nobody but that one vouched for both. Both have stood on the
 * ledger for the delay, and no fourth key calls them ended. Whoever has one key can add others, but not these.
 */
function areIndependent(
  patient: Patient,
  [one, other]: readonly [string, string],
  { key, at }: Pick<Word, 'key' | 'at'>,
): boolean {
  const lines = [one, other].map((kid) => [kid, ...vouchersOf(patient, kid)]);
  const [first = [], second = []] = lines;
  if (first.some((kid) => kid !== key && second.includes(kid))) return false;
  return [one, other].every((kid) => {
    const had = patient.keys.find((each) => each.kid === kid)?.addedAt;
    const stood = had !== undefined && !isAfter(plusSeconds(had, ENDING_DELAY_SECONDS), at);
    return stood && (patient.endings ?? []).every((each) => each.key !== kid || each.by === key);
  });
}

/** The keys that a key comes from: who added it, who added that one, and so on. */
function vouchersOf({ keys }: Keys, kid: string): readonly string[] {
  const by = keys.find((each) => each.kid === kid)?.addedBy;
  return by === undefined ? [] : [by, ...vouchersOf({ keys }, by)];
}

/** Whether a key is lost for good. */
function isLost({ keys, endings = [] }: Patient, kid: string): boolean {
  const isOpen = endings.some(({ key }) => key === kid);
  return !isOpen && keys.some((each) => each.kid === kid && each.status === 'LOST');
}

function indexOf(keys: readonly PatientKey[], kid: string): number {
  return keys.findIndex((each) => each.kid === kid);
}

export function laterOf(one: string, other: string): string {
  return isAfter(other, one) ? other : one;
}

function inTime(one: string = '', other: string = ''): number {
  return Date.parse(one) - Date.parse(other);
}

function isAfter(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other);
}
