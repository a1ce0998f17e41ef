import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sha256Hex } from '../bfv/hashing.js';
import { HEADER_LENGTH, profileOf } from '../bfv/profiles.js';
import { at, withHeader, wordsOf } from '../bfv/residues.js';
import { createEngine } from '../engine/engine.js';
import { Assembly, committeeOf } from '../threshold/committee.fixture.js';
import { proveKnowledge } from '../short-proof/knowledge.js';
import { LinearMap, type Pair } from '../short-proof/linear-map.js';
import { CHALLENGE_LENGTH, PARTS, rangeOf, REPETITIONS } from '../short-proof/parts.js';
import { decodeProof, encodeProof, type Triple } from '../short-proof/responses.js';
import { Ring } from '../short-proof/ring.js';
import { sampleError, sampleTernary } from '../short-proof/sampling.js';
import { runReference } from '../short-proof/test-support/reference.js';
import { expandChallenges } from '../short-proof/transcript.js';
import { emptyWide, LIMB_BITS, sampleWide, wideOf, type Wide } from '../short-proof/wide.js';
import { encryptionParts, MOST_CIPHERTEXTS, proofLength, provenNoise } from './parameters.js';
import { encryptionStatement, keyPair } from './prove.js';
import type { ProvenCiphertexts } from './types.js';
import { Verifier } from './verify.js';

const profile = profileOf('bfv-8192-proven-v1');
const { degree } = profile;
const t = Number(profile.plainModulus);
const formOf = (statements: number) => ({
  degree,
  parts: encryptionParts(profile, statements),
  statements,
});
const moduli = profile.coefficientModuli.slice(0, -1);
const context = (text: string) => createHash('sha256').update(text).digest('hex');
const contextHash = context('claim 1 of InsurerMSP');
const invalid = { code: 'ERR_PROOF_INVALID' };

const engine = createEngine({ profile: profile.name });
let committee: Assembly;
let stranger: Assembly;
let one: ProvenCiphertexts;
let four: ProvenCiphertexts;
let verifier: Verifier;
/** Of a stranger's key, as SEAL writes them. */
let headers: { ciphertext: Uint8Array; publicKey: Uint8Array; transformed: Uint8Array };

const prove = (vectors: readonly (readonly number[])[], publicKey = committee.publicKey) =>
  engine.encryptProven({
    publicKey,
    vectors: vectors.map((values) => ({ values })),
    contextHash,
  });
const bytesOfAll = ({ ciphertexts }: ProvenCiphertexts) => ciphertexts.map(({ bytes }) => bytes);
const claimOf = (proven: ProvenCiphertexts) => ({
  publicKey: committee.publicKey,
  ciphertexts: bytesOfAll(proven),
  proof: proven.proof.bytes,
  contextHash,
});

/** Both implementations agree, and what they say is given. */
function judge(claim: ReturnType<typeof claimOf>): string {
  const told = runReference(profile.name, claim);
  try {
    const hash = verifier.verify(claim);
    expect({ told, hash }).toEqual({ told: 'the proof holds', hash: sha256Hex(claim.proof) });
    return 'holds';
  } catch (error) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/_INVALID|_OUT_OF_RANGE/) as string,
    });
    expect(told).not.toBe('the proof holds');
    return told;
  }
}

beforeAll(async () => {
  committee = await Assembly.meet(committeeOf(2, 3), { engine });
  stranger = await Assembly.meet(committeeOf(2, 3), { engine, keyId: 'key-2' });
  one = await prove([[12_50, 0, 65_535]]);
  four = await prove([[1], [2], [3], [4]]);
  const header = (bytes: Uint8Array) => bytes.slice(0, HEADER_LENGTH);
  const ciphertext = header(one.ciphertexts[0]!.bytes);
  headers = { ciphertext, publicKey: header(committee.publicKey), transformed: ciphertext };
  verifier = new Verifier({ headers }, profile);
});
afterAll(async () => {
  await engine.close();
});

