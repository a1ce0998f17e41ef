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
import { isContested, voidSince, withoutWordsOf, withWord, type Word } from './endings.js';

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
export function requireUnknown(
  { keys, delegates, guardians, nextGuardians }: Patient,
  kid: string,
): void {
  const boards = [guardians, nextGuardians?.board];
  const known = [...keys, ...delegates, ...boards.flatMap((board) => board?.kids ?? [])];
  if (!known.some((each) => each.kid === kid)) return;
  throw new SalusError('ERR_ALREADY_EXISTS', 'The patient has such a key already', {
    argument: 'key',
    expected: 'a new key',
    got: 'a known one',
  });
}

/**
 * Ends a key. By itself it ends for good, and takes nothing along. By another one it is closed at once, and the end is
 * final after a delay (see endings.ts). A retired one may turn out to be lost, and a lost one to be lost for
 * longer; never the other way round. Delegations and grants are judged where they are used (see `isVoid`).
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
  const word = { key: kid, by, status, lostSince, at };
  requireProgress(patient, key, word);
  if (kid !== by) return withWord(patient, word);
  if (status === 'RETIRED') {
    requireAnotherWay(patient, kid);
    return replaceKey(patient, kid, { ...key, status, endedAt: at });
  }
  const { nextGuardians: next, ...rest } = withoutWordsOf(
    loseKey(patient, kid, { lostSince, at }),
    [kid],
  );
  return { ...rest, ...(next !== undefined && next.by !== kid && { nextGuardians: next }) };
}

interface Loss {
  readonly lostSince: string | undefined;
  readonly at: string;
}

/** Marks a key as lost for good. */
function loseKey(patient: Patient, kid: string, { lostSince, at }: Loss): Patient {
  const key = patient.keys.find((each) => each.kid === kid);
  if (key === undefined) return patient;
  const { lostSince: _before, ...rest } = key;
  return replaceKey(patient, kid, {
    ...rest,
    status: 'LOST',
    endedAt: key.endedAt ?? at,
    ...(lostSince !== undefined && { lostSince }),
  });
}

/** Marks a key as lost for good, with the keys that it added since, and those that they added. */
export function loseLine(patient: Patient, kid: string, { lostSince, at }: Loss): Patient {
  const since = (time: string) => lostSince === undefined || !isAfter(lostSince, time);
  let left = loseKey(patient, kid, { lostSince, at });
  for (const heir of patient.keys) {
    if (heir.addedBy !== kid || heir.status === 'LOST') continue;
    if (since(heir.addedAt)) left = loseLine(left, heir.kid, { lostSince: undefined, at });
  }
  return left;
}

function replaceKey(patient: Patient, kid: string, by: PatientKey): Patient {
  return { ...patient, keys: patient.keys.map((each) => (each.kid === kid ? by : each)) };
}

function requireProgress(patient: Patient, key: PatientKey, word: Word): void {
  if (isContested(patient, key.kid)) {
    requireNews(patient, word);
    return;
  }
  const { status } = word;
  if (key.status === 'ACTIVE') return;
  if (key.status === 'RETIRED' && status === 'LOST') return;
  const since = voidSince(patient, word);
  if (status === 'LOST' && key.status === 'LOST' && isLonger(since, key.lostSince)) return;
  throw conflict('key', 'The key has ended already', 'an active key', 'an ended one');
}

/** A key says of another one no less than before. It may tell the time of a loss later. */
function requireNews({ endings = [] }: Patient, { key, by, status, lostSince }: Word): void {
  const said = endings.find((each) => each.key === key && each.by === by);
  if (said === undefined) return;
  const isTold = said.lostSince === undefined && lostSince !== undefined;
  const isMore = said.status === 'RETIRED' || isTold || isLonger(lostSince, said.lostSince);
  if (status === 'LOST' && isMore) return;
  throw conflict('key', 'The key has said so already', 'another word than before', 'the same');
}

/** Whether a loss reaches further back. */
function isLonger(lostSince: string | undefined, before: string | undefined): boolean {
  return before !== undefined && (lostSince === undefined || isAfter(before, lostSince));
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
