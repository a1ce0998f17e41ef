import type { Referral } from '@salus/protocol/ehr';
import { organisationReference, patientReference, recordReference } from './ids.js';
import type { FhirResource } from './resource.js';
import { SALUS } from './systems.js';

/** Task.status (FHIR R4 task-status) of a referral. */
const TASK_STATUS: Readonly<Record<Referral['status'], string>> = {
  REQUESTED: 'requested',
  ACCEPTED: 'accepted',
  DECLINED: 'rejected',
  ANSWERED: 'completed',
};

/** ServiceRequest.status (FHIR R4 request-status). */
const REQUEST_STATUS: Readonly<Record<Referral['status'], string>> = {
  REQUESTED: 'active',
  ACCEPTED: 'active',
  DECLINED: 'revoked',
  ANSWERED: 'completed',
};

/** FHIR's ids know no underscore and no colon. */
const idOf = (referralId: string) => referralId.replace(/[^A-Za-z0-9.-]/g, '.');

const about = (referral: Referral) => ({
  id: idOf(referral.referralId),
  identifier: [{ system: SALUS.referralId, value: referral.referralId }],
  priority: referral.priority,
  authoredOn: referral.referredAt,
  requester: organisationReference(referral.from),
});

const performerType = ({ to: { role } }: Referral) =>
  role === undefined ? undefined : { coding: [{ system: SALUS.role, code: role }] };

/**
 * A referral as FHIR R4 ServiceRequest: what is asked, of whom, and which records come with it. The
 * clinical content is in the first of them, the request's own record, which only its readers see.
 */
export function serviceRequestOf(referral: Referral): FhirResource {
  const role = performerType(referral);
  return {
    resourceType: 'ServiceRequest',
    ...about(referral),
    status: REQUEST_STATUS[referral.status],
    intent: 'order',
    subject: patientReference(referral.pseudonym),
    ...(role && { performerType: role }),
    performer: [organisationReference(referral.to.mspId)],
    supportingInfo: [referral.serviceRequest, ...referral.records].map(recordReference),
  };
}

/** The hand-over itself as FHIR R4 Task: how far it is, until when it holds, and the answers. */
export function referralTaskOf(referral: Referral): FhirResource {
  const { status, declined, answers = [], acceptedAt, records, grantId } = referral;
  const role = performerType(referral);
  const changed = [referral.referredAt, acceptedAt, declined?.at, ...answers.map(({ at }) => at)]
    .filter((at) => at !== undefined)
    .sort();
  return {
    resourceType: 'Task',
    id: idOf(referral.referralId),
    identifier: [{ system: SALUS.referralId, value: referral.referralId }],
    status: TASK_STATUS[status],
    ...(declined && {
      statusReason: { coding: [{ system: SALUS.declineReason, code: declined.reason }] },
    }),
    intent: 'order',
    priority: referral.priority,
    focus: recordReference(referral.serviceRequest),
    for: patientReference(referral.pseudonym),
    authoredOn: referral.referredAt,
    lastModified: changed.at(-1),
    requester: organisationReference(referral.from),
    ...(role && { performerType: [role] }),
    owner: organisationReference(referral.to.mspId),
    restriction: { period: { end: referral.notAfter } },
    input: [
      {
        type: { text: 'consent' },
        valueReference: {
          reference: `Consent/${grantId}`,
          identifier: { system: SALUS.grantId, value: grantId },
        },
      },
      ...records.map((record) => ({
        type: { text: 'record' },
        valueReference: recordReference(record),
      })),
    ],
    ...(answers.length > 0 && {
      output: answers.flatMap((answer) =>
        answer.records.map((record) => ({
          type: { text: 'answer' },
          valueReference: recordReference(record),
        })),
      ),
    }),
  };
}
