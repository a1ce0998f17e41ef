import { z } from 'zod';
import {
  base64url,
  distinctArray,
  eachOnce,
  hexHash,
  hpkePublicKey,
  identifier,
  mspId,
  pseudonym,
} from '../base/forms.js';
import type { Page } from '../base/page.js';
import { decisionRef, type Decision, type DecisionRef, type Requester } from './access.js';
import { paged } from './paging.js';

/**
 * Break-glass: custodian organisations hold shares of a key to which content keys are sealed too. The
 * ledger orders the ceremony of the key, decides on its use, and sees to its review; it does no
 * arithmetic on curves.
 */

/** Hours within which an emergency access has to be reviewed. */
export const REVIEW_HOURS = 72;

/** Roles of a hospital's staff that may break the glass: physicians, and the emergency department. */
export const EMERGENCY_ROLES: readonly string[] = ['physician', 'emergency'];

/** A compressed point of P-256 (SEC 1, section 2.3.3): 33 bytes. */
export const point = z
  .string()
  .regex(/^A[g-z0-9_-][A-Za-z0-9_-]{42}$/, 'a compressed point of P-256');
/** An uncompressed one, as RFC 9180 serialises public keys: 65 bytes. */
export const publicPoint = z
  .string()
  .regex(/^B[A-P][A-Za-z0-9_-]{85}$/, 'an uncompressed point of P-256');

// The custodians' key

/** A share of a custodian's polynomial, sealed to another custodian. */
export const sealedShare = z.strictObject({
  recipient: mspId,
  enc: base64url.max(1024),
  ciphertext: base64url.max(1024),
});
export type SealedShare = z.infer<typeof sealedShare>;

export interface CustodianKey {
  readonly keyId: string;
  /** So many custodians open together. */
  readonly threshold: number;
  /** MSP IDs; the place in the list, from 1 on, is the custodian's x-coordinate. */
  readonly custodians: readonly string[];
  /** PROPOSED until all have committed, COMMITTED until all have revealed, DEALT until all have confirmed. */
  readonly status: 'PROPOSED' | 'COMMITTED' | 'DEALT' | 'ACTIVE' | 'RETIRED' | 'FAILED';
  readonly proposedBy: string;
  readonly proposedAt: string;
  /** By MSP ID of the dealer. */
  readonly dealings: Readonly<Record<string, Dealing>>;
  /** SHA-256 of canonical {publicKey, shareImages}, by MSP ID. */
  readonly confirmations: Readonly<Record<string, string>>;
  readonly publicKey?: string;
  /** The public image of each custodian's share, in the order of `custodians`. */
  readonly shareImages?: readonly string[];
  /** Since when the status is ACTIVE, RETIRED or FAILED. */
  readonly endedAt?: string;
  readonly activeAt?: string;
  /** Of a failed ceremony. */
  readonly failedBy?: string;
  readonly complaint?: DealingComplaint & { readonly by: string };
}

export interface Dealing {
  readonly commitment: string;
  /** X25519, of this ceremony only: the others seal the dealer's shares to it. */
  readonly hpkePublicKey: string;
  /** Of the coefficients of the dealer's polynomial, from the constant on. */
  readonly points?: readonly string[];
  /** That the dealer knows the constant. */
  readonly proof?: string;
  readonly sealedShares?: readonly SealedShare[];
}

const MAX_CUSTODIANS = 10;

export const proposeCustodianKeyRequest = z
  .strictObject({
    keyId: identifier,
    threshold: z.int().min(2).max(MAX_CUSTODIANS),
    custodians: distinctArray(mspId, MAX_CUSTODIANS),
  })
  .refine(({ threshold, custodians }) => threshold <= custodians.length, 'enough custodians');
export type ProposeCustodianKeyRequest = z.infer<typeof proposeCustodianKeyRequest>;

export const commitDealingRequest = z.strictObject({
  keyId: identifier,
  /** SHA-256 of canonical {@link DealingOpening}. */
  commitment: hexHash,
  hpkePublicKey,
});
export type CommitDealingRequest = z.infer<typeof commitDealingRequest>;

export const revealDealingRequest = z.strictObject({
  keyId: identifier,
  points: z.array(point).min(2).max(MAX_CUSTODIANS),
  /** That the dealer knows the constant: 64 bytes. */
  proof: base64url.length(86),
  /** One for each other custodian. */
  sealedShares: z
    .array(sealedShare)
    .min(1)
    .max(MAX_CUSTODIANS)
    .refine(eachOnce('recipient'), 'each recipient once'),
});
export type RevealDealingRequest = z.infer<typeof revealDealingRequest>;

/** What a dealer commits to: `commitment = hashOf(opening)`, with `dealer` the MSP ID. */
export interface DealingOpening {
  readonly keyId: string;
  readonly dealer: string;
  readonly threshold: number;
  readonly custodians: readonly string[];
  readonly points: readonly string[];
  readonly proof: string;
}

