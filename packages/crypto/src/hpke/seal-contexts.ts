/**
 * What each kind of sealed key is bound to (HPKE `info` and additional data). A box that was made for one
 * use, record or recipient opens for no other. Nothing here needs Node.js: wallets use it in browsers too.
 */
import { canonicalJson } from '@salus/protocol';
import type { SealContext } from './hpke.js';

/** A content key sealed to the patient, or to the reader whom a decision names. */
export function contentKeyContext(recordId: string): SealContext {
  return { info: 'salus/content-key/v1', aad: recordId };
}

/** What the custodian's copy of a content key is bound to. */
export interface CustodianBinding {
  readonly recordId: string;
  readonly pseudonym: string;
  /** Thumbprint of the key that the patient was registered with. */
  readonly kid: string;
  readonly categoryTag: string;
  readonly contentHash: string;
}

/**
 * The custodian's copy of a content key. It opens only under the patient's key and the anchor that the
 * importer knew: registrations and anchors forged on the ledger later open nothing.
 */
export function custodianContext(bound: CustodianBinding): SealContext {
  const { recordId, pseudonym, kid, categoryTag, contentHash } = bound;
  return {
    info: 'salus/custodian-key/v1',
    aad: canonicalJson({ recordId, pseudonym, kid, categoryTag, contentHash }),
  };
}

/** A patient's category at one epoch. */
export interface CategoryEpoch {
  readonly pseudonym: string;
  readonly categoryTag: string;
  readonly epoch: number;
}

/** A content key sealed to the public half of a category's key. */
export function categoryContentContext(
  bound: CategoryEpoch & { readonly recordId: string; readonly contentHash: string },
): SealContext {
  const { recordId, pseudonym, categoryTag, epoch, contentHash } = bound;
  return {
    info: 'salus/category-content-key/v1',
    aad: canonicalJson({ recordId, pseudonym, categoryTag, epoch, contentHash }),
  };
}

/** The private half of a category's key, 32 bytes, sealed to an organisation that holds a grant. */
export function categoryKeyContext(bound: CategoryEpoch & { readonly mspId: string }): SealContext {
  const { pseudonym, categoryTag, epoch, mspId } = bound;
  return {
    info: 'salus/category-key/v1',
    aad: canonicalJson({ pseudonym, categoryTag, epoch, mspId }),
  };
}
