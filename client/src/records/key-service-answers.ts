import { z } from 'zod';
import type { SealedBox } from '@salus/crypto/hpke';
import type { RecordDetails, SealedKey } from '@salus/protocol/ehr';

/** One content key, sealed to who asked; the details come along, which the ledger hides. */
export interface Rewrapped {
  readonly recordId: string;
  readonly details: RecordDetails;
  readonly sealedKey: SealedBox;
}

/** What custodians of break-glass open a record by; the details come along, which the ledger hides. */
export interface EmergencyKey {
  readonly recordId: string;
  readonly details: RecordDetails;
  readonly sealedKeys: readonly SealedKey[];
}

/** What is done for one patient's category, as it is kept and as the service's status tells it. */
export const rewrapJob = z.strictObject({
  pseudonym: z.string(),
  categoryTag: z.string(),
  epoch: z.int().min(0),
  status: z.enum(['WAITING', 'RUNNING', 'DONE']),
  total: z.int().min(0),
  done: z.int().min(0),
  /** Code of what stopped the last attempt; it is tried again. */
  fault: z.string().optional(),
  updatedAt: z.iso.datetime(),
});
export type RewrapJob = z.infer<typeof rewrapJob>;
