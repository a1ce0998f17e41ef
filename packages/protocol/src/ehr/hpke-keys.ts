import { z } from 'zod';
import { hexHash, hpkePublicKey, mspId, time } from '../base/forms.js';
import type { Page } from '../base/page.js';
import { paged } from './paging.js';

/** The registry of HPKE keys of organisations and their staff, each bound to a certificate. */

/** Stands in the place of a member of staff for the organisation itself. */
export const ORGANISATION = 'organisation';

export interface HpkeKey {
  readonly mspId: string;
  /** `organisation`, or the ID of a member of staff (see `Requester.id`). */
  readonly id: string;
  readonly publicKey: string;
  readonly notAfter: string;
  readonly registeredAt: string;
  /** ID of who registered it: for staff the owner, for an organisation whoever runs its key service. */
  readonly registeredBy: string;
  /** The certificate that signed the registration, to be looked up in revocation lists. */
  readonly certificate: {
    /** In lower-case hex. */
    readonly serialNumber: string;
    /** Distinguished name, its parts separated by commas. */
    readonly issuer: string;
  };
  readonly revokedAt?: string;
}

export const registerHpkeKeyRequest = z.strictObject({
  /** An organisation's key is registered by its role `keyservice`, a member of staff's by itself. */
  scope: z.enum(['organisation', 'staff']),
  publicKey: hpkePublicKey,
  /** At most as long as the certificate that registers it. */
  notAfter: time,
});
export type RegisterHpkeKeyRequest = z.infer<typeof registerHpkeKeyRequest>;

const id = z.literal(ORGANISATION).or(hexHash);

/** A key of the caller's own organisation: its own, or any one for the role `keyservice`. */
export const revokeHpkeKeyRequest = z.strictObject({ id });
export type RevokeHpkeKeyRequest = z.infer<typeof revokeHpkeKeyRequest>;

export const getHpkeKeyRequest = z.strictObject({
  mspId,
  /** The organisation's where it is left out. */
  id: id.optional(),
});
export type GetHpkeKeyRequest = z.infer<typeof getHpkeKeyRequest>;

export const listHpkeKeysRequest = z.strictObject({ mspId, ...paged });
export type ListHpkeKeysRequest = z.infer<typeof listHpkeKeysRequest>;

/** The transactions on HPKE keys by name. */
export interface HpkeKeyTransactions {
  readonly registerHpkeKey: { request: RegisterHpkeKeyRequest; response: HpkeKey };
  readonly revokeHpkeKey: { request: RevokeHpkeKeyRequest; response: HpkeKey };
  readonly getHpkeKey: { request: GetHpkeKeyRequest; response: HpkeKey };
  readonly listHpkeKeys: { request: ListHpkeKeysRequest; response: Page<HpkeKey> };
}
