import type { AccessTransactions } from './api/access.js';
import type { AuditTransactions } from './api/audit.js';
import type { BreakGlassTransactions } from './api/break-glass.js';
import type { ConsentTransactions } from './api/consent.js';
import type { ErasureTransactions } from './api/erasure.js';
import type { HpkeKeyTransactions } from './api/hpke-keys.js';
import type { PatientTransactions } from './api/patients.js';
import type { RecordTransactions } from './api/records.js';
import type { ReferralTransactions } from './api/referral.js';

/**
 * Requests and responses of the ehr contract, by topic. Every transaction takes one JSON request and answers
 * one JSON value of the type that {@link EhrTransactions} names.
 */

export * from './api/access.js';
export * from './api/audit.js';
export * from './api/break-glass.js';
export * from './api/consent.js';
export * from './api/erasure.js';
export * from './api/hpke-keys.js';
export * from './api/patients.js';
export * from './api/records.js';
export * from './api/referral.js';
// What patients sign is shared with wallets and services.
export {
  accessGrant,
  consentText,
  grantee,
  grantScope,
  obligation,
  purposeOfUse,
  requestedPurpose,
  type AccessGrant,
  type ConsentText,
  type Grantee,
  type GrantScope,
  type Obligation,
  type PurposeOfUse,
  type RequestedPurpose,
} from '@salus/chaincode-common';

/** Names in the transient data. */
export const TRANSIENT = {
  /** depositDetails: JSON of {@link RecordDeposit}[]. */
  details: 'details',
  /** replaceKeys: JSON of {@link RecordKeys}[]. */
  keys: 'keys',
  /** depositCategoryKeys: JSON of {@link SealedCategoryKey}[]. */
  categoryKeys: 'categoryKeys',
} as const;

/** The transactions by name. */
export interface EhrTransactions
  extends
    PatientTransactions,
    HpkeKeyTransactions,
    RecordTransactions,
    ConsentTransactions,
    AccessTransactions,
    AuditTransactions,
    ReferralTransactions,
    BreakGlassTransactions,
    ErasureTransactions {}
