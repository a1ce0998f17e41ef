import type {
  CodeableConcept,
  DocumentReference,
  Organization,
  Patient,
  Period,
  Reference,
} from '@medplum/fhirtypes';
import {
  organisationReference,
  patientReference,
  practitionerReference,
  recordReference,
  SALUS,
} from '@salus/fhir';
import type { HealthRecord, RecordDetails } from '@salus/protocol/ehr';

/** A version of a document, with what the own organisation may know of it. */
export interface DocumentVersion {
  readonly record: HealthRecord;
  readonly details?: RecordDetails | undefined;
  /** ID of the document: of its first version's record. */
  readonly documentId: string;
}

/**
 * A record as DocumentReference; its content is the Binary of the record's ID. A later version has the
 * document's ID and a number of its own.
 */
export function documentReference({
  record,
  details,
  documentId,
}: DocumentVersion): DocumentReference {
  const { recordId, pseudonym, custodian, registeredAt, version, amends, amendedBy } = record;
  const { careTime, labels = [], author, episode } = details ?? {};
  const authors = authorsOf(author);
  return {
    resourceType: 'DocumentReference',
    id: documentId,
    meta: {
      versionId: String(version),
      lastUpdated: registeredAt,
      ...(labels.length > 0 && { security: labels.map((label) => ({ ...label })) }),
    },
    masterIdentifier: { system: SALUS.recordId, value: recordId },
    status: statusOf(record),
    ...(details && { category: [concept(SALUS.category, details.category)] }),
    subject: patientReference(pseudonym) as Reference<Patient>,
    date: registeredAt,
    ...(authors.length > 0 && { author: authors }),
    custodian: organisationReference(custodian) as Reference<Organization>,
    ...relatedTo(amends, details),
    ...(labels.length > 0 && {
      securityLabel: labels.map(({ system, code }) => concept(system, code)),
    }),
    content: [
      {
        attachment: {
          contentType: details?.contentType ?? 'application/octet-stream',
          url: `Binary/${recordId}`,
          creation: registeredAt,
        },
      },
    ],
    ...((careTime ?? episode) !== undefined && {
      context: {
        ...(careTime && { period: careTime as Period }),
        ...(episode !== undefined && {
          related: [{ identifier: { system: SALUS.episode, value: episode } }],
        }),
      },
    }),
    ...(amendedBy !== undefined && { docStatus: 'amended' as const }),
  };
}

function statusOf({ amendedBy, erasedAt }: HealthRecord): DocumentReference['status'] {
  if (erasedAt !== undefined) return 'entered-in-error';
  return amendedBy === undefined ? 'current' : 'superseded';
}

function authorsOf(author: RecordDetails['author']): NonNullable<DocumentReference['author']> {
  const { mspId, practitioner } = author ?? {};
  return [
    ...(practitioner === undefined ? [] : [practitionerReference(practitioner)]),
    ...(mspId === undefined ? [] : [organisationReference(mspId)]),
  ] as NonNullable<DocumentReference['author']>;
}

function relatedTo(
  amends: string | undefined,
  details: RecordDetails | undefined,
): Pick<DocumentReference, 'relatesTo'> {
  const links = (details?.links ?? []).filter(({ recordId }) => recordId !== amends);
  const relatesTo = [
    ...(amends === undefined
      ? []
      : [{ code: 'replaces' as const, target: recordReference(amends) as Reference }]),
    ...links.map(({ relation, recordId }) => ({
      code: relation === 'replaces' ? ('replaces' as const) : ('appends' as const),
      target: { ...recordReference(recordId), display: relation } as Reference,
    })),
  ] as NonNullable<DocumentReference['relatesTo']>;
  return relatesTo.length > 0 ? { relatesTo } : {};
}

function concept(system: string, code: string): CodeableConcept {
  return { coding: [{ system, code }] };
}
