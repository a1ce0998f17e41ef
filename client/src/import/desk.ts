import { SalusError } from '@salus/chaincode-common';
import type { CustodianKey, Patient } from '@salus/ehr-contract';
import type { StoreOf } from '../content/put-content.js';
import type { EhrClient } from '../ehr/ehr-client.js';
import { allResults } from '../transaction/pages.js';
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
    | 'listCustodianKeys'
  >;
  readonly journal: ImportJournal;
  /** One for each part that content is split into. */
  readonly stores: readonly StoreOf[];
  /** Parts that restore a content; more than half of them unless said otherwise. */
  readonly k?: number;
  /** The organisation's registered HPKE key, see `organisationKey`. */
  readonly custodianKey: string;
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
 *   wallet registered with this hospital
 */
export async function recipientsOf(
  { pseudonym, kid }: ImportPatient,
  { ehr }: Pick<RecordDesk, 'ehr'>,
): Promise<Recipients> {
  const patient = await ehr.getPatient(pseudonym);
  if (patient.keys[0]?.kid !== kid) {
    throw new SalusError('ERR_KEY_MISMATCH', 'The ledger has registered another key', {
      argument: 'kid',
      expected: kid,
    });
  }
  const keys = allResults((bookmark) => ehr.listCustodianKeys({ pageSize: 100, bookmark }));
  for await (const key of keys) {
    const { publicKey, status } = key;
    if (status === 'ACTIVE' && publicKey !== undefined) {
      return { patient, emergency: { ...key, publicKey } };
    }
  }
  return { patient };
}
