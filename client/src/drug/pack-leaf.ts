import type { packLeaf as contractsPackLeaf } from '@salus/drug-contract';
import { canonicalJson } from '@salus/protocol';

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
  return Buffer.from(canonicalJson({ sgtin: sgtinLink({ gtin, serial }), salt }), 'utf8');
}

/** A serialised trade item as GS1 Digital Link, as the drug contract spells it. */
export function sgtinLink({ gtin, serial }: Omit<Pack, 'salt'>): string {
  return `https://id.gs1.org/01/${gtin}/21/${encodeURIComponent(serial)}`;
}
