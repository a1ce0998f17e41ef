import { ComputeError } from './errors.js';

/** Named sets of parameters; docs/compute.md derives every figure, profiles.test.ts checks them. */
export const PROFILE_NAMES = ['bfv-8192-sum-v1', 'bfv-8192-proven-v1'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];
export const DEFAULT_PROFILE: ProfileName = 'bfv-8192-proven-v1';

export interface Profile {
  readonly name: ProfileName;
  /** Classical security in bits, by the homomorphic encryption standard's table. */
  readonly securityBits: number;
  /** Degree of the polynomial modulus, and number of slots. */
  readonly degree: number;
  /** Primes of the coefficient modulus; the last one is special and only keys carry it. */
  readonly coefficientModuli: readonly bigint[];
  /** Prime that is 1 modulo twice the degree, so that plaintexts batch. */
  readonly plainModulus: bigint;
  /** Greatest magnitude of a value to encrypt: one below a power of two. */
  readonly maxValue: number;
  /** So many of the greatest values add up without wrapping. */
  readonly maxSummands: number;
  /** Inputs of one evaluation. */
  readonly maxInputs: number;
  /** Shares of a collective key: the subsets of 4 among 7 members. */
  readonly maxShares: number;
  /**
   * Whether ciphertexts come with a proof of well-formed encryption. The proof is about twice the ciphertext
   * (docs/compute-proofs.md), so openings are of twice the result, and bounds of noise too.
   */
  readonly proven: boolean;
  /** Noise of twice a fresh ciphertext by its proof, in bits; absent where there are no proofs. */
  readonly provenNoiseBits?: number;
  /** Smudging noise is uniform in [-2^smudgingBits, 2^smudgingBits). */
  readonly smudgingBits: number;
  /** A ciphertext whose noise may exceed 2^noiseCeilingBits is never opened: smudging would not hide it. */
  readonly noiseCeilingBits: number;
  /** Noise budget that an opening by the right partials leaves at the least; wrong ones leave 0. */
  readonly openedBudgetBits: number;
  /** Slots that may be opened under one key before it is replaced. */
  readonly openedSlotBudget: number;
  /** Lengths in bytes of everything that travels. */
  readonly ciphertextLength: number;
  readonly publicKeyLength: number;
  /** Of a share of the first epoch, and of a share that a resharing made. */
  readonly contributionLength: number;
  readonly resharedContributionLength: number;
  readonly secretLength: number;
  readonly partialLength: number;
}

const DEGREE = 8192;
const KEY_MODULI = 5;
const DATA_MODULI = KEY_MODULI - 1;
const WORD = 8;
/** SEAL's header of an uncompressed ciphertext or public key. */
export const HEADER_LENGTH = 113;

const common = {
  securityBits: 128,
  degree: DEGREE,
  // SEAL's BFVDefault(8192, tc128): 218 bits, the bound of the homomorphic encryption standard.
  coefficientModuli: [
    0x7fffffd8001n,
    0x7fffffc8001n,
    0xfffffffc001n,
    0xffffff6c001n,
    0xfffffebc001n,
  ],
  maxSummands: 64,
  maxInputs: 256,
  maxShares: 35,
  ciphertextLength: HEADER_LENGTH + 2 * DATA_MODULI * DEGREE * WORD,
  publicKeyLength: HEADER_LENGTH + 2 * KEY_MODULI * DEGREE * WORD,
  contributionLength: KEY_MODULI * DEGREE * WORD,
  resharedContributionLength: 2 * DATA_MODULI * DEGREE * WORD,
  secretLength: DATA_MODULI * DEGREE * WORD,
  partialLength: DATA_MODULI * DEGREE * WORD,
};

const profiles: Readonly<Record<ProfileName, Profile>> = {
  'bfv-8192-sum-v1': {
    ...common,
    name: 'bfv-8192-sum-v1',
    plainModulus: 1099511480321n,
    maxValue: 2 ** 32 - 1,
    proven: false,
    smudgingBits: 100,
    noiseCeilingBits: 48,
    openedBudgetBits: 27,
    openedSlotBudget: 2 ** 25,
  },
  'bfv-8192-proven-v1': {
    ...common,
    name: 'bfv-8192-proven-v1',
    // Nothing is relinearised or rotated, so the special prime may be small and leave the data 200 bits.
    coefficientModuli: [
      0x3ffffffffc001n,
      0x3fffffffcc001n,
      0x3ffffffef4001n,
      0x3ffffffe94001n,
      0x24001n,
    ],
    plainModulus: 1099511480321n,
    maxValue: 2 ** 32 - 1,
    maxInputs: 64,
    proven: true,
    provenNoiseBits: 59,
    smudgingBits: 117,
    noiseCeilingBits: 65,
    openedBudgetBits: 35,
    openedSlotBudget: 2 ** 25,
  },
};

export function isProfileName(name: unknown): name is ProfileName {
  return (PROFILE_NAMES as readonly unknown[]).includes(name);
}

/** @throws ComputeError ERR_PROFILE_UNKNOWN */
export function profileOf(name: string): Profile {
  if (!isProfileName(name)) {
    throw new ComputeError('ERR_PROFILE_UNKNOWN', 'no such parameter profile', {
      argument: 'profile',
      expected: PROFILE_NAMES.join(', '),
      got: name,
    });
  }
  return profiles[name];
}

/** q: the product of the moduli that ciphertexts carry, which are all but the special one. */
export function dataModulusOf({ coefficientModuli }: Pick<Profile, 'coefficientModuli'>): bigint {
  return coefficientModuli.slice(0, -1).reduce((product, modulus) => product * modulus, 1n);
}
