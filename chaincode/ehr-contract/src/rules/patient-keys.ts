import {
  conflict,
  jwkThumbprint,
  notFound,
  SalusError,
  type KeyEnd,
  type NewKey,
  type PatientRegistration,
} from '@salus/protocol';
import type { Patient, PatientKey } from '@salus/protocol/ehr';

/** Keys of a patient at most, the ended ones too: what they signed is verified by them. */
export const MAX_KEYS = 64;

/** A patient as registration makes one: the first key is for everything, category keys are in epoch 1. */
export function newPatient(
  { pseudonym, jwk, hpkePublicKey, categoryKeys = [] }: PatientRegistration,
  {
    registeredBy,
    at,
    jti: statement,
  }: { readonly registeredBy: string; readonly at: string; readonly jti: string },
): Patient {
  const first: PatientKey = {
    kid: jwkThumbprint(jwk),
    jwk,
    hpkePublicKey,
    purposes: ['consent', 'access', 'keys'],
    notBefore: at,
    status: 'ACTIVE',
    addedAt: at,
    proof: [statement],
  };
  const epochs = categoryKeys.map(
    ({ categoryTag, publicKey }) =>
      [categoryTag, { epoch: 1, publicKey, since: at, statement }] as const,
  );
  return {
    pseudonym,
    registeredBy,
    registeredAt: at,
    status: 'ACTIVE',
    keys: [first],
    delegates: [],
    categoryKeys: Object.fromEntries(epochs),
  };
}

/** How a key comes to a patient. */
export interface Origin {
  /** `kid` of the key that adds it; undefined where guardians do. */
  readonly by: string | undefined;
  /** `jti`s of the statements that brought it. */
  readonly proof: readonly string[];
  readonly at: string;
}

/**
 * Adds a key. A recovered one always finds a place: else whoever has found a key could add so many that no
 * recovery comes into force any more.
 *
 * @throws SalusError ERR_ALREADY_EXISTS, ERR_CONFLICT
 */
export function withKey(
  patient: Patient,
  { jwk, hpkePublicKey, purposes, notBefore, notAfter }: NewKey,
  { by, proof, at }: Origin,
): Patient {
  const kid = jwkThumbprint(jwk);
  requireUnknown(patient, kid);
  if (by !== undefined && patient.keys.length >= MAX_KEYS) {
    throw conflict('key', 'The patient has had too many keys', `at most ${MAX_KEYS} keys`, 'more');
  }
  const key: PatientKey = {
    kid,
    jwk,
    hpkePublicKey,
    purposes,
    notBefore,
    ...(notAfter !== undefined && { notAfter }),
    status: 'ACTIVE',
    addedAt: at,
    ...(by !== undefined && { addedBy: by }),
    proof,
  };
  return { ...patient, keys: [...patient.keys, key] };
}

/**
 * Demands that nobody who may sign for the patient has a key already: by its key it is told who signed.
 *
 * @throws SalusError ERR_ALREADY_EXISTS
 */
export function requireUnknown({ keys, delegates, guardians }: Patient, kid: string): void {
  const known = [...keys, ...delegates, ...(guardians?.kids ?? [])];
  if (!known.some((each) => each.kid === kid)) return;
  throw new SalusError('ERR_ALREADY_EXISTS', 'The patient has such a key already', {
    argument: 'key',
    expected: 'a new key',
    got: 'a known one',
  });
}

/**
 * Ends a key at once. A retired one may turn out to be lost, and a lost one to be lost for longer; never
 * the other way round. A key that is lost takes with it what it made since: keys (but the one that says so)
 * and guardians. Delegations and grants are judged where they are used (see `isVoid`).
 *
 * @param by - `kid` of the key that signed
 * @throws SalusError ERR_NOT_FOUND, ERR_CONFLICT, ERR_STATEMENT_INVALID
 */
export function withKeyEnded(
  patient: Patient,
  { key: kid, status, lostSince }: Pick<KeyEnd, 'key' | 'status' | 'lostSince'>,
  { by, at }: { readonly by: string; readonly at: string },
): Patient {
  const key = patient.keys.find((each) => each.kid === kid);
  if (key === undefined) throw notFound('key');
  if (lostSince !== undefined && isAfter(lostSince, at)) {
    throw new SalusError(
      'ERR_STATEMENT_INVALID',
      'The statement is refused: it tells of a loss to come',
      { argument: 'lostSince', expected: 'a time that is past', got: 'one to come' },
    );
  }
  requireProgress(key, status, lostSince);
  if (status === 'RETIRED') {
    requireAnotherWay(patient, kid);
    return replaceKey(patient, kid, { ...key, status, endedAt: at });
  }
  return loseKey(patient, kid, { lostSince, by, at });
}

interface Loss {
  readonly lostSince: string | undefined;
  readonly by: string | undefined;
  readonly at: string;
}

/** Marks a key as lost, with all that came of it since. */
export function loseKey(patient: Patient, kid: string, { lostSince, by, at }: Loss): Patient {
  const key = patient.keys.find((each) => each.kid === kid);
  if (key === undefined) return patient;
  const { lostSince: _before, ...rest } = key;
  const lost: PatientKey = {
    ...rest,
    status: 'LOST',
    endedAt: key.endedAt ?? at,
    ...(lostSince !== undefined && { lostSince }),
  };
  const since = (time: string) => lostSince === undefined || !isAfter(lostSince, time);
  let left = withoutGuardiansOf(replaceKey(patient, kid, lost), kid, since);
  for (const heir of patient.keys) {
    if (heir.addedBy !== kid || heir.kid === by || heir.status === 'LOST') continue;
    if (since(heir.addedAt)) left = loseKey(left, heir.kid, { lostSince: undefined, by, at });
  }
  return left;
}

function withoutGuardiansOf(
  patient: Patient,
  kid: string,
  since: (time: string) => boolean,
): Patient {
  const { guardians, recovery: _recovery, ...rest } = patient;
  return guardians?.setBy === kid && since(guardians.setAt) ? rest : patient;
}

function replaceKey(patient: Patient, kid: string, by: PatientKey): Patient {
  return { ...patient, keys: patient.keys.map((each) => (each.kid === kid ? by : each)) };
}

function requireProgress(
  key: PatientKey,
  status: KeyEnd['status'],
  lostSince: string | undefined,
): void {
  if (key.status === 'ACTIVE') return;
  if (key.status === 'RETIRED' && status === 'LOST') return;
  const longer =
    key.lostSince !== undefined && (lostSince === undefined || isAfter(key.lostSince, lostSince));
  if (status === 'LOST' && longer) return;
  throw conflict('key', 'The key has ended already', 'an active key', 'an ended one');
}

/** A patient who retires the last key that changes keys would have nothing left to go on with. */
function requireAnotherWay({ keys, guardians }: Patient, kid: string): void {
  const others = keys.filter(
    (each) => each.kid !== kid && each.status === 'ACTIVE' && each.purposes.includes('keys'),
  );
  if (others.length > 0 || guardians !== undefined) return;
  throw conflict(
    'key',
    'The last key that may change keys does not retire',
    'another such key, or guardians',
    'neither',
  );
}

function isAfter(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other);
}
