import { z } from 'zod';
import { categories } from '../fhir/category.js';
import { institutionKinds } from './secrets.js';

/** The longest that a grant is given for. */
export const MAX_GRANT_DAYS = 3650;

/** What an institution that the patient invited may ask of the wallet. */
export const walletRequest = z.discriminatedUnion('type', [
  /** The statement that registers the patient, and the tag key sealed to the hospital's key service. */
  z.strictObject({ type: z.literal('register'), hpkePublicKey: z.string().length(43) }),
  z.strictObject({
    type: z.literal('grant'),
    grantee: z.strictObject({
      mspId: z.string().min(1),
      role: z.string().optional(),
      practitioner: z.string().optional(),
    }),
    categories: z.array(z.enum(categories)).min(1).optional(),
    records: z.array(z.string()).min(1).optional(),
    purposes: z.array(z.enum(['TREAT', 'ETREAT', 'HPAYMT', 'HRESCH'])).min(1),
    days: z.int().min(1).max(MAX_GRANT_DAYS),
    maxUses: z.int().min(1).max(100).optional(),
  }),
  z.strictObject({ type: z.literal('withdraw'), grant: z.uuid() }),
  /** Decrypts one of the patient's own records. */
  z.strictObject({
    type: z.literal('open'),
    recordId: z.string().min(1),
    sealedKey: z.looseObject({ enc: z.string(), ciphertext: z.string() }),
    /** Base64. */
    content: z.string(),
  }),
  /** The pseudonym by which institutions of the invited kind know the patient. */
  z.strictObject({ type: z.literal('identify') }),
]);
export type WalletRequest = z.infer<typeof walletRequest>;

/** An invitation: who holds the token may ask, not command. */
export const invitation = z.strictObject({
  institution: z.string().min(1).max(64),
  kind: z.enum(institutionKinds),
  /** SHA-256 of the token. */
  tokenHash: z.string(),
});
export type Invitation = z.infer<typeof invitation>;

/** A request and what became of it. */
export interface PendingRequest {
  readonly id: string;
  readonly from: string;
  readonly kind: (typeof institutionKinds)[number];
  readonly request: WalletRequest;
  readonly status: 'PENDING' | 'APPROVED' | 'REFUSED';
  readonly answer?: WalletAnswer;
}

/** What the wallet hands out once the patient has approved. */
export interface WalletAnswer {
  readonly statement?: string;
  readonly grantId?: string;
  readonly pseudonym?: string;
  readonly kid?: string;
  readonly hpkePublicKey?: string;
  readonly sealedTagKey?: { readonly enc: string; readonly ciphertext: string };
  /** Base64; goes to the patient only. */
  readonly content?: string;
}
