import { z } from 'zod';
import { distinctArray, identifier, mspId, pseudonym, statementText } from '../base/forms.js';

/** Erasure: what opens and describes a record goes; its anchor stays, so that the ledger verifies on. */

export const eraseRecordsRequest = z.strictObject({
  /** ErasureOrder.v1 */
  statement: statementText,
});
export type EraseRecordsRequest = z.infer<typeof eraseRecordsRequest>;

export interface RecordsErased {
  readonly pseudonym: string;
  readonly recordIds: readonly string[];
  readonly erasedAt: string;
}

/** By the custodian or the holder of a copy. */
export const purgeDetailsRequest = z.strictObject({
  pseudonym,
  records: distinctArray(identifier, 100),
  /** MSP ID of the organisation whose copies go; the caller's own where it is missing. */
  holder: mspId.optional(),
});
export type PurgeDetailsRequest = z.infer<typeof purgeDetailsRequest>;

export interface DetailsPurged {
  readonly pseudonym: string;
  readonly recordIds: readonly string[];
  readonly holder: string;
}

/** The transactions of erasure by name. */
export interface ErasureTransactions {
  readonly eraseRecords: { request: EraseRecordsRequest; response: RecordsErased };
  readonly purgeDetails: { request: PurgeDetailsRequest; response: DetailsPurged };
}
