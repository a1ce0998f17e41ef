import { purposeOfUse, type PurposeOfUse } from './access-grant.js';
import {
  judgeForce,
  type AskedRecord,
  type AskingParty,
  type GrantRequest,
  type JudgedGrant,
} from './grant.js';

/**
 * The purposes right below one in HL7 v3 ActReason, of those that a grant may name. A deny takes all that are
 * below with it; a permit is taken literally.
 */
const RIGHT_BELOW: Readonly<Partial<Record<PurposeOfUse, readonly PurposeOfUse[]>>> = {
  TREAT: ['ETREAT'],
  HOPERAT: ['CAREMGT'],
  HPAYMT: ['CLMATTCH', 'COVERAGE'],
  HRESCH: ['CLINTRCH'],
  PATRQT: ['FAMRQT'],
};

/** Breaking the glass is emergency treatment. Nothing wider than that takes it along. */
const FORBIDS_BREAKING_THE_GLASS: readonly PurposeOfUse[] = ['BTG', 'ETREAT'];

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

/**
 * A deny of a record closes every version of it. A version has the categories and labels of later ones too:
 * what a record turned out to be, its earlier versions were.
 */
function closes({ records, categoryTags, labelTags }: JudgedGrant['scope'], record: AskedRecord) {
  const { earlier, later } = record.versions ?? { earlier: [], later: [] };
  const known = [record, ...later];
  const ids = [...earlier, ...known.map(({ recordId }) => recordId)];
  return (
    (records?.some((denied) => ids.includes(denied)) ?? true) &&
    (categoryTags?.some((tag) => known.some(({ categoryTag }) => categoryTag === tag)) ?? true) &&
    (labelTags?.some((tag) => known.some((version) => version.labelTags.includes(tag))) ?? true)
  );
}

/** Tells whether a deny closes to somebody, for a purpose, all that a permit of this scope could open. */
export function deniesAllOf(
  scope: JudgedGrant['scope'],
  { requester, purpose, at }: Omit<GrantRequest, 'record'>,
  deny: JudgedGrant,
): boolean {
  return (
    deny.decision === 'deny' &&
    concerns(deny.grantee, requester, false) &&
    isWithinAll(scope, deny.scope) &&
    closesTo(deny.purposes, purpose) &&
    judgeForce(deny, at) === undefined
  );
}

/** A permit that names labels opens only records all of whose labels it names. */
function isWithinAll(scope: JudgedGrant['scope'], denied: JudgedGrant['scope']): boolean {
  return (['records', 'categoryTags', 'labelTags'] as const).every(
    (name) =>
      denied[name] === undefined ||
      (scope[name]?.every((one) => denied[name]?.includes(one) ?? false) ?? false),
  );
}

/** The purposes that a deny closes; those of a deny without purposes where left out. */
export function deniedPurposes(denied?: readonly PurposeOfUse[]): readonly PurposeOfUse[] {
  return purposeOfUse.options.filter((purpose) => closesTo(denied, purpose));
}

/** Breaking the glass is denied only by name: a patient who denies everybody may still want to be saved. */
function closesTo(denied: readonly PurposeOfUse[] | undefined, purpose: PurposeOfUse): boolean {
  if (purpose === 'BTG')
    return denied?.some((one) => FORBIDS_BREAKING_THE_GLASS.includes(one)) ?? false;
  return denied?.some((one) => isWithin(purpose, one)) ?? true;
}

function isWithin(purpose: PurposeOfUse, wider: PurposeOfUse): boolean {
  return (
    purpose === wider ||
    (RIGHT_BELOW[wider]?.some((narrower) => isWithin(purpose, narrower)) ?? false)
  );
}

function meets(demanded: string | undefined, value: string | undefined): boolean {
  return demanded === undefined || demanded === value;
}
