import type { GatewayParts } from './gateway.js';
import type { Handler } from './outbox/outbox.js';
import { registerPatient } from './records/registration.js';

/** What the outbox can carry out, by kind. */
export function writeHandlers({
  staff,
  index,
}: Pick<GatewayParts, 'staff' | 'index' | 'places'>): Readonly<Record<string, Handler>> {
  return {
    'register-patient': async (request, practitioner) => {
      const { client } = await staff.session(practitioner);
      return registerPatient(request, client.ehr, index);
    },
  };
}
