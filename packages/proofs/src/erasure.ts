/** A store's word that it has deleted the parts of a record. */
import { z } from 'zod';
import { hashOf, SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import { signClaims, verifyClaims, type ClaimsSigner } from './certificate-jws.js';
import { refused, type MemberRoots } from './members.js';

const TYP = 'salus-erasure+jws';
const MAX_TOKEN = 16_384;
/** The role of an organisation's store: no other staff speaks for it. */
const STORE = 'store';

/** What a store confirms. */
export const erasureConfirmation = z.strictObject({
  channel: z.string(),
  /** Whose store. */
  mspId: z.string(),
  pseudonym: z.string(),
  recordId: z.string(),
  /** The record's parts that the store kept, by their roots; it has none of them now. */
  roots: z.array(z.string()).min(1),
  /** When the ledger recorded the erasure. */
  erasedAt: z.string(),
  /** When the store looked last and had none of them, by its own clock. */
  goneAt: z.string(),
});
export type ErasureConfirmation = z.infer<typeof erasureConfirmation>;

/** Which record. */
export const erasureRequest = z.strictObject({ pseudonym: z.string(), recordId: z.string() });
export type ErasureRequest = z.infer<typeof erasureRequest>;

/** The confirmation as a compact JWS under the store's Fabric identity. */
export function confirmErasure(
  identity: ClaimsSigner,
  confirmation: ErasureConfirmation,
): Promise<string> {
  return signClaims(identity, TYP, confirmation);
}

/** What a confirmation is judged by. */
export interface ErasureJudge {
  readonly channel: string;
  readonly roots: MemberRoots;
  /** When the certificate has to be valid: where a certificate of erasure is read later, then. */
  readonly now: number;
}

/**
 * Verifies that a store confirmed, for each part that the ledger has at it, that the part is gone.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`; `ERR_HASH_MISMATCH` where it
 *   confirms something else
 */
export function verifyErasure(
  token: string,
  record: HealthRecord,
  { channel, roots, now }: ErasureJudge,
): ErasureConfirmation {
  const judge = { typ: TYP, schema: erasureConfirmation, roots, now, maxLength: MAX_TOKEN };
  const { claims, member } = verifyClaims(token, judge);
  if (member.role !== STORE) {
    throw refused(`a confirmation is not by the role ${STORE}`);
  }
  const { pseudonym, recordId, erasedAt } = record;
  const expected = { channel, pseudonym, recordId, erasedAt, roots: rootsAt(record, claims.mspId) };
  const got = {
    channel: claims.channel,
    pseudonym: claims.pseudonym,
    recordId: claims.recordId,
    erasedAt: claims.erasedAt,
    roots: claims.roots,
  };
  if (erasedAt !== undefined && hashOf(got) === hashOf({ ...expected, erasedAt })) return claims;
  throw new SalusError('ERR_HASH_MISMATCH', 'The store confirms another erasure');
}

/** The parts of a record at an organisation's store, in order. */
export function rootsAt({ layout }: Pick<HealthRecord, 'layout'>, mspId: string): string[] {
  const own = layout.parts.filter(({ store }) => store === mspId).map(({ root }) => root);
  return [...new Set(own)].sort();
}
