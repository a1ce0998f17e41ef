import type { FastifyRequest } from 'fastify';
import { Refusal } from '../errors/refusal.js';
import { callerOf } from '../http/context.js';
import type { TrailReading } from '../oversight/trail-readings.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import type { StaffSession } from '../staff/directory.js';

/** The role that oversees what is done with patients' data. */
export const PRIVACY_OFFICER = 'privacy-officer';

type Right = Pick<TrailReading, 'by' | 'decisionId'>;

/**
 * Requires a right to what a patient's trail or consents tell: of whom the patient trusts or denies, and of what
 * colleagues did. A privacy officer has it, and a practitioner by a decision about this patient in force. The
 * gateway logs who read, and who was refused.
 *
 * @throws SalusError `ERR_FORBIDDEN`
 */
export async function requireTrailRight(
  request: FastifyRequest,
  session: StaffSession,
  parts: Pick<GatewayParts, 'decisions' | 'trailReadings'>,
  what: { readonly type: TrailReading['type']; readonly pseudonym: string },
): Promise<void> {
  const right = await rightOf(session, parts, what.pseudonym);
  await noteReading(request, session, parts, { ...what, ...right });
  if (right) return;
  throw new Refusal(
    'ERR_FORBIDDEN',
    'Trail and consents of a patient are for privacy officers, and for whom a decision about the patient in force permits to read a record',
    {
      remedy:
        'Read a record of the patient through this gateway first, which is logged, or ask a privacy officer.',
    },
  );
}

/** Logs a reading in the gateway's own log. */
export function noteReading(
  request: FastifyRequest,
  { practitioner, role }: StaffSession,
  { trailReadings }: Pick<GatewayParts, 'trailReadings'>,
  what: Pick<TrailReading, 'type' | 'pseudonym' | 'by' | 'decisionId'>,
): Promise<void> {
  const { client } = callerOf(request);
  return trailReadings.note({ practitioner, client, role, ...what });
}

async function rightOf(
  { role, practitioner, client }: StaffSession,
  { decisions }: Pick<GatewayParts, 'decisions'>,
  pseudonym: string,
): Promise<Right | undefined> {
  if (role === PRIVACY_OFFICER) return { by: 'PRIVACY_OFFICER' };
  const decision = await decisions.find(practitioner, pseudonym, client.ehr);
  return decision && { by: 'DECISION', decisionId: decision.decisionId };
}
