import { z } from 'zod';
import type { ImportPatient } from '@salus/client/records';
import { parseRequest } from '@salus/protocol';
import { readText } from '../../command-line/input.js';

/** What the hospital got when the patient's wallet registered. */
const patientFile = z.object({ pseudonym: z.string(), kid: z.string(), tagKey: z.string() });

/** @throws SalusError `ERR_INVALID_JSON`, `ERR_INVALID_ARGUMENT` */
export async function readPatientFile(file: string): Promise<ImportPatient> {
  return parseRequest(patientFile, await readText(file), 'patient');
}
