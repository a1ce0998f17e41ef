import type { ImportedResource } from '@salus/fhir';
import { SalusError } from '@salus/protocol';
import type { Referral, ReferRequest } from '@salus/protocol/ehr';
import { importResources } from '../records/import-resources.js';
import { readFhirFile } from '../records/read-fhir-file.js';
import { askConsent } from './ask-consent.js';
import type { ReferralOffice } from './office.js';
import { priorities } from './triage.js';

/** Whom a patient is referred to, why, with which records, and until when. */
export interface ReferralWish {
  /** File of a FHIR R4 ServiceRequest; its `priority` is the referral's. */
  readonly serviceRequest: string;
  readonly to: ReferRequest['to'];
  /** Records that are handed over beside the request itself. */
  readonly records: readonly string[];
  /** The end of all of it: of reading, of accepting and of answering. ISO 8601. */
  readonly until: string;
}

/**
 * Refers a patient to another hospital. It registers the request as a record of its own and has the patient
 * agree to what is handed over. Then it puts the referral on the ledger. Called again with the same request
 * after it was cut off, it goes on. The referral's ID is that of the request's record.
 *
 * @throws SalusError `ERR_FHIR_INVALID` where the file is no ServiceRequest, before anything is written;
 *   `ERR_APPROVAL_NEEDED` where the patient does not agree; `ERR_ALREADY_EXISTS` for a request that was referred
 * @example
 * await referPatient({ serviceRequest: 'request.json', to: { mspId: 'ValleyHospitalMSP' }, records: [finding], until }, office);
 */
export async function referPatient(wish: ReferralWish, office: ReferralOffice): Promise<Referral> {
  const { to, records, until } = wish;
  const request = await readRequest(wish.serviceRequest);
  const serviceRequest = await register(request, office);
  const handedOver = { to, records: [serviceRequest, ...records], until };
  const grantId = await askConsent('there', handedOver, office);
  const { value: referral } = await office.ehr.refer({
    pseudonym: office.patient.pseudonym,
    referralId: serviceRequest,
    serviceRequest,
    to,
    grantId,
    records: [...records],
    priority: priorityOf(request),
    notAfter: until,
  });
  return referral;
}

async function readRequest(file: string): Promise<ImportedResource> {
  const [request, ...more] = await readFhirFile(file);
  if (request?.resource.resourceType === 'ServiceRequest' && more.length === 0) return request;
  throw new SalusError('ERR_FHIR_INVALID', `${file} is not one ServiceRequest`, {
    argument: file,
    expected: 'one ServiceRequest',
  });
}

async function register(
  request: ImportedResource,
  { patient, desk }: ReferralOffice,
): Promise<string> {
  const [record] = await importResources([request], patient, desk, { allowExternal: true });
  return record?.recordId ?? '';
}

/** FHIR R4 ServiceRequest.priority: routine where it says nothing. */
function priorityOf({ resource }: ImportedResource): ReferRequest['priority'] {
  return priorities.find((one) => one === resource['priority']) ?? 'routine';
}
