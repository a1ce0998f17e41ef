import { randomFillSync, type Hash } from 'node:crypto';
import type { Bound, ValueRange } from '@salus/protocol/computation';
import { freshBound } from '../bfv/bounds.js';
import { checkPolynomials, checkValues } from '../bfv/checks.js';
import { hashed } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import type { BoundHashed, Hashed } from '../bfv/hashed.js';
import { sha256Hex } from '../bfv/hashing.js';
import type { Profile } from '../bfv/profiles.js';
import { withHeader, wordsOf } from '../bfv/residues.js';
import { save, type Seal } from '../bfv/seal.js';
import { LinearMap, type CiphertextPolynomials, type KeyPolynomials } from './commitments.js';
import {
  MOST_CIPHERTEXTS,
  PARTS,
  partsFor,
  rangeOf,
  REPETITIONS,
  type Part,
  type PartName,
} from './parameters.js';
import { encodeProof, type Proof, type Triple } from './responses.js';
import { Ring } from './ring.js';
import { sampleError, sampleTernary, type Randomness } from './sampling.js';
import { expandChallenges, openTranscript } from './transcript.js';
import { addShifted, isWithin, sampleWide, wideOf, wipeWide, type Wide } from './wide.js';

/** What is encrypted and proven together. */
export interface ProvenEncryptionRequest {
  readonly publicKey: Uint8Array;
  /** From 1 to {@link MOST_CIPHERTEXTS} vectors, a ciphertext each. */
  readonly vectors: readonly {
    readonly values: readonly number[];
    readonly bound?: ValueRange;
  }[];
  /** SHA-256 of what the ciphertexts are for, hex. */
  readonly contextHash: string;
}

export interface ProvenCiphertexts {
  readonly ciphertexts: readonly BoundHashed[];
  readonly proof: Hashed;
}

/** Attempts after which something else than chance must be wrong: one in 10^24 provers gets there. */
const MOST_ATTEMPTS = 64;

/** Encrypts, and proves of each ciphertext that it is an encryption whose secrets the prover knows. */
export class Prover {
  readonly #seal: Seal;
  readonly #profile: Profile;
  readonly #ring: Ring;
  readonly #map: LinearMap;
  readonly #random: Randomness;

  constructor(seal: Seal, profile: Profile, random: Randomness = randomFillSync) {
    this.#seal = seal;
    this.#profile = profile;
    this.#ring = new Ring(profile);
    this.#map = new LinearMap(profile, this.#ring);
    this.#random = random;
  }

