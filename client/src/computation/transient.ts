import { TRANSIENT } from '@salus/protocol/computation';

/** Bytes that belong to one share of a key. */
export interface ShareBytes {
  readonly shareId: string;
  readonly bytes: Uint8Array;
}

/** Partial openings of one member with the proof that covers them. */
export interface ProvenPartials {
  readonly mspId: string;
  readonly proof: Uint8Array;
  /** One of each share that the member holds. */
  readonly partials: readonly ShareBytes[];
}

/** What it takes to put an opening on record. */
export interface OpeningContent {
  /** The ciphertext that was opened. */
  readonly result: Uint8Array;
  /** One partial opening of each share. */
  readonly partials: readonly ShareBytes[];
  /** Where not every share is confirmed: the members whose partial openings are used, in the committee's order. */
  readonly proofs?: readonly ProvenPartials[];
  /** Of each share that a proof covers. */
  readonly contributions?: readonly ShareBytes[];
}

/** What it takes to report an opening's noise: each share's partial opening is a confirmed one. */
export type NoiseContent = Pick<OpeningContent, 'result' | 'partials'>;

/** What endorsers recombine an opening from, as the contract names it. */
export function openingTransient(
  { result, partials, proofs = [], contributions = [] }: OpeningContent,
  salt: string,
): Record<string, Uint8Array | string> {
  const used = new Map(partials.map(({ shareId, bytes }) => [shareId, bytes]));
  const isUsed = ({ shareId, bytes }: ShareBytes) => {
    const same = used.get(shareId);
    return same !== undefined && Buffer.compare(same, bytes) === 0;
  };
  const others = proofs.flatMap(({ mspId, partials: own }) =>
    own
      .filter((one) => !isUsed(one))
      .map(({ shareId, bytes }) => [`${TRANSIENT.partial}.${mspId}.${shareId}`, bytes] as const),
  );
  return {
    [TRANSIENT.result]: result,
    [TRANSIENT.salt]: salt,
    ...byShare(TRANSIENT.partial, partials),
    ...Object.fromEntries(others),
    ...byShare(TRANSIENT.contribution, contributions),
    ...Object.fromEntries(proofs.map(({ mspId, proof }) => [`${TRANSIENT.proof}.${mspId}`, proof])),
  };
}

/** One item each, as the contract names those of shares. */
export function byShare(name: string, items: readonly ShareBytes[]): Record<string, Uint8Array> {
  return Object.fromEntries(items.map(({ shareId, bytes }) => [`${name}.${shareId}`, bytes]));
}

/** One item each, as the contract numbers them. */
export function numbered(name: string, items: readonly Uint8Array[]): Record<string, Uint8Array> {
  return Object.fromEntries(items.map((item, index) => [`${name}.${index}`, item]));
}
