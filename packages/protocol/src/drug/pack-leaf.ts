import { canonicalJson } from '../base/canonical-json.js';
import { sgtinLink, type Sgtin } from './gs1.js';

/**
 * The data of a pack's leaf in its unit's Merkle tree: canonical JSON of `{ salt, sgtin }`, the SGTIN
 * as GS1 Digital Link (see {@link sgtinLink}).
 */
export function packLeaf(pack: Sgtin & { readonly salt: string }): Uint8Array {
  return Buffer.from(canonicalJson({ sgtin: sgtinLink(pack), salt: pack.salt }), 'utf8');
}