export const confirmCustodianKeyRequest = z.strictObject({
  keyId: identifier,
  publicKey: publicPoint,
  shareImages: z.array(point).min(2).max(MAX_CUSTODIANS),
});
export type ConfirmCustodianKeyRequest = z.infer<typeof confirmCustodianKeyRequest>;

/** By a custodian: fails a ceremony that is going on (a share did not fit), or retires an active key. */
export const endCustodianKeyRequest = z.strictObject({
  keyId: identifier,
  complaint: z
    .strictObject({
      dealer: mspId,
      /** The complainer's private key of this ceremony: with it anybody opens the share, and sees. */
      evidence: base64url.length(43),
    })
    .optional(),
});
export type DealingComplaint = NonNullable<EndCustodianKeyRequest['complaint']>;
export type EndCustodianKeyRequest = z.infer<typeof endCustodianKeyRequest>;

export const getCustodianKeyRequest = z.strictObject({ keyId: identifier });
export type GetCustodianKeyRequest = z.infer<typeof getCustodianKeyRequest>;

export const listCustodianKeysRequest = z.strictObject({ ...paged });
export type ListCustodianKeysRequest = z.infer<typeof listCustodianKeysRequest>;

// Emergencies

export const emergencyReason = z.enum([
  'LIFE_THREAT',
  'UNCONSCIOUS',
  'UNABLE_TO_CONSENT',
  'PUBLIC_SAFETY',
  'OTHER',
]);
export type EmergencyReason = z.infer<typeof emergencyReason>;

export const breakGlassRequest = z.strictObject({
  pseudonym,
  recordId: identifier,
  reasonCode: emergencyReason,
  /** SHA-256 of the requester's salted note, which stays with its organisation for the review. */
  reasonHash: hexHash,
  /** The custodians' answers are sealed to it. */
  hpkePublicKey,
});
export type BreakGlassRequest = z.infer<typeof breakGlassRequest>;

export interface Emergency {
  readonly ref: DecisionRef;
  readonly recordId: string;
  /** Of the record. */
  readonly custodian: string;
  /** The custodians' key that the record's content key is sealed to. */
  readonly keyId: string;
  readonly requester: Requester;
  readonly reasonCode: EmergencyReason;
  readonly reasonHash: string;
  readonly reviewDueAt: string;
  readonly escalatedAt?: string;
  readonly review?: EmergencyReview;
}

export interface EmergencyReview {
  readonly outcome: 'JUSTIFIED' | 'UNJUSTIFIED';
  readonly noteHash: string;
  readonly by: Requester;
  readonly at: string;
}

/** That a custodian has answered, with the hash of what it gave. */
export interface EmergencyAnswer {
  readonly mspId: string;
  readonly partialHash: string;
  readonly at: string;
}

export interface AnsweredEmergency extends Emergency {
  /** In the order of MSP IDs. */
  readonly answers: readonly EmergencyAnswer[];
}

export const answerEmergencyRequest = z.strictObject({ ref: decisionRef, partialHash: hexHash });
export type AnswerEmergencyRequest = z.infer<typeof answerEmergencyRequest>;

export const reviewEmergencyRequest = z.strictObject({
  ref: decisionRef,
  outcome: z.enum(['JUSTIFIED', 'UNJUSTIFIED']),
  noteHash: hexHash,
});
export type ReviewEmergencyRequest = z.infer<typeof reviewEmergencyRequest>;

export const emergencyRequest = z.strictObject({ ref: decisionRef });
export type EmergencyRequest = z.infer<typeof emergencyRequest>;

/** A patient's, or all whose review is open or overdue, the one due first in front. */
export const listEmergenciesRequest = z.union([
  z.strictObject({ pseudonym, ...paged }),
  z.strictObject({ review: z.enum(['open', 'overdue']), ...paged }),
]);
export type ListEmergenciesRequest = z.infer<typeof listEmergenciesRequest>;

/** The transactions of break-glass by name. */
export interface BreakGlassTransactions {
  readonly proposeCustodianKey: { request: ProposeCustodianKeyRequest; response: CustodianKey };
  readonly commitDealing: { request: CommitDealingRequest; response: CustodianKey };
  readonly revealDealing: { request: RevealDealingRequest; response: CustodianKey };
  readonly confirmCustodianKey: { request: ConfirmCustodianKeyRequest; response: CustodianKey };
  readonly endCustodianKey: { request: EndCustodianKeyRequest; response: CustodianKey };
  readonly getCustodianKey: { request: GetCustodianKeyRequest; response: CustodianKey };
  readonly listCustodianKeys: { request: ListCustodianKeysRequest; response: Page<CustodianKey> };
  readonly breakGlass: { request: BreakGlassRequest; response: Decision };
  readonly answerEmergency: { request: AnswerEmergencyRequest; response: EmergencyAnswer };
  readonly reviewEmergency: { request: ReviewEmergencyRequest; response: Emergency };
  readonly escalateEmergency: { request: EmergencyRequest; response: Emergency };
  readonly getEmergency: { request: EmergencyRequest; response: AnsweredEmergency };
  readonly listEmergencies: { request: ListEmergenciesRequest; response: Page<Emergency> };
}
