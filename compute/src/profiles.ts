import { ComputeError } from './errors.js';

/** Named sets of parameters; docs/compute.md derives every figure. */
export const PROFILE_NAMES = ['bfv-8192-sum-v1'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];
export const DEFAULT_PROFILE: ProfileName = 'bfv-8192-sum-v1';

export interface Profile {
  readonly name: ProfileName;
  /** Degree of the polynomial modulus, and number of slots. */
  readonly degree: number;
  /** Primes of the coefficient modulus; the last one is special and only keys carry it. */
  readonly coefficientModuli: readonly bigint[];
  /** Prime that is 1 modulo twice the degree, so that plaintexts batch. */
  readonly plainModulus: bigint;
  readonly maxValue: number;
  readonly maxSummands: number;
  readonly maxMembers: number;
  /** Smudging noise is uniform in [-2^smudgingBits, 2^smudgingBits). */
  readonly smudgingBits: number;
  /** Noise budget that an opening by the right partials leaves at the least; wrong ones leave 0. */
  readonly openedBudgetBits: number;
  /** Lengths in bytes of everything that travels. */
  readonly ciphertextLength: number;
  readonly publicKeyLength: number;
  readonly contributionLength: number;
  readonly secretLength: number;
  readonly partialLength: number;
}

const DEGREE = 8192;
const KEY_MODULI = 5;
const DATA_MODULI = KEY_MODULI - 1;
const WORD = 8;
/** SEAL's header of an uncompressed ciphertext or public key. */
export const HEADER_LENGTH = 113;

const profiles: Readonly<Record<ProfileName, Profile>> = {
  'bfv-8192-sum-v1': {
    name: 'bfv-8192-sum-v1',
    degree: DEGREE,
    // SEAL's BFVDefault(8192, tc128): 218 bits, the bound of the homomorphic encryption standard.
    coefficientModuli: [
      0x7fffffd8001n,
      0x7fffffc8001n,
      0xfffffffc001n,
      0xffffff6c001n,
      0xfffffebc001n,
    ],
    plainModulus: 549755731969n,
    maxValue: 2 ** 32 - 1,
    maxSummands: 64,
    maxMembers: 7,
    smudgingBits: 100,
    openedBudgetBits: 30,
    ciphertextLength: HEADER_LENGTH + 2 * DATA_MODULI * DEGREE * WORD,
    publicKeyLength: HEADER_LENGTH + 2 * KEY_MODULI * DEGREE * WORD,
    contributionLength: KEY_MODULI * DEGREE * WORD,
    secretLength: DATA_MODULI * DEGREE * WORD,
    partialLength: DATA_MODULI * DEGREE * WORD,
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
