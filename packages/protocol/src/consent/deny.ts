import type { PurposeOfUse } from './access-grant.js';
import {
  judgeForce,
  type AskedRecord,
  type AskingParty,
  type GrantRequest,
  type JudgedGrant,
} from './grant.js';

/**
 * What a denied purpose takes with it: the narrower codes of HL7 v3 PurposeOfUse. A permit is taken
 * literally. Treatment does not stand for emergency treatment, so that whoever denies the one does
 * not lose the other unawares.
 */
const NARROWER: Readonly<Partial<Record<PurposeOfUse, readonly PurposeOfUse[]>>> = {
  ETREAT: ['BTG'],
  HPAYMT: ['CLMATTCH', 'COVERAGE'],
  HRESCH: ['CLINTRCH'],
};

/**
 * Tells whether a deny that is in force closes a record to a request. Every criterion that the deny names
 * has to be met; of labels, any one of the record's suffices.
 *
 * @param ownRecord - the requester's organisation keeps the record and asks for a purpose that it needs no
 *   consent for. Then a deny binds it only if it names it, or a practitioner
 */
export function deniesRequest(
  request: GrantRequest,
  deny: JudgedGrant,
  ownRecord = false,
): boolean {
  return (
    deny.decision === 'deny' &&
    concerns(deny.grantee, request.requester, ownRecord) &&
    closes(deny.scope, request.record) &&
    closesTo(deny.purposes, request.purpose) &&
    judgeForce(deny, request.at) === undefined
  );
}

function concerns(
  { mspId, role, practitioner, patient }: JudgedGrant['grantee'],
  requester: AskingParty,
  ownRecord: boolean,
): boolean {
  const staff = [mspId, role, practitioner].some((criterion) => criterion !== undefined);
  if (requester.patient !== undefined) {
    return !staff && (patient === undefined || patient === requester.patient);
  }
  if (ownRecord && mspId === undefined && practitioner === undefined) return false;
  return (
    patient === undefined &&
    meets(mspId, requester.mspId) &&
    meets(role, requester.role) &&
    meets(practitioner, requester.practitioner)
  );
}

function closes({ records, categoryTags, labelTags }: JudgedGrant['scope'], record: AskedRecord) {
  return (
    (records?.includes(record.recordId) ?? true) &&
    (categoryTags?.includes(record.categoryTag) ?? true) &&
    (labelTags?.some((label) => record.labelTags.includes(label)) ?? true)
  );
}

/** Breaking the glass is denied only by name: a patient who denies everybody may still want to be saved. */
function closesTo(purposes: JudgedGrant['purposes'], purpose: PurposeOfUse): boolean {
  if (purposes === undefined) return purpose !== 'BTG';
  return purposes.some(
    (denied) => denied === purpose || (NARROWER[denied]?.includes(purpose) ?? false),
  );
}

function meets(demanded: string | undefined, value: string | undefined): boolean {
  return demanded === undefined || demanded === value;
}
