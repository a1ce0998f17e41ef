import type { RecordDetails } from '@salus/ehr-contract';
import { z } from 'zod';

export type { RecordDetails };

/** The journal's own reading of what the contract defines; the compiler keeps the two alike. */
export const recordDetailsSchema: z.ZodType<RecordDetails[]> = z.array(
  z.strictObject({
    recordId: z.string(),
    category: z.string(),
    label: z.string(),
    salt: z.string(),
    sealedKeys: z.array(
      z.strictObject({
        recipient: z.string(),
        kind: z.enum(['patient', 'custodian']),
        enc: z.string(),
        ciphertext: z.string(),
      }),
    ),
  }),
);
