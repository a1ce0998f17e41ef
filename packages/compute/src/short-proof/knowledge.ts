import { ComputeError } from '../bfv/errors.js';
import type { LinearMap } from './linear-map.js';
import { PARTS, rangeOf, REPETITIONS, type PartName, type Parts } from './parts.js';
import type { HiddenSlots } from './hidden-slots.js';
import { proofInvalid } from './invalid.js';
import type { Openable, Proof } from './responses.js';
import type { Randomness } from './sampling.js';
import { expandChallenges, openTranscript, type Statement } from './transcript.js';
import { addShifted, addShiftedIntegers, isWithin, sampleWide, wipeWide } from './wide.js';

/** A statement and the map in which its images are. */
export interface Relation {
  readonly map: LinearMap;
  readonly degree: number;
  readonly statement: Statement;
  /** Wide enough for all statements together. */
  readonly parts: Parts;
  /** Where witnesses have messages. */
  readonly hidden?: HiddenSlots;
}

/** Attempts after which something else than chance must be wrong: one in 10^12 provers gets there. */
const MOST_ATTEMPTS = 64;

/**
 * Proves knowledge of short witnesses, one of each statement, with as many limbs as masks have. Fiat–Shamir
 * with aborts: a response that could tell of a witness is not sent, and all masks are drawn anew.
 */
export function proveKnowledge(
  { map, degree, statement, parts, hidden }: Relation,
  witnesses: readonly Openable[],
  random: Randomness,
): Proof {
  const mask = (name: PartName) => sampleWide(random, degree, parts[name].maskBits);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const responses = Array.from({ length: REPETITIONS }, () => ({
      x: mask('x'),
      e: mask('e'),
      w: mask('w'),
      ...(hidden && { message: hidden.sample(random) }),
    }));
    const hash = openTranscript(statement);
    for (const one of responses) map.hash(hash, one, [], hidden?.scale);
    const challenge = hash.digest();
    const challenges = expandChallenges(statement, challenge, degree);
    responses.forEach((response, index) => {
      addWitnesses(response, witnesses, challenges[index] as readonly number[], hidden);
    });
    const tellsNothing = responses.every((response) =>
      PARTS.every((name) => isWithin(response[name], ...rangeOf(parts[name], witnesses.length))),
    );
    if (tellsNothing) return { challenge, responses };
    responses.forEach(wipeSecret);
  }
  throw new ComputeError('ERR_ENGINE_FAILED', 'no attempt at a proof came to an end');
}

/** @throws ComputeError ERR_PROOF_INVALID */
export function verifyKnowledge(
  { map, degree, statement, hidden }: Relation,
  { challenge, responses }: Proof,
): void {
  const hash = openTranscript(statement);
  const challenges = expandChallenges(statement, challenge, degree);
  responses.forEach((response, index) => {
    map.hash(hash, response, challenges[index], hidden?.scale);
  });
  if (hash.digest().equals(challenge)) return;
  throw proofInvalid('the proof does not hold', {
    expected: 'a proof of these bytes, by who made them, for this purpose',
  });
}

/** Makes a mask a response: adds each witness, times its challenge. */
function addWitnesses(
  into: Openable,
  witnesses: readonly Openable[],
  shifts: readonly number[],
  hidden: HiddenSlots | undefined,
): void {
  witnesses.forEach((witness, index) => {
    const shift = shifts[index] as number;
    for (const name of PARTS) addShifted(into[name], witness[name], shift);
    if (into.message && witness.message) addShiftedIntegers(into.message, witness.message, shift);
  });
  if (into.message) hidden?.reduce(into.message, into.w);
}

/** Overwrites a secret. */
export function wipeSecret(secret: Openable): void {
  for (const name of PARTS) wipeWide(secret[name]);
  secret.message?.fill(0);
}
