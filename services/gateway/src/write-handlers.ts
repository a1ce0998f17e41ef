import { ownDetails, type EhrClient } from '@salus/client/ehr';
import { fhirConsent } from './consent/fhir-consent.js';
import { namesOf } from './consent/names.js';
import { relayConsent } from './consent/relay.js';
import { documentReference } from './fhir/document-reference.js';
import { oneAtATime } from './outbox/one-at-a-time.js';
import type { Handler } from './outbox/outbox.js';
import type { GatewayParts } from './parts/gateway-parts.js';
import { importBundle, importRequest, writablePatient } from './records/import-bundle.js';
import { registerPatient } from './records/registration.js';
import { requireOwn } from './records/require-own.js';
import { firstVersion } from './records/versions.js';
import { contentOf, documentRequest, writeDocument } from './records/write-document.js';

/** The kind of write that others may wait for: it brings their patient. */
export const REGISTER_PATIENT = 'register-patient';

/** What the outbox can carry out, by kind. Each is found done where it was done before. */
export function writeHandlers({
  staff,
  index,
  places,
  desks,
}: Pick<GatewayParts, 'staff' | 'index' | 'places' | 'desks'>): Readonly<Record<string, Handler>> {
  const consentAnswer = async (
    ehr: EhrClient,
    { pseudonym, grantId }: { readonly pseudonym: string; readonly grantId: string },
    status: number,
  ) => {
    await places.remember(pseudonym, [grantId]);
    const grant = await ehr.getGrant({ pseudonym, grantId });
    const { consent } = fhirConsent(grant, namesOf(index, pseudonym));
    return { status, headers: { location: `/fhir/Consent/${grantId}` }, body: consent };
  };
  const alone = oneAtATime();
  return {
    [REGISTER_PATIENT]: async (request, { practitioner }) => {
      const { client } = await staff.session(practitioner);
      return registerPatient(request, client.ehr, index);
    },
    grant: async (request, { practitioner }) => {
      const { ehr } = (await staff.session(practitioner)).client;
      return consentAnswer(ehr, await relayConsent('grant', request, ehr), 201);
    },
    withdraw: async (request, { practitioner }) => {
      const { ehr } = (await staff.session(practitioner)).client;
      return consentAnswer(ehr, await relayConsent('withdraw', request, ehr), 200);
    },
    import: async (request, { id, practitioner }) => {
      const session = await staff.session(practitioner);
      const { pseudonym } = importRequest.parse(request);
      return alone(pseudonym, () =>
        importBundle(request, { id, session }, { desks, index, places }),
      );
    },
    document: async (request, { id, practitioner }) => {
      const session = await staff.session(practitioner);
      const document = documentRequest.parse(request);
      const { pseudonym } = document;
      const patient = writablePatient(index, pseudonym);
      requireOwn(contentOf(document), index, pseudonym);
      const desk = await desks.deskFor(session, id);
      const { ehr } = session.client;
      const record = await alone(pseudonym, () =>
        writeDocument(document, patient, { ...desk, ehr }),
      );
      const { recordId } = record;
      await places.remember(pseudonym, [recordId]);
      const details = (await ownDetails(ehr, { pseudonym, recordId }))?.details;
      const { recordId: documentId } = await firstVersion(ehr, record);
      return {
        status: document.amends ? 200 : 201,
        headers: {
          location: `/fhir/DocumentReference/${documentId}/_history/${record.version}`,
          etag: `W/"${record.version}"`,
        },
        body: documentReference({ record, details, documentId }),
      };
    },
  };
}
