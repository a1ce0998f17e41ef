import { conflict, DAY_MS } from '@salus/protocol';
import type { KeyRecord, OpeningRecord, RecordedOpening, StoredOpening } from '../state/records.js';
import { isRecorded } from './partials.js';

/** So long members answer an opening that nobody puts on record. */
const ANSWERED_MS = 30 * DAY_MS;

/** When members and stores give an opening up that is decided on or asked for again at a time. */
export function expiryOf(time: string): string {
  return new Date(Date.parse(time) + ANSWERED_MS).toISOString();
}

/**
 * The opening as it is after its result was asked for again: the same, unless it has expired.
 * @returns undefined where nothing changes
 */
export function renewed(
  opening: OpeningRecord,
  recorded: RecordedOpening | undefined,
  now: string,
): OpeningRecord | undefined {
  const isKept = isRecorded(recorded) || now <= opening.expiresAt;
  return isKept ? undefined : { ...opening, expiresAt: expiryOf(now) };
}

/**
 * Nothing was shown of a result whose first opening has expired while no member has answered in any epoch.
 * Whoever asks again and again renews the opening, and not this time.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function requireUnanswered(
  openings: readonly {
    readonly opening: Pick<OpeningRecord, 'decidedAt'>;
    readonly posted: ReadonlyMap<string, unknown>;
  }[],
  now: string,
): void {
  const answers = openings.reduce((count, { posted }) => count + posted.size, 0);
  const [first = now] = openings.map(({ opening }) => expiryOf(opening.decidedAt)).sort();
  if (answers === 0 && now > first) return;
  const expected = `an opening that nobody has answered by ${first}`;
  throw conflict('studyId', 'the cohort is frozen', expected, `${answers} answers at ${now}`);
}

/** An opening that is not answered any more, as it stands on the ledger. */
export function annulled({ resultHash: _, ...opening }: OpeningRecord, now: string): OpeningRecord {
  return { ...opening, permitted: false, reason: 'INPUT_WITHDRAWN', expiresAt: now };
}

/** Whether those who ask name the recipients of the opening that a result has. */
export function isFor(
  { recipients }: Pick<OpeningRecord, 'recipients'>,
  asked: readonly string[],
): boolean {
  return asked.length === recipients.length && asked.every((one) => recipients.includes(one));
}

/** An opening with what release 0.1.0 did not write: it was answered in the epoch of its record, and showed all slots. */
export function completed(
  opening: StoredOpening,
  { committee, epoch }: Pick<KeyRecord, 'committee' | 'epoch'>,
  recorded: RecordedOpening | undefined,
): OpeningRecord {
  return {
    committee,
    epoch: recorded?.epoch ?? epoch,
    provable: false,
    shownSlots: opening.slots ?? 0,
    readers: {},
    recorders: recorded?.recorders ?? [],
    expiresAt: expiryOf(opening.decidedAt),
    ...opening,
  };
}
