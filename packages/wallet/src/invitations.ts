import { z } from 'zod';
import type { SealedBox } from '@salus/crypto/hpke';
import type { CategoryKeyDeposit } from './epochs.js';
import type { WalletRequest } from './requests.js';
import { institutionKinds } from './state.js';

/** Whom a patient invites: institutions by their kind, and people: guardians' wards, delegates' patients. */
export const guestKinds = [...institutionKinds, 'person'] as const;
export type GuestKind = (typeof guestKinds)[number];

/** An invitation: who holds the token may ask, not command. */
export const invitation = z.strictObject({
  institution: z.string().min(1).max(64),
  kind: z.enum(guestKinds),
  /** SHA-256 of the token. */
  tokenHash: z.string(),
});
export type Invitation = z.infer<typeof invitation>;

/** A request and what became of it. */
export interface PendingRequest {
  readonly id: string;
  readonly from: string;
  readonly kind: GuestKind;
  readonly request: WalletRequest;
  /** What would be signed, in plain words. */
  readonly words: readonly string[];
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
  readonly sealedTagKey?: SealedBox;
  /** Category keys for grantees, to be deposited once the statement is on the ledger. */
  readonly deposits?: readonly CategoryKeyDeposit[];
  /** `KeyPossession.v1` beside a `KeyAddition.v1`. */
  readonly possession?: string;
  /** `CategoryKeys.v1`: what follows from a lost key. */
  readonly rollover?: string;
  readonly delegateId?: string;
  /** Base64; goes to the patient only. */
  readonly content?: string;
}
