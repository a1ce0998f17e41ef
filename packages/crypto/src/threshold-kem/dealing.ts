/**
 * Distributed key generation: every custodian deals a Shamir sharing of a secret of its own; the
 * collective key is the sum. Nobody deals the key, so nobody ever knows it.
 */
import { hashOf, SalusError } from '@salus/protocol';
import {
  decodeBase64url,
  encodeBase64url,
  pointText,
  readPointText,
  type GroupPoint,
} from './group.js';
import { knows, prove, PROOF_BYTES, verify, type ProofUse } from './proofs.js';
import { commitmentsOf, imageAt, isShareAt, randomPolynomial, type Polynomial } from './sharing.js';

/** Who makes a key, and how many of them open. */
export interface KeyTerms {
  readonly keyId: string;
  readonly threshold: number;
  /** MSP IDs; the place in the list, from 1, is a custodian's index. */
  readonly custodians: readonly string[];
}

/** What a dealer reveals of its polynomial. */
export interface Dealing {
  /** Feldman's commitments, the secret's first: compressed points in base64url. */
  readonly points: readonly string[];
  /** Proof that the dealer knows its secret: base64url. */
  readonly proof: string;
}

/** The public half of a collective key. */
export interface PublicHalves {
  /** base64url of the uncompressed point. */
  readonly publicKey: string;
  /** Each custodian's share times the generator, in order of the custodians. */
  readonly shareImages: readonly string[];
}

const BLAME = { code: 'ERR_CONTRIBUTION_INVALID', argument: 'points' } as const;

/** A custodian's index, from 1. @throws SalusError `ERR_COMMITTEE_INVALID` */
export function indexOf({ custodians, keyId }: KeyTerms, mspId: string): number {
  const place = custodians.indexOf(mspId);
  if (place >= 0) return place + 1;
  throw new SalusError('ERR_COMMITTEE_INVALID', `${mspId} is no custodian of ${keyId}`, {
    argument: 'mspId',
    expected: custodians.join(', '),
    got: mspId,
  });
}

/** Draws a polynomial, to be wiped, and tells what its dealer will reveal of it. */
export function makeDealing(
  terms: KeyTerms,
  dealer: string,
): { polynomial: Polynomial; dealing: Dealing } {
  const polynomial = randomPolynomial(terms.threshold);
  return { polynomial, dealing: describeDealing(terms, dealer, polynomial) };
}

/** What a dealer reveals of a polynomial; the same each time. */
export function describeDealing(terms: KeyTerms, dealer: string, polynomial: Polynomial): Dealing {
  const commitments = commitmentsOf(polynomial);
  const [secret, image] = [polynomial[0], commitments[0]];
  if (!secret || !image) throw new RangeError('A polynomial has a constant');
  const proof = prove(secret, knows(image), possession(terms, dealer));
  return { points: commitments.map(pointText), proof: encodeBase64url(proof) };
}

/** What a dealer commits to before anybody reveals: the dealing, for this key and by this dealer. */
export function commitmentTo(
  { keyId, threshold, custodians }: KeyTerms,
  dealer: string,
  { points, proof }: Dealing,
): string {
  return hashOf({ keyId, dealer, threshold, custodians, points, proof });
}

/**
 * Reads a dealing's commitments: as many as the threshold, and the dealer knew the secret.
 *
 * @throws SalusError `ERR_CONTRIBUTION_INVALID`
 */
export function readDealing(terms: KeyTerms, dealer: string, dealing: Dealing): GroupPoint[] {
  if (dealing.points.length !== terms.threshold) {
    throw invalid(dealer, `it has ${dealing.points.length} points, not ${terms.threshold}`);
  }
  const points = dealing.points.map((text) => readPointText(text, BLAME));
  const proof = decodeBase64url(dealing.proof, PROOF_BYTES, { ...BLAME, argument: 'proof' });
  const secretImage = points[0];
  if (secretImage && verify(proof, knows(secretImage), possession(terms, dealer))) return points;
  throw invalid(dealer, 'the proof that it knows its secret does not verify');
}

/** Tells whether a dealer's share for a custodian is what its dealing promises. */
export function fits(
  terms: KeyTerms,
  points: readonly GroupPoint[],
  { to, share }: { readonly to: string; readonly share: Uint8Array },
): boolean {
  return isShareAt(points, { index: indexOf(terms, to), value: share });
}

/**
 * The public halves of the key that dealings add up to. Anybody computes the same from the ledger.
 *
 * @throws SalusError `ERR_CONTRIBUTION_INVALID` naming the dealer whose dealing is none
 */
export function addUp(terms: KeyTerms, dealings: ReadonlyMap<string, Dealing>): PublicHalves {
  const read = terms.custodians.map((dealer) => {
    const dealing = dealings.get(dealer);
    if (!dealing) throw invalid(dealer, 'it is missing');
    return readDealing(terms, dealer, dealing);
  });
  const sum = (points: readonly GroupPoint[]) => {
    const total = points.reduce((one, other) => one.add(other));
    // Without an honest dealer the secrets may cancel out.
    if (total.is0()) throw invalid(terms.custodians.join(', '), 'they add up to nothing');
    return total;
  };
  const key = sum(read.map(([first]) => first as GroupPoint));
  const shareImages = terms.custodians.map((_, place) =>
    pointText(sum(read.map((points) => imageAt(points, place + 1)))),
  );
  return { publicKey: encodeBase64url(key.toBytes(false)), shareImages };
}

/** Tells whether public halves are those of the key that dealings add up to. */
export function isGenuine(
  terms: KeyTerms & Partial<PublicHalves>,
  dealings: ReadonlyMap<string, Dealing>,
): boolean {
  try {
    const { publicKey, shareImages } = addUp(terms, dealings);
    return publicKey === terms.publicKey && hashOf(shareImages) === hashOf(terms.shareImages);
  } catch {
    return false;
  }
}

/** HPKE's context of a share on its way from its dealer to a custodian. */
export function shareContext(keyId: string, dealer: string, to: string) {
  return { info: 'salus/custodian-share/v1', aad: JSON.stringify([keyId, dealer, to]) };
}

function possession(terms: KeyTerms, dealer: string): ProofUse {
  const { keyId, threshold, custodians } = terms;
  return {
    domain: 'salus/break-glass/dealing/v1',
    bound: [keyId, String(threshold), JSON.stringify(custodians), dealer],
  };
}

function invalid(dealer: string, why: string): SalusError {
  return new SalusError(
    'ERR_CONTRIBUTION_INVALID',
    `The dealing of ${dealer} does not make a key: ${why}`,
    { argument: 'dealing', got: dealer },
  );
}
