import type { Context } from 'fabric-contract-api';
import { pageState } from '@salus/chaincode-common';
import type { HealthRecord, Touched, TouchedByKeyRequest } from '@salus/protocol/ehr';
import { describeGrant, isGrant } from '../rules/stored-grant.js';
import { touchedBy, touchedRecords } from '../rules/touched.js';
import { recordKey } from '../state/keys.js';
import { everyGrant } from './grants.js';
import { requirePatient } from './statements.js';

/** What to look after when a key is lost: grants, delegates and keys it made, epochs and records it could open. */
export async function touchedByKey(
  ctx: Context,
  { pseudonym, kid, ...request }: TouchedByKeyRequest,
): Promise<Touched> {
  const patient = await requirePatient(ctx, pseudonym);
  const grants = (await everyGrant(ctx, pseudonym)).filter(isGrant).map(describeGrant);
  const touched = touchedBy(patient, kid, grants);
  const page = await pageState<HealthRecord>(ctx, recordKey(pseudonym), request);
  const results = touchedRecords(touched.key, page.results);
  return { ...touched, records: { ...page, results, fetchedRecordsCount: results.length } };
}
