import type { AccessTransactions } from './access.js';
import type { AuditTransactions } from './audit.js';
import type { BreakGlassTransactions } from './break-glass.js';
import type { ConsentTransactions } from './consent.js';
import type { ErasureTransactions } from './erasure.js';
import type { HpkeKeyTransactions } from './hpke-keys.js';
import type { PatientTransactions } from './patients.js';
import type { RecordTransactions } from './records.js';
import type { ReferralTransactions } from './referral.js';

/** Names in the transient data. */
export const TRANSIENT = {
  /** depositDetails and shareDetails: JSON of {@link RecordDeposit}[]. */
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