describe('a proof of well-formed encryption', () => {
  it('holds for one ciphertext and for as many as it may cover', async () => {
    expect(judge(claimOf(one))).toBe('holds');
    expect(judge(claimOf(four))).toBe('holds');
    expect(judge(claimOf(await prove([[1], [2], [3]])))).toBe('holds');
  });

  it('is checked by the engine as well', async () => {
    expect(await engine.verifyProven(claimOf(four))).toBe(four.proof.hash);
    const other = { ...claimOf(four), contextHash: context('another claim') };
    await expect(engine.verifyProven(other)).rejects.toMatchObject(invalid);
  });

  it('has the length that docs/compute-proofs.md states', () => {
    const lengths = [one, four].map(({ proof }) => proof.bytes.length);
    expect(lengths).toEqual([1_105_952, 1_167_392]);
    expect(proofLength(profile, 3)).toBe(1_167_392);
  });

  it('comes with ciphertexts that the committee opens to the values', async () => {
    const opened = async (ciphertext: Uint8Array) => {
      const partials = await committee.partials(ciphertext);
      const request = { ciphertext, committee: committee.committee, partials };
      return (await engine.combineOpening({ ...request, slots: 8192 })).slice(0, 4);
    };
    expect(await opened(one.ciphertexts[0]!.bytes)).toEqual([1250, 0, 65_535, 0]);
    const inputs = four.ciphertexts.map(({ bytes, bound }) => ({ bytes, bound }));
    const sum = await engine.evaluate({ program: { name: 'sum.v1' }, inputs });
    expect(await opened(sum.bytes)).toEqual([10, 0, 0, 0]);
    const negative = await engine.encryptProven({
      publicKey: committee.publicKey,
      vectors: [{ values: [-7, -65_535, 3], bound: { least: -65_535, most: 65_535 } }],
      contextHash,
    });
    expect(await opened(negative.ciphertexts[0]!.bytes)).toEqual([-7, -65_535, 3, 0]);
  });

  it('covers no more ciphertexts than it may, and none is none', async () => {
    const refused = { code: 'ERR_VALUE_OUT_OF_RANGE', argument: 'vectors' };
    const many = Array.from({ length: MOST_CIPHERTEXTS + 1 }, () => [1]);
    await expect(prove(many)).rejects.toMatchObject(refused);
    await expect(prove([])).rejects.toMatchObject(refused);
    await expect(prove([[2 ** 32]])).rejects.toMatchObject({ code: 'ERR_VALUE_OUT_OF_RANGE' });
  });

  it('is not made under a profile without proofs', async () => {
    await using other = createEngine({ profile: 'bfv-8192-sum-v1' });
    const request = { publicKey: committee.publicKey, vectors: [{ values: [1] }], contextHash };
    await expect(other.encryptProven(request)).rejects.toMatchObject({
      code: 'ERR_PROFILE_UNKNOWN',
    });
  });
});

describe('a proof does not hold', () => {
  const REFUSED = 'the proof does not hold';

  it('for another purpose', () => {
    expect(judge({ ...claimOf(one), contextHash: context('claim 2') })).toBe(REFUSED);
  });

  it('under the key of another committee', () => {
    expect(judge({ ...claimOf(one), publicKey: stranger.publicKey })).toBe(REFUSED);
  });

  it('for a newly randomised copy of the ciphertext', async () => {
    const zero = await engine.encrypt({ publicKey: committee.publicKey, values: [0] });
    const inputs = [one.ciphertexts[0]!, zero].map(({ bytes, bound }) => ({ bytes, bound }));
    const copy = await engine.evaluate({ program: { name: 'sum.v1' }, inputs });
    expect(judge({ ...claimOf(one), ciphertexts: [copy.bytes] })).toBe(REFUSED);
  });

  it('for the ciphertext with a multiple of the secret hidden in it', () => {
    const [honest] = bytesOfAll(one);
    const words = wordsOf(honest!, HEADER_LENGTH);
    moduli.forEach((p, row) => {
      const index = (moduli.length + row) * degree;
      words[index] = (at(words, index) + 2n ** 104n) % p;
    });
    const malformed = withHeader(headers.ciphertext, words);
    expect(judge({ ...claimOf(one), ciphertexts: [malformed] })).toBe(REFUSED);
  });

  it('for its ciphertexts in another order, or for one of them', () => {
    const [first, second, third, fourth] = bytesOfAll(four) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const claim = claimOf(four);
    expect(judge({ ...claim, ciphertexts: [second, first, third, fourth] })).toBe(REFUSED);
    // Three are proven with responses of the same width as four.
    expect(judge({ ...claim, ciphertexts: [first, second, third] })).not.toBe('holds');
    expect(judge({ ...claim, ciphertexts: [first] })).toBe('the proof has the wrong length');
  });

  it('with two repetitions exchanged', () => {
    const { challenge, responses } = decodeProof(one.proof.bytes, formOf(1));
    const [first, second, ...rest] = responses as [Triple, Triple, ...Triple[]];
    const proof = encodeProof({ challenge, responses: [second, first, ...rest] }, formOf(1));
    expect(judge({ ...claimOf(one), proof })).toBe(REFUSED);
  });

  it('with any bit changed', () => {
    fc.assert(
      fc.property(fc.nat(8 * one.proof.bytes.length - 1), (bit) => {
        const proof = one.proof.bytes.slice();
        proof[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => verifier.verify({ ...claimOf(one), proof })).toThrow(
          expect.objectContaining(invalid) as Error,
        );
      }),
      { numRuns: 10 },
    );
  });

  it('truncated, lengthened or as no bytes at all', () => {
    const { bytes } = one.proof;
    const lengths = [bytes.slice(1), Buffer.concat([bytes, bytes]), new Uint8Array(0)];
    for (const proof of lengths) {
      expect(judge({ ...claimOf(one), proof })).toBe('the proof has the wrong length');
    }
    for (const proof of [undefined, 'proof', [1, 2]] as unknown as Uint8Array[]) {
      expect(() => verifier.verify({ ...claimOf(one), proof })).toThrow(
        expect.objectContaining(invalid) as Error,
      );
    }
  });

  it('with a response beyond its range', () => {
    const proof = decodeProof(one.proof.bytes, formOf(1));
    const TOO_LONG = 'a response of repetition 9 is too long';
    for (const name of PARTS) {
      const [least, end] = rangeOf(encryptionParts(profile, 1)[name], 1);
      for (const [value, told] of [
        [end - 1n, REFUSED],
        [end, TOO_LONG],
        [least, REFUSED],
        [least - 1n, TOO_LONG],
      ] as const) {
        const responses = structuredClone(proof.responses);
        setCoefficient(responses[REPETITIONS - 1]![name], degree - 1, value);
        const bytes = encodeProof({ ...proof, responses }, formOf(1));
        expect(judge({ ...claimOf(one), proof: bytes })).toBe(told);
      }
    }
  });

  it('without its ciphertext being one', () => {
    const words = wordsOf(bytesOfAll(one)[0]!, HEADER_LENGTH);
    words[0] = moduli[0]!;
    const ciphertexts = [withHeader(headers.ciphertext, words)];
    expect(judge({ ...claimOf(one), ciphertexts })).toBe(
      'ciphertext 0: a coefficient is not below its modulus',
    );
  });
});

