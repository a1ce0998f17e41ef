import { isVoidDelegation, isVoidKey, notFound } from '@salus/protocol';
import type {
  HealthRecord,
  Patient,
  PatientKey,
  Touched,
  TouchedRecord,
} from '@salus/protocol/ehr';

/** What a grant has to tell to be judged by who signed it. */
export interface GrantSignature {
  readonly grantId: string;
  readonly kid: string;
  readonly grantedAt: string;
  readonly withdrawnAt?: string;
}

/**
 * What a key of a patient has signed, and up to which epochs it could open.
 *
 * @param grants - all of the patient's
 * @throws SalusError ERR_NOT_FOUND
 */
export function touchedBy(
  patient: Patient,
  kid: string,
  grants: readonly GrantSignature[],
): Omit<Touched, 'records'> {
  const key = requireKey(patient, kid);
  return {
    key,
    grants: grants
      .filter((grant) => grant.kid === kid)
      .map(({ grantId, grantedAt, withdrawnAt }) => ({
        grantId,
        grantedAt,
        ...(withdrawnAt !== undefined && { withdrawnAt }),
        holds: withdrawnAt === undefined && !isVoidKey(patient, kid, grantedAt),
      })),
    delegates: patient.delegates
      .filter(({ addedBy }) => addedBy === kid)
      .map((delegate) => ({
        delegateId: delegate.delegateId,
        holds: delegate.endedAt === undefined && !isVoidDelegation(patient, delegate),
      })),
    keys: patient.keys
      .filter(({ addedBy }) => addedBy === kid)
      .map((each) => ({ kid: each.kid, holds: each.status === 'ACTIVE' })),
    guardians: patient.guardians?.setBy === kid,
    epochs: Object.entries(patient.categoryKeys)
      .map(([categoryTag, { epoch, since }]) => ({
        categoryTag,
        upTo: couldOpen(key, since) ? epoch : epoch - 1,
      }))
      .filter(({ upTo }) => upTo > 0),
  };
}

/** Of some records those that a key could open: what was there before it ended. */
export function touchedRecords(
  key: Pick<PatientKey, 'endedAt'>,
  records: readonly HealthRecord[],
): TouchedRecord[] {
  return records
    .filter(({ registeredAt }) => couldOpen(key, registeredAt))
    .map(({ recordId, categoryTag, categoryEpoch }) => ({ recordId, categoryTag, categoryEpoch }));
}

/** Also what came at the same moment: too much rather than too little. */
function couldOpen({ endedAt }: Pick<PatientKey, 'endedAt'>, from: string): boolean {
  return endedAt === undefined || Date.parse(from) <= Date.parse(endedAt);
}

function requireKey({ keys }: Patient, kid: string): PatientKey {
  const found = keys.find((each) => each.kid === kid);
  if (found === undefined) throw notFound('key');
  return found;
}