  /** @throws ComputeError ERR_VALUE_OUT_OF_RANGE, ERR_PUBLIC_KEY_INVALID */
  encrypt({ publicKey, vectors, contextHash }: ProvenEncryptionRequest): ProvenCiphertexts {
    checkCount(vectors.length);
    const bounds = vectors.map(({ values, bound }) => {
      const fresh = freshBound(this.#profile, bound ?? { least: 0, most: this.#profile.maxValue });
      checkValues(this.#profile, values, fresh);
      return fresh;
    });
    this.#map.setKey(keyPolynomials(this.#seal, this.#profile, publicKey));
    const made = vectors.map(({ values }) => this.#encryptOne(values));
    const ciphertexts = made.map(({ polynomials: { c0, c1 } }) =>
      hashed(withHeader(this.#seal.headers.ciphertext, c0, c1)),
    );
    const statement = {
      profile: this.#profile.name,
      publicKeyHash: sha256Hex(publicKey),
      ciphertextHashes: ciphertexts.map(({ hash }) => hash),
      contextHash,
    };
    const witnesses = made.map(({ witness }) => witness);
    try {
      const proof = proveKnowledge(() => openTranscript(statement), {
        profile: this.#profile,
        map: this.#map,
        random: this.#random,
        witnesses,
      });
      return {
        ciphertexts: ciphertexts.map((one, index) => ({ ...one, bound: bounds[index] as Bound })),
        proof: hashed(encodeProof(this.#profile, proof, witnesses.length)),
      };
    } finally {
      for (const witness of witnesses) wipe(witness);
      this.#map.wipe();
    }
  }

  #encryptOne(values: readonly number[]): {
    readonly polynomials: CiphertextPolynomials;
    readonly witness: Triple;
  } {
    const { degree, plainModulus, coefficientModuli } = this.#profile;
    const [t, q] = [plainModulus, coefficientModuli.slice(0, -1).reduce((a, b) => a * b)];
    const rest = q % t;
    const message = encode(this.#seal, this.#profile, values);
    // SEAL's scaling: q·m/t, rounded, is ⌊q/t⌋·m and this much more.
    const carry = message.map((m) => Number((rest * BigInt(m) + (t + 1n) / 2n) / t));
    const [u, e0, e1] = [sampleTernary, sampleError, sampleError].map((sample) =>
      sample(this.#random, degree),
    ) as [Float64Array, Float64Array, Float64Array];
    const { bu, au } = this.#map.encrypt(u);
    this.#map.addIntegers(bu, message, q / t);
    this.#map.addIntegers(bu, carry);
    this.#map.addIntegers(bu, e0);
    this.#map.addIntegers(au, e1);
    const polynomials = { c0: this.#ring.get(bu), c1: this.#ring.get(au) };
    // What rounding has added, times t, and t times the error: below 2^45.
    const w = e0.map((error, index) => {
      const [m, more] = [BigInt(message[index] as number), BigInt(carry[index] as number)];
      return Number(t) * error + Number(t * more - rest * m);
    });
    for (const secret of [message, carry, e0]) secret.fill(0);
    return { polynomials, witness: { u: [u], e1: [e1], w: [w] } };
  }
}

/** What a prover has: the map of the statement, and witnesses that it takes to the ciphertexts. */
export interface Knowledge {
  readonly profile: Profile;
  readonly map: LinearMap;
  readonly random: Randomness;
  readonly witnesses: readonly Triple[];
}

/**
 * Proves knowledge of short witnesses. Fiat–Shamir with aborts: a response that could tell of a witness is
 * not sent, and all masks are drawn anew.
 *
 * @param transcript starts the hash of what the proof is about
 */
export function proveKnowledge(transcript: () => Hash, knowledge: Knowledge): Proof {
  const { profile, map, random, witnesses } = knowledge;
  const { degree } = profile;
  const parts = partsFor(profile, witnesses.length);
  const mask = (name: PartName) => sampleWide(random, degree, parts[name].maskBits);
  const own = witnesses.map((witness) => ({
    u: widened(witness.u, parts.u),
    e1: widened(witness.e1, parts.e1),
    w: widened(witness.w, parts.w),
  }));
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const responses = Array.from({ length: REPETITIONS }, () => ({
      u: mask('u'),
      e1: mask('e1'),
      w: mask('w'),
    }));
    const hash = transcript();
    for (const one of responses) map.hash(hash, one);
    const challenge = hash.digest();
    const challenges = expandChallenges(challenge, degree, witnesses.length);
    responses.forEach((response, index) => {
      addWitnesses(response, own, challenges[index] as readonly number[]);
    });
    const tellsNothing = responses.every((response) =>
      PARTS.every((name) => isWithin(response[name], ...rangeOf(parts[name], witnesses.length))),
    );
    if (tellsNothing) return { challenge, responses };
    responses.forEach(wipe);
  }
  throw new ComputeError('ERR_ENGINE_FAILED', 'no attempt at a proof came to an end');
}

/** A witness, whose coefficients doubles hold, with as many limbs as its mask has. */
const widened = (witness: Wide, { maskBits }: Part): Wide =>
  wideOf(witness[0] as Float64Array, maskBits);

/** Makes a mask a response: adds each witness, times its challenge. */
function addWitnesses(into: Triple, witnesses: readonly Triple[], shifts: readonly number[]): void {
  witnesses.forEach((witness, index) => {
    for (const name of PARTS) addShifted(into[name], witness[name], shifts[index] as number);
  });
}

/** The message polynomial of a vector: N coefficients below t. */
function encode(seal: Seal, profile: Profile, values: readonly number[]): Float64Array {
  const slots = new BigUint64Array(profile.degree);
  const t = Number(profile.plainModulus);
  values.forEach((value, slot) => (slots[slot] = BigInt(value < 0 ? value + t : value)));
  using plaintext = new seal.module.Plaintext();
  seal.encoder.encode(slots, plaintext);
  const saved = save(seal.module, plaintext);
  const message = new Float64Array(profile.degree);
  wordsOf(saved, PLAIN_HEADER_LENGTH).forEach((word, index) => (message[index] = Number(word)));
  slots.fill(0n);
  saved.fill(0);
  return message;
}

/** SEAL's header of an uncompressed plaintext. */
const PLAIN_HEADER_LENGTH = 88;

export function keyPolynomials(
  seal: Pick<Seal, 'headers'>,
  profile: Profile,
  publicKey: Uint8Array,
): KeyPolynomials {
  const [b, a] = checkPolynomials(profile, publicKey, {
    code: 'ERR_PUBLIC_KEY_INVALID',
    argument: 'publicKey',
    length: profile.publicKeyLength,
    moduli: profile.coefficientModuli,
    header: seal.headers.publicKey,
  }) as [BigUint64Array, BigUint64Array];
  return { b, a };
}

/** @throws ComputeError ERR_VALUE_OUT_OF_RANGE */
export function checkCount(ciphertexts: number): void {
  if (ciphertexts >= 1 && ciphertexts <= MOST_CIPHERTEXTS) return;
  throw new ComputeError('ERR_VALUE_OUT_OF_RANGE', 'a proof covers no such number of ciphertexts', {
    argument: 'vectors',
    expected: `1 to ${MOST_CIPHERTEXTS}`,
    got: String(ciphertexts),
  });
}

function wipe(triple: Triple): void {
  for (const name of PARTS) wipeWide(triple[name]);
}