/** A prover that makes ciphertexts of secrets that it chooses, and follows the protocol with them. */
class ChoosingProver {
  readonly #ring = new Ring(profile);
  readonly #map = new LinearMap(this.#ring);
  readonly #key = keyPair({ headers }, profile, committee.publicKey);

  make({ u, e0, e1 }: { u: Float64Array; e0: Float64Array; e1: Float64Array }) {
    const { parts } = formOf(1);
    this.#map.setFactors(this.#key);
    const x = wideOf(u, parts.x.maskBits);
    const [bu, au] = this.#map.products(x);
    this.#map.integers.add(bu, e0);
    this.#map.integers.add(au, e1);
    const polynomials: Pair = [this.#ring.get(bu), this.#ring.get(au)];
    const scaled = e0.map((error) => t * error);
    const e = wideOf(e1, parts.e.maskBits);
    return { polynomials, witness: { x, e, w: wideOf(scaled, parts.w.maskBits) } };
  }

  prove({ polynomials, witness }: { polynomials: Pair; witness: Triple }) {
    const { publicKey } = committee;
    const ciphertext = withHeader(headers.ciphertext, ...polynomials);
    const hashes = [sha256Hex(ciphertext)];
    const statement = encryptionStatement(profile, { publicKey, hashes, contextHash });
    this.#map.setFactors(this.#key, profile.plainModulus);
    const relation = { map: this.#map, degree, statement, parts: formOf(1).parts };
    const proof = encodeProof(proveKnowledge(relation, [witness], random), formOf(1));
    return { publicKey, ciphertexts: [ciphertext], proof, contextHash };
  }
}

const random = (bytes: Uint8Array) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);

describe('a prover that chooses its secrets', () => {
  const filled = (value: number) => new Float64Array(degree).fill(value);
  let prover: ChoosingProver;
  beforeAll(() => {
    prover = new ChoosingProver();
  });

  it('succeeds with the longest that an honest one can draw', () => {
    const made = prover.make({ u: filled(-1), e0: filled(21), e1: filled(-21) });
    expect(judge(prover.prove(made))).toBe('holds');
  });

  it('finds no response within range for secrets far beyond', () => {
    const long = filled(0);
    long[5] = 2 ** 24;
    const made = prover.make({ u: sampleTernary(random, degree), e0: filled(0), e1: long });
    expect(() => prover.prove(made)).toThrow(
      expect.objectContaining({ code: 'ERR_ENGINE_FAILED' }) as Error,
    );
  });

  it('fails with short secrets that are not those of the ciphertext', () => {
    const made = prover.make({
      u: sampleTernary(random, degree),
      e0: sampleError(random, degree),
      e1: sampleError(random, degree),
    });
    const e = [made.witness.e[0]!.slice()];
    e[0]![0]! += 1;
    expect(judge(prover.prove({ ...made, witness: { ...made.witness, e } }))).toBe(
      'the proof does not hold',
    );
  });

  it('fails where it answers another challenge than the hash gives', () => {
    const made = prover.make({ u: filled(0), e0: filled(0), e1: filled(0) });
    const claim = prover.prove(made);
    const proof = claim.proof.slice();
    proof.set(createHash('sha256').update('chosen').digest().subarray(0, CHALLENGE_LENGTH));
    expect(judge({ ...claim, proof })).toBe('the proof does not hold');
  });
});

describe('soundness', () => {
  it('comes from 140 bits of challenges, uniform over the 2N powers of X', () => {
    expect(REPETITIONS * Math.log2(2 * degree)).toBe(140);
    const challenges = expandChallenges(
      { kind: 'encryption', each: [[], [], [], []] },
      new Uint8Array(32).fill(1),
      degree,
    ).flat();
    expect(challenges).toHaveLength(40);
    expect(challenges.every((shift) => shift >= 0 && shift < 2 * degree)).toBe(true);
    expect(new Set(challenges).size).toBeGreaterThan(35);
  });

  it('loses a factor with coefficients -1, 0 and 1 where two challenges differ', () => {
    // Over the integers, so whether a difference can be inverted modulo q does not matter.
    const size = 64;
    fc.assert(
      fc.property(fc.nat(2 * size - 1), fc.nat(2 * size - 1), (i, j) => {
        fc.pre(i !== j);
        const inverse = doubledInverse(i, j, size);
        expect(inverse.every((value) => Math.abs(value) <= 1)).toBe(true);
        const two = product(difference(i, j, size), inverse);
        expect(two).toEqual([2, ...Array<number>(size - 1).fill(0)]);
      }),
    );
  });

  it('leaves a noise that the profile covers, for as many inputs as it adds up', () => {
    const bits = provenNoise(profile).toString(2).length;
    expect(profile.provenNoiseBits).toBe(bits);
    expect(runReference(profile.name)).toBe(String(provenNoise(profile)));
    expect(bits + Math.log2(profile.maxInputs)).toBeLessThanOrEqual(profile.noiseCeilingBits);
  });
});

describe('a response', () => {
  it('has room for every witness, and each comes from one mask', () => {
    for (const ciphertexts of [1, 2, 3, 4]) {
      const parts = encryptionParts(profile, ciphertexts);
      for (const name of PARTS) {
        const { witness, maskBits } = parts[name];
        const [least, end] = rangeOf(parts[name], ciphertexts);
        const most = witness * BigInt(ciphertexts);
        // Taken off the ends of the range, the greatest sums of witnesses are masks still.
        expect([least - most, end - 1n + most]).toEqual([
          -(2n ** BigInt(maskBits)),
          2n ** BigInt(maskBits) - 1n,
        ]);
        // So little of the range is lost that most attempts succeed.
        expect(2n ** BigInt(maskBits) / most).toBeGreaterThan(2n ** 18n);
      }
    }
  });

  it('survives its encoding at the ends of its range', () => {
    const parts = encryptionParts(profile, 4);
    const value = (name: (typeof PARTS)[number]) => {
      const [least, end] = rangeOf(parts[name], 4);
      const limb = 2n ** BigInt(LIMB_BITS);
      const inside = [least, end - 1n, 0n, -1n, 1n, limb, -limb, limb - 1n, -limb - 1n];
      return fc.constantFrom(...inside.filter((one_) => one_ >= least && one_ < end));
    };
    fc.assert(
      fc.property(value('x'), value('e'), value('w'), (x, e, w) => {
        const response = emptyTriple();
        for (let index = 0; index < degree; index += 3) {
          setCoefficient(response.x, index, x);
          setCoefficient(response.e, index, e);
          setCoefficient(response.w, index, w);
        }
        const proof = {
          challenge: new Uint8Array(CHALLENGE_LENGTH).fill(9),
          responses: Array.from({ length: REPETITIONS }, () => response),
        };
        expect(decodeProof(encodeProof(proof, formOf(4)), formOf(4))).toEqual(proof);
      }),
      { numRuns: 5 },
    );
  });

  const emptyTriple = (): Triple => {
    const parts = encryptionParts(profile, 4);
    const empty = (name: (typeof PARTS)[number]) => emptyWide(degree, parts[name].maskBits);
    return { x: empty('x'), e: empty('e'), w: empty('w') };
  };
});

/** Sets one coefficient, limb by limb. */
function setCoefficient(wide: Wide, index: number, value: bigint): void {
  wide.forEach((limb, place) => {
    const shifted = value >> BigInt(LIMB_BITS * place);
    const isLast = place === wide.length - 1;
    limb[index] = Number(isLast ? shifted : BigInt.asUintN(LIMB_BITS, shifted));
  });
}

describe('what is drawn', () => {
  /** A stream that is the same at every run, so that these tests can't fail by chance. */
  const stream = (seed: string) => {
    let block = 0;
    return (bytes: Uint8Array) => {
      const hash = createHash('shake256', { outputLength: bytes.length });
      bytes.set(hash.update(`${seed} ${block}`).digest());
      block += 1;
    };
  };
  const moments = (values: Float64Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(square) };
  };
  const count = 2 ** 16;

  it('is ternary, each value as often', () => {
    const drawn = sampleTernary(stream('u'), count);
    for (const value of [-1, 0, 1]) {
      const share = drawn.filter((one_) => one_ === value).length / count;
      expect(share).toBeCloseTo(1 / 3, 2);
    }
    expect(drawn.every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  it("is an error of SEAL's distribution: 21 coins less 21 coins", () => {
    const drawn = sampleError(stream('e'), count);
    const { mean, deviation } = moments(drawn);
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(deviation).toBeCloseTo(Math.sqrt(42 / 4), 1);
    expect(drawn.every((value) => Math.abs(value) <= 21)).toBe(true);
    // The chance of zero: (42 choose 21) / 2^42.
    expect(drawn.filter((value) => value === 0).length / count).toBeCloseTo(0.1224, 2);
  });

  it.each([19, 23, 25, 43, 44, 65, 140])('is a mask of %i bits and a sign, uniform', (bits) => {
    const limbs = sampleWide(stream('y'), count, bits);
    const scaled = limbs[0]!.map((_, index) =>
      limbs.reduce((sum, limb, place) => sum + limb[index]! * 2 ** (LIMB_BITS * place - bits), 0),
    );
    const { mean, deviation } = moments(scaled);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(deviation).toBeCloseTo(1 / Math.sqrt(3), 2);
    expect(Math.min(...scaled)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...scaled)).toBeLessThanOrEqual(1);
    limbs.forEach((limb, place) => {
      expect(limb.every((value) => Number.isInteger(value))).toBe(true);
      const [least, end] =
        place < limbs.length - 1 ? [0, 2 ** LIMB_BITS] : [-(2 ** bits), 2 ** bits];
      expect(limb.every((value) => value >= least && value < end)).toBe(true);
    });
    // The lowest bit too.
    expect(limbs[0]!.filter((value) => value % 2 !== 0).length / count).toBeCloseTo(0.5, 1);
  });
});

/** X^i - X^j modulo X^N + 1. */
function difference(i: number, j: number, size: number): number[] {
  const out = Array<number>(size).fill(0);
  for (const [power, sign] of [
    [i, 1],
    [j, -1],
  ] as const) {
    out[power % size]! += power < size ? sign : -sign;
  }
  return out;
}

/** 2 / (X^i - X^j), by Benhamouda, Camenisch, Krenn, Lyubashevsky and Neven (2014), lemma 3.1. */
function doubledInverse(i: number, j: number, size: number): number[] {
  // With d the 2-power in i - j: 2 = (1 - Y)(1 + Y + … + Y^(k-1)), Y = X^(i-j), Y^k = -1.
  const step = (((j - i) % (2 * size)) + 2 * size) % (2 * size);
  let power = 0;
  const sum = Array<number>(size).fill(0);
  do {
    const shift = (power - i + 4 * size) % (2 * size);
    sum[shift % size]! += shift < size ? 1 : -1;
    power = (power + step) % (2 * size);
  } while (power !== size);
  return sum;
}

function product(left: readonly number[], right: readonly number[]): number[] {
  const size = left.length;
  const out = Array<number>(size).fill(0);
  left.forEach((x, i) =>
    right.forEach((y, j) => {
      out[(i + j) % size]! += i + j < size ? x * y : -x * y;
    }),
  );
  return out.map((value) => (value === 0 ? 0 : value));
}
