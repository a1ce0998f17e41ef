import { z } from 'zod';
import type { EhrClient } from '@salus/client/ehr';
import { patientId } from '@salus/fhir';
import { readStatement, SalusError } from '@salus/protocol';
import { fhirPatient } from '../fhir/patient.js';
import type { MasterIndex } from '../matching/master-index.js';
import { personSchema } from '../matching/person.js';
import type { Answer } from '../outbox/entry.js';

export const registrationRequest = z.object({
  statement: z.string(),
  pseudonym: z.string(),
  person: personSchema,
  tagKey: z.string().optional(),
});

/**
 * Registers a patient on the ledger, and puts who it is into the hospital's own index. Done again, it
 * finds what it did.
 */
export async function registerPatient(
  request: unknown,
  ehr: Pick<EhrClient, 'registerPatient' | 'getPatient'>,
  index: MasterIndex,
): Promise<Answer> {
  const { statement, pseudonym, person, tagKey } = registrationRequest.parse(request);
  try {
    await ehr.registerPatient(statement);
  } catch (error) {
    if (!(error instanceof SalusError) || !(await isRegistered(error, ehr, statement, pseudonym))) {
      throw error;
    }
  }
  const { kid } = readStatement(statement).head;
  await index.put({ pseudonym, person, kid, ...(tagKey !== undefined && { tagKey }) });
  const patient = fhirPatient(await ehr.getPatient(pseudonym));
  return {
    status: 201,
    headers: { location: `/fhir/Patient/${patientId(pseudonym)}` },
    body: patient,
  };
}

/** Whether the refusal only says that this very statement was taken before. */
async function isRegistered(
  error: SalusError,
  ehr: Pick<EhrClient, 'getPatient'>,
  statement: string,
  pseudonym: string,
): Promise<boolean> {
  const codes: readonly string[] = ['ERR_ALREADY_EXISTS', 'ERR_STATEMENT_REPLAYED'];
  if (!codes.includes(error.code)) return false;
  const { keys } = await ehr.getPatient(pseudonym);
  return keys[0]?.kid === readStatement(statement).head.kid;
}
