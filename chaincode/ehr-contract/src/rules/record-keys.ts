import { canonicalJson, conflict, hashOf, SalusError } from '@salus/protocol';
import type { HealthRecord, Patient, RecordKeys, SealedKey } from '@salus/protocol/ehr';
import { epochOf } from './category-keys.js';

/** The sealed keys of a record: the first ones stand, and every copy is one of what the custodian has. */

/**
 * Demands that a deposit puts no other keys in the place of those that lie with the custodian.
 *
 * @param heldHash - hash of the keys in the custodian's collection; undefined where there are none
 * @throws SalusError ERR_ALREADY_EXISTS
 */
export function requireFirstKeys(keys: RecordKeys, heldHash: string | undefined): void {
  if (heldHash === undefined || heldHash === hashOf(keys)) return;
  throw new SalusError('ERR_ALREADY_EXISTS', 'Other keys of the record were deposited before', {
    argument: 'keys',
    expected: heldHash,
    got: hashOf(keys),
  });
}

/**
 * Demands that keys which are handed on are those that the custodian has.
 *
 * @param heldHash - as of {@link requireFirstKeys}
 * @throws SalusError ERR_CONFLICT, which a peer also answers that is a block behind
 */
export function requireHeldKeys(keys: RecordKeys, heldHash: string | undefined): void {
  if (heldHash === hashOf(keys)) return;
  const message = "The keys are not those in the custodian's collection";
  throw conflict('keys', message, heldHash ?? 'keys that were deposited', hashOf(keys));
}

/** Which keys take the place of which. */
export interface Replacement {
  /** Undefined where the custodian has deposited none. */
  readonly held: RecordKeys | undefined;
  readonly next: RecordKeys;
}

/**
 * Demands that a replacement brings the box of the category's present epoch and changes nothing else. Boxes
 * of earlier epochs may go. Those of the patient, the custodian and the emergency custodians stay, and so does
 * a box of the present epoch.
 *
 * @throws SalusError ERR_DETAILS_MISSING, ERR_CONFLICT
 */
export function requireReplaceable(
  { categoryTag }: Pick<HealthRecord, 'categoryTag'>,
  patient: Pick<Patient, 'categoryKeys'>,
  { held, next }: Replacement,
): void {
  if (held === undefined) {
    throw new SalusError('ERR_DETAILS_MISSING', 'The record has no keys that could be replaced', {
      argument: 'keys',
      expected: 'a record whose keys were deposited',
      got: 'one without',
    });
  }
  const epoch = epochOf(patient, categoryTag);
  const isPresent = (box: SealedKey) =>
    box.kind === 'category' && box.recipient === categoryTag && box.epoch === epoch;
  const stays = (box: SealedKey) => box.kind !== 'category' || isPresent(box);
  if (!held.sealedKeys.filter(stays).every((box) => isAmong(box, next))) {
    throw changed('every box but those of earlier epochs', 'fewer boxes, or others');
  }
  const added = next.sealedKeys.filter((box) => !isAmong(box, held));
  const [one, ...more] = added;
  if (one === undefined) return;
  if (more.length === 0 && isPresent(one) && !held.sealedKeys.some(isPresent)) return;
  throw changed(`one new box, of epoch ${epoch} of the category`, 'another one');
}

function isAmong(box: SealedKey, { sealedKeys }: RecordKeys): boolean {
  const text = canonicalJson(box);
  return sealedKeys.some((one) => canonicalJson(one) === text);
}

function changed(expected: string, got: string): SalusError {
  const message = "A replacement of keys brings the box of the category's present epoch alone";
  return conflict('keys', message, expected, got);
}
