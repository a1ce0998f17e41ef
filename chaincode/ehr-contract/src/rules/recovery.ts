import { plusSeconds } from '@salus/chaincode-common';
import {
  canonicalJson,
  conflict,
  jwkThumbprint,
  SalusError,
  type Guardians,
  type PublicJwk,
  type RecoveryApproval,
} from '@salus/protocol';
import type { GuardianBoard, Patient, Recovery } from '@salus/protocol/ehr';
import {
  areYoung,
  ENDING_DELAY_SECONDS,
  guardiansChangeAt,
  laterOf,
  suspicionOf,
  withoutWords,
} from './endings.js';
import { loseLine, requireUnknown, withKey } from './patient-keys.js';

/**
 * Recovery of a patient who has no key left. So many guardians as the patient said approve a new one. It
 * comes into force after a delay, in which any key that is still active can veto.
 */

/**
 * Names guardians, or none. Guardians who are there make way only after a delay: else whoever has one key
 * could put others in their place, and recover the patient with them.
 *
 * @throws SalusError ERR_ALREADY_EXISTS, ERR_CONFLICT
 */
export function withGuardians(
  patient: Patient,
  { threshold, guardians, delaySeconds }: Omit<Guardians, 'pseudonym'>,
  { by, at, jti }: { readonly by: string; readonly at: string; readonly jti: string },
): Patient {
  const { guardians: before, nextGuardians: _waiting, ...rest } = patient;
  if (patient.recovery !== undefined) {
    throw conflict(
      'guardians',
      'Guardians do not change while they recover the patient',
      'no recovery, or a veto of it first',
      'a recovery',
    );
  }
  const kids = guardians.map((jwk) => ({ kid: jwkThumbprint(jwk), jwk }));
  for (const { kid } of kids) requireUnknown({ ...rest, delegates: [] }, kid);
  const board: GuardianBoard = {
    ...{ threshold, kids, delaySeconds, setAt: at, setBy: by, statement: jti },
  };
  const named = guardians.length > 0 && { board };
  if (before === undefined) return { ...rest, ...(named && { guardians: board }) };
  const effectiveAt = guardiansChangeAt(patient, at);
  return { ...rest, guardians: before, nextGuardians: { ...named, by, effectiveAt } };
}

/**
 * The key by which a guardian's approval has to verify.
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function guardianJwk({ guardians }: Pick<Patient, 'guardians'>, kid: string): PublicJwk {
  const guardian = guardians?.kids.find((each) => each.kid === kid);
  if (guardian !== undefined) return guardian.jwk;
  throw refused('its key is not of a guardian of the patient', 'a guardian');
}

/** What a guardian has approved. */
export interface Approval extends Omit<RecoveryApproval, 'pseudonym'> {
  /** `kid` of the guardian. */
  readonly kid: string;
  /** Of the statement. */
  readonly jti: string;
}

/**
 * Begins a recovery.
 *
 * @param approvals - verified
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_ALREADY_EXISTS, ERR_CONFLICT
 */
export function withRecovery(
  patient: Patient,
  approvals: readonly Approval[],
  requestedAt: string,
): Patient & { readonly recovery: Recovery } {
  const [first] = approvals;
  const { guardians } = patient;
  if (guardians === undefined || first === undefined) throw tooFew('none', 'guardians');
  requireState(patient);
  const kids = approvals.map(({ kid }) => kid);
  for (const kid of kids) guardianJwk(patient, kid);
  if (new Set(kids).size < kids.length) {
    throw refused('a guardian approves twice', 'each guardian once');
  }
  if (kids.length < guardians.threshold) {
    throw tooFew(String(kids.length), `${guardians.threshold} guardians`);
  }
  if (approvals.some((each) => termsOf(each) !== termsOf(first))) {
    throw refused('guardians approve different keys', 'approvals of one key');
  }
  if (!first.key.purposes.includes('keys')) {
    throw refused('the new key could not change keys', 'a key with the purpose keys');
  }
  requireUnknown(patient, jwkThumbprint(first.key.jwk));
  const recovery: Recovery = {
    key: first.key,
    olderKeys: first.olderKeys,
    ...(first.lostSince !== undefined && { lostSince: first.lostSince }),
    approvals: kids,
    requestedAt,
    proof: [guardians.statement, ...approvals.map(({ jti }) => jti)],
    effectiveAt: effectiveAt(patient, guardians, requestedAt),
  };
  return { ...patient, recovery };
}

