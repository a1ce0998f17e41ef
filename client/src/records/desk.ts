import type { StoreOf } from '@salus/content';
import { SalusError } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';
import { ProvenKeys, type AccessKey, type ProvenEpoch } from '../trust/proven-keys.js';
import type { ImportJournal } from './journal.js';
import type { ImportPatient } from './new-record.js';

/** The hospital's side of registering records. */
export interface RecordDesk {
  readonly mspId: string;
  /** Patients' statements name it. */
  readonly channel: string;
  readonly ehr: Pick<
    EhrClient,
    | 'getPatient'
    | 'getStatement'
    | 'records'
    | 'registerRecords'
    | 'depositDetails'
    | 'readDetails'
    | 'getRecord'
    | 'listCopies'
    | 'getCustodianKey'
  >;
  readonly journal: ImportJournal;
  /** One for each part that content is split into. */
  readonly stores: readonly StoreOf[];
  /** Parts that restore a content; more than half of them unless said otherwise. */
  readonly k?: number;
  /** The organisation's registered HPKE key, see `ownKey`. */
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
  /** Thumbprint of the key that the patient was registered with. */
  readonly kid: string;
  readonly patientKeys: readonly AccessKey[];
  /** The present epochs by category tag; left out where the patient has no key for a category. */
  readonly categoryKeys: Readonly<Record<string, ProvenEpoch>>;
  /** The custodians' key for emergencies, where one is active. */
  readonly emergency?: CustodianKey & { readonly publicKey: string };
}

/**
 * Reads whom a patient's content keys of some categories are to be sealed to now. The patient's keys and
 * the categories' count only if statements lead to them from the key that the wallet registered with. Two
 * organisations could put keys of theirs on the ledger.
 *
 * @throws SalusError `ERR_NOT_FOUND`; `ERR_KEY_MISMATCH` where the ledger's patient is not the one whose
 *   wallet registered with this hospital; `ERR_CONSENT_UNPROVEN` where no statement brought a key;
 *   `ERR_KEY_ENDED` where the custodians' key is not active
 */
export async function recipientsOf(
  { pseudonym, kid }: Pick<ImportPatient, 'pseudonym' | 'kid'>,
  categoryTags: readonly string[],
  { ehr, channel, emergencyKey }: Pick<RecordDesk, 'ehr' | 'channel' | 'emergencyKey'>,
): Promise<Recipients> {
  const patient = await ehr.getPatient(pseudonym);
  if (patient.pseudonym !== pseudonym || patient.keys[0]?.kid !== kid) {
    throw new SalusError('ERR_KEY_MISMATCH', 'The ledger has registered another key', {
      argument: 'kid',
      expected: kid,
    });
  }
  const proven = new ProvenKeys(patient, ehr, channel);
  const patientKeys = await proven.accessKeys();
  const categoryKeys: Record<string, ProvenEpoch> = {};
  for (const tag of new Set(categoryTags)) {
    const epoch = await proven.categoryKey(tag);
    if (epoch) categoryKeys[tag] = epoch;
  }
  const recipients = { kid, patientKeys, categoryKeys };
  if (emergencyKey === undefined) return recipients;
  const key = await ehr.getCustodianKey(emergencyKey);
  const { publicKey, status } = key;
  if (status === 'ACTIVE' && publicKey !== undefined) {
    return { ...recipients, emergency: { ...key, publicKey } };
  }
  throw new SalusError('ERR_KEY_ENDED', `The custodians' key ${emergencyKey} is not active`, {
    argument: 'emergencyKey',
    expected: 'an active key of the custodians',
    got: status,
  });
}
