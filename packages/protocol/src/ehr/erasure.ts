import { z } from 'zod';
import {
  distinctArray,
  hexHash,
  identifier,
  mspId,
  pseudonym,
  statementText,
} from '../base/forms.js';
import type { HealthRecord } from './records.js';

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

export const getErasureRequest = z.strictObject({
  pseudonym,
  recordId: identifier,
  /** SHA-256 in hex of what is shown beside the answer. Peers that sign the answer sign when it was there. */
  evidence: hexHash.optional(),
});
export type GetErasureRequest = z.infer<typeof getErasureRequest>;

/** How far the erasure of a record has come, as every peer knows it. */
export interface Erasure {
  readonly record: HealthRecord;
  /**
   * MSP IDs of the channel's organisations whose peers keep what describes or opens the record, by the hashes
   * of private data that every peer has. None is left once the erasure is carried out.
   */
  readonly holders: readonly string[];
}

/** The transactions of erasure by name. */
export interface ErasureTransactions {
  readonly eraseRecords: { request: EraseRecordsRequest; response: RecordsErased };
  readonly purgeDetails: { request: PurgeDetailsRequest; response: DetailsPurged };
  readonly getErasure: { request: GetErasureRequest; response: Erasure };
}
