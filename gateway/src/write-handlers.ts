import type { EhrClient } from '@salus/client';
import { fhirConsent } from './consent/fhir-consent.js';
import { namesOf } from './consent/names.js';
import { relayGrant, relayWithdrawal } from './consent/relay.js';
import type { GatewayParts } from './gateway.js';
import type { Handler } from './outbox/outbox.js';
import { registerPatient } from './records/registration.js';

/** What the outbox can carry out, by kind. Each is found done where it was done before. */
export function writeHandlers({
  staff,
  index,
  places,
}: Pick<GatewayParts, 'staff' | 'index' | 'places'>): Readonly<Record<string, Handler>> {
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
  return {
    'register-patient': async (request, practitioner) => {
      const { client } = await staff.session(practitioner);
      return registerPatient(request, client.ehr, index);
    },
    grant: async (request, practitioner) => {
      const { ehr } = (await staff.session(practitioner)).client;
      return consentAnswer(ehr, await relayGrant(request, ehr), 201);
    },
    withdraw: async (request, practitioner) => {
      const { ehr } = (await staff.session(practitioner)).client;
      return consentAnswer(ehr, await relayWithdrawal(request, ehr), 200);
    },
  };
}