/**
 * Guardians whom one key has just named recover nobody before other keys could say that it was lost. Else a
 * stolen key could name guardians without a delay, and replace all others with their help.
 */
function effectiveAt(patient: Patient, board: GuardianBoard, requestedAt: string): string {
  const chosen = plusSeconds(requestedAt, board.delaySeconds);
  return areYoung(patient, board, requestedAt)
    ? laterOf(chosen, plusSeconds(requestedAt, ENDING_DELAY_SECONDS))
    : chosen;
}

/**
 * Ends a recovery without effect; where there is none, a change of guardians that waits.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function withVeto(patient: Patient): Patient {
  const { nextGuardians, ...unchanged } = patient;
  if (patient.recovery === undefined && nextGuardians !== undefined) return unchanged;
  requirePending(patient);
  const { recovery: _vetoed, ...rest } = patient;
  return rest;
}

/**
 * Puts a recovered key in force, and ends every older one.
 *
 * @throws SalusError ERR_CONFLICT, ERR_ALREADY_EXISTS
 */
export function recovered(patient: Patient, at: string): Patient {
  const { key, olderKeys, lostSince, effectiveAt, proof } = requirePending(patient);
  if (Date.parse(at) < Date.parse(effectiveAt)) {
    throw conflict('recovery', 'The delay has not passed', effectiveAt, at);
  }
  requireState({ status: patient.status });
  requireUnsuspected(patient);
  // What keys say of each other, and of the guardians, counts no more: the guardians have spoken.
  const { recovery: _done, nextGuardians: _waiting, ...rest } = withoutWords(patient);
  let left: Patient = rest;
  const lost = olderKeys === 'LOST' ? left.keys.filter(({ status }) => status === 'ACTIVE') : [];
  for (const { kid } of lost) left = loseLine(left, kid, { lostSince, at });
  const keys = left.keys.map((each) =>
    each.status === 'ACTIVE' ? { ...each, status: 'RETIRED' as const, endedAt: at } : each,
  );
  return withKey({ ...left, keys }, key, { by: undefined, proof, at });
}

/** Guardians wait whom a key named after it was lost, as another one says. */
function requireUnsuspected(patient: Patient): void {
  const word = suspicionOf(patient);
  if (word === undefined) return;
  throw conflict(
    'recovery',
    'The key that named the guardians is called lost since before',
    `guardians of the patient's, or the end of that dispute at ${word.finalAt}`,
    'guardians that a thief may have named',
  );
}

function requirePending({ recovery }: Patient): Recovery {
  if (recovery !== undefined) return recovery;
  throw conflict('recovery', 'No recovery is going on', 'a recovery', 'none');
}

function requireState({ status, recovery }: Pick<Patient, 'status' | 'recovery'>): void {
  if (recovery !== undefined) {
    throw conflict('recovery', 'A recovery is going on', 'its veto first', 'a recovery');
  }
  if (status !== 'DECEASED') return;
  throw conflict('recovery', 'The patient is dead', 'a living patient', 'DECEASED');
}

function termsOf({ key, olderKeys, lostSince }: Approval): string {
  return canonicalJson({ key, olderKeys, lostSince });
}

function tooFew(got: string, expected: string): SalusError {
  return refused(`too few guardians approve: ${got} of ${expected}`, expected);
}

function refused(why: string, expected: string): SalusError {
  const message = `The statement is refused: ${why}`;
  return new SalusError('ERR_STATEMENT_INVALID', message, {
    argument: 'approvals',
    expected,
    got: why,
  });
}
