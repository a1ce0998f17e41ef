import {
  addUp,
  makeDealing,
  type Dealing,
  type KeyTerms,
  type CollectiveKey,
  shareAt,
  sumOf,
} from '@salus/crypto/threshold-kem';

/** A collective key with everybody's secrets in one place, as no real one has. */
export interface TestKey {
  readonly key: CollectiveKey;
  readonly dealings: ReadonlyMap<string, Dealing>;
  /** By custodian. */
  readonly shares: ReadonlyMap<string, Uint8Array>;
  /** The whole secret, which exists in tests only. */
  readonly secret: Uint8Array;
}

/** Makes a key of custodians A, B, C … by the dealings that a ceremony makes. */
export function makeTestKey(threshold: number, count: number, keyId = 'emergency-2026'): TestKey {
  const custodians = Array.from({ length: count }, (_, at) => `${String.fromCharCode(65 + at)}MSP`);
  const terms: KeyTerms = { keyId, threshold, custodians };
  const made = custodians.map((dealer) => makeDealing(terms, dealer));
  const dealings = new Map(
    custodians.map((dealer, at) => [dealer, made[at]?.dealing as Dealing] as const),
  );
  const sharesAt = (index: number) =>
    sumOf(made.map(({ polynomial }) => shareAt(polynomial, index)));
  return {
    key: { ...terms, ...addUp(terms, dealings) },
    dealings,
    shares: new Map(custodians.map((custodian, at) => [custodian, sharesAt(at + 1)] as const)),
    secret: sharesAt(0),
  };
}
