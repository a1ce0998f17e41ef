import type { EhrClient } from '../ehr/ehr-client.js';
import type { RecordDesk } from '../records/desk.js';
import type { ImportPatient } from '../records/new-record.js';
import type { WalletInvitation } from '../wallet/wallet-client.js';

/** Where a hospital refers patients from, and answers referrals. */
export interface ReferralOffice {
  readonly ehr: Pick<EhrClient, 'getReferral' | 'refer' | 'answerReferral' | 'grantAccess'>;
  /** Registers records; its actor is a physician. */
  readonly desk: RecordDesk;
  /** The desk's folder. */
  readonly home: string;
  readonly patient: ImportPatient;
  /** The patient's, who is asked to agree. */
  readonly wallet: WalletInvitation;
}
