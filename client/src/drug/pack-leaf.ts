import { canonicalJson } from '@salus/chaincode-common';
import type { packLeaf as contractsPackLeaf } from '@salus/drug-contract';

/** A pack as its label has it, with the salt that its manufacturer drew. */
type Pack = Parameters<typeof contractsPackLeaf>[0];

/**
 * The data of a pack's leaf in its unit's Merkle tree, as the drug contract computes it. The contract's
 * own function can't be imported here: it comes with the whole chaincode runtime.
 *
 * @example
 * merkleRoot(packs.map(packLeaf)); // a unit's `contentsRoot`
 */
export function packLeaf({ gtin, serial, salt }: Pack): Uint8Array {
  const sgtin = `https://id.gs1.org/01/${gtin}/21/${encodeURIComponent(serial)}`;
  return Buffer.from(canonicalJson({ sgtin, salt }), 'utf8');
}
