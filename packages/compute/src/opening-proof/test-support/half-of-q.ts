import { randomFillSync } from 'node:crypto';
import type { Profile } from '../../bfv/profiles.js';
import { bytesOf, fillResidues, wordsOf } from '../../bfv/residues.js';
import type { Seal } from '../../bfv/seal.js';
import { HiddenSlots } from '../../short-proof/hidden-slots.js';
import { PARTS, rangeOf, REPETITIONS } from '../../short-proof/parts.js';
import { encodeProof, type Proof } from '../../short-proof/responses.js';
import { expandChallenges, openTranscript } from '../../short-proof/transcript.js';
import {
  addIntegers,
  addShifted,
  addShiftedIntegers,
  isWithin,
  sampleWide,
} from '../../short-proof/wide.js';
import { dataModuliOf } from '../../threshold/transforms.js';
import { openingParts } from '../parameters.js';
import { openingWitness } from '../prove.js';
import { OpeningMap, openingStatement, partialPolynomial } from '../statement.js';
import type { ProvenOpeningRequest } from '../types.js';

/**
 * A member that adds half of q to every coefficient of its first partial opening, and proves it. Half of q in every
 * coefficient is left as it is by each power of X, but for numbers of at most one. So no challenge finds it out.
 *
 * @param honest the partial openings of the member, from which the first is bent
 */
export function proveHalfOfQ(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  { key, ...about }: ProvenOpeningRequest,
  honest: readonly Uint8Array[],
): { readonly partials: readonly Uint8Array[]; readonly proof: Uint8Array } {
  const { degree } = profile;
  const moduli = dataModuliOf(profile);
  const opening = new OpeningMap(seal, profile);
  opening.set(about);
  const { map } = opening;
  const witnesses = key.shares.map((share, index) =>
    openingWitness(profile, opening, share, {
      ...{ key, about },
      contribution: about.contributions[index] as Uint8Array,
    }),
  );
  // Half of q is (p + 1)/2 modulo each p.
  const size = moduli.length * degree;
  const half = fillResidues(new BigUint64Array(size), moduli, (_, p) => (p + 1n) / 2n);
  const words = wordsOf(honest[0] as Uint8Array);
  const bent = fillResidues(words, moduli, (at) => (words[at] as bigint) + (half[at] as bigint));
  const partials = [bytesOf(bent), ...honest.slice(1)];
  const polynomials = partials.map((bytes) => partialPolynomial(profile, bytes));
  const statement = openingStatement(profile, about, polynomials);
  const parts = openingParts(profile, witnesses.length, about.epoch);
  const hidden = new HiddenSlots(profile, about.slots);
  // What is committed to is short of it: A(y) - half.
  map.setImages([[half, new BigUint64Array(size)]]);
  const mask = (name: (typeof PARTS)[number]) =>
    sampleWide(randomFillSync, degree, parts[name].maskBits);
  for (;;) {
    const responses = Array.from({ length: REPETITIONS }, () => ({
      ...{ x: mask('x'), e: mask('e'), w: mask('w') },
      message: hidden.sample(randomFillSync),
    }));
    const hash = openTranscript(statement);
    for (const one of responses) map.hash(hash, one, [0], hidden.scale);
    const challenge = hash.digest();
    const challenges = expandChallenges(statement, challenge, degree);
    responses.forEach((response, repetition) => {
      const shifts = challenges[repetition] as readonly number[];
      witnesses.forEach((witness, index) => {
        for (const name of PARTS)
          addShifted(response[name], witness[name], shifts[index] as number);
        addShiftedIntegers(
          response.message,
          witness.message as Float64Array,
          shifts[index] as number,
        );
      });
      hidden.reduce(response.message, response.w);
      addIntegers(response.w, differenceOf(shifts[0] as number, degree));
    });
    const proof: Proof = { challenge, responses };
    const isShort = responses.every((response) =>
      PARTS.every((name) => isWithin(response[name], ...rangeOf(parts[name], witnesses.length))),
    );
    if (!isShort) continue;
    const form = { degree, parts, statements: witnesses.length, hidden };
    return { partials, proof: encodeProof(proof, form) };
  }
}

/** X^shift times half of q in each coefficient, less the same: -1 where the sign turns, as twice a half is 1. */
function differenceOf(shift: number, degree: number): Float64Array {
  const isTurned = (at: number) => (shift < degree ? at < shift : at >= shift - degree);
  return Float64Array.from({ length: degree }, (_, at) => (isTurned(at) ? -1 : 0));
}
