import { SalusError } from '@salus/chaincode-common';
import type { CustodianKey, Patient } from '@salus/ehr-contract';
import type { StoreOf } from '../content/put-content.js';
import type { EhrClient } from '../ehr/ehr-client.js';
import type { ImportJournal } from './journal.js';
import type { ImportPatient } from './new-record.js';

/** The hospital's side of registering records. */
export interface RecordDesk {
  readonly mspId: string;
  readonly ehr: Pick<
    EhrClient,
    | 'getPatient'
    | 'records'
    | 'registerRecords'
    | 'depositDetails'
    | 'readDetails'
    | 'getCustodianKey'
  >;
  readonly journal: ImportJournal;
  /** One for each part that content is split into. */
  readonly stores: readonly StoreOf[];
  /** Parts that restore a content; more than half of them unless said otherwise. */
  readonly k?: number;
  /** The organisation's registered HPKE key, see `organisationKey`. */
  readonly custodianKey: string;
  /**
   * ID of the custodians' key that content keys are sealed to for emergencies. Named by the hospital: any
   * two organisations can put a key of their own on the ledger. Without it no record opens in an emergency.
   */
  readonly emergencyKey?: string;
  /** What record IDs derive from, see `recordIdSecret`. */
  readonly idSecret: Uint8Array;
}

/** Whom and what content keys are sealed to. */
export interface Recipients {
  readonly patient: Patient;
  /** The custodians' key for emergencies, where one is active. */
  readonly emergency?: CustodianKey & { readonly publicKey: string };
}

/**
 * Reads whom a patient's content keys are to be sealed to now.
 *
 * @throws SalusError `ERR_NOT_FOUND`; `ERR_KEY_MISMATCH` where the ledger's patient is not the one whose
 *   wallet registered with this hospital; `ERR_KEY_ENDED` where the custodians' key is not active
 */
export async function recipientsOf(
  { pseudonym, kid }: ImportPatient,
  { ehr, emergencyKey }: Pick<RecordDesk, 'ehr' | 'emergencyKey'>,
): Promise<Recipients> {
  const patient = await ehr.getPatient(pseudonym);
  if (patient.keys[0]?.kid !== kid) {
    throw new SalusError('ERR_KEY_MISMATCH', 'The ledger has registered another key', {
      argument: 'kid',
      expected: kid,
    });
  }
  if (emergencyKey === undefined) return { patient };
  const key = await ehr.getCustodianKey(emergencyKey);
  const { publicKey, status } = key;
  if (status === 'ACTIVE' && publicKey !== undefined) {
    return { patient, emergency: { ...key, publicKey } };
  }
  throw new SalusError('ERR_KEY_ENDED', `The custodians' key ${emergencyKey} is not active`, {
    argument: 'emergencyKey',
    expected: 'an active key of the custodians',
    got: status,
  });
}
