import type { Profile } from '../../bfv/profiles.js';

/** The scaled message polynomial with the same value in every slot: a constant, times q/t. */
export function encode(profile: Profile, value: number): bigint[][] {
  const moduli = profile.coefficientModuli.slice(0, -1);
  const q = moduli.reduce((product, p) => product * p, 1n);
  const scaled = (q / profile.plainModulus) * BigInt(value);
  return moduli.map((p) => {
    const row = Array<bigint>(profile.degree).fill(0n);
    row[0] = ((scaled % p) + p) % p;
    return row;
  });
}
