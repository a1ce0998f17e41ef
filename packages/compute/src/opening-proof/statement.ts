import { checkLength, checkPolynomials } from '../bfv/checks.js';
import { ciphertextPolynomials } from '../bfv/cipher-operations.js';
import { commonPolynomial } from '../bfv/common-polynomial.js';
import { ComputeError } from '../bfv/errors.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import { bytesOf } from '../bfv/residues.js';
import type { Seal } from '../bfv/seal.js';
import type { LinearMap } from '../short-proof/linear-map.js';
import type { Polynomial, Ring } from '../short-proof/ring.js';
import type { Statement } from '../short-proof/transcript.js';
import { checkSlots } from '../threshold/opening-operations.js';
import { dataModuliOf, dataPart } from '../threshold/transforms.js';
import { MOST_SHARES } from './parameters.js';
import type { OpeningStatement } from './types.js';

/** A result is opened doubled, as a proof of encryption is about twice a ciphertext. */
const TWICE = 2n;

/** Sets the map (c1·s + f + ⌊q/t⌋·r, a·s + e), c1 of twice the result. */
export function setOpeningMap(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  { map, ring, scratch }: { map: LinearMap; ring: Ring; scratch: Polynomial },
  { ciphertext, seed, contributions, slots }: OpeningStatement,
): void {
  checkSlots(profile, slots);
  checkLength(seed, 32, 'ERR_CONTRIBUTION_INVALID', 'seed');
  if (contributions.length < 1 || contributions.length > MOST_SHARES) {
    throw new ComputeError('ERR_COMMITTEE_INVALID', 'a proof covers no such number of shares', {
      argument: 'contributions',
      expected: `1 to ${MOST_SHARES}`,
      got: String(contributions.length),
    });
  }
  const [, c1] = ciphertextPolynomials(seal, profile, ciphertext, 'ciphertext');
  ring.put(scratch, c1);
  ring.scale(scratch, TWICE);
  ring.forward(scratch);
  map.setFactors([ring.get(scratch), dataPart(profile, commonPolynomial(profile, seed))]);
}

/** -b_A over the data moduli, in coefficient form. */
export function negatedContribution(
  profile: Profile,
  { ring, scratch }: { ring: Ring; scratch: Polynomial },
  contribution: Uint8Array,
): BigUint64Array {
  const [b] = checkPolynomials(profile, contribution, {
    code: 'ERR_CONTRIBUTION_INVALID',
    argument: 'contributions',
    length: profile.contributionLength,
    moduli: profile.coefficientModuli,
  }) as [BigUint64Array];
  ring.put(scratch, dataPart(profile, b));
  ring.backward(scratch);
  ring.scale(scratch, -1n);
  return ring.get(scratch);
}

/** A partial opening's residues. @throws ComputeError ERR_PARTIAL_INVALID */
export function partialPolynomial(profile: Profile, bytes: Uint8Array): BigUint64Array {
  const [polynomial] = checkPolynomials(profile, bytes, {
    code: 'ERR_PARTIAL_INVALID',
    argument: 'partials',
    length: profile.partialLength,
    moduli: dataModuliOf(profile),
  }) as [BigUint64Array];
  return polynomial;
}

/** What the challenges' hash covers. */
export function openingStatement(
  { name }: Profile,
  { ciphertext, seed, contributions, contextHash, slots }: OpeningStatement,
  partials: readonly BigUint64Array[],
): Statement {
  return {
    kind: 'opening',
    profile: name,
    contextHash,
    shared: [sha256Hex(ciphertext), sha256Hex(seed)],
    each: contributions.map((contribution, index) => [
      sha256Hex(contribution),
      sha256Hex(bytesOf(partials[index] as BigUint64Array)),
    ]),
    slots,
  };
}
