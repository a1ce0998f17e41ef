import type { OperationOutcomeIssue } from '@medplum/fhirtypes';
import { z } from 'zod';
import { canonicalJson, sha256Hex, SalusError, type ErrorCode } from '@salus/protocol';
import { Refusal } from '../errors/refusal.js';

/** What an operation ended with, as it goes back to who asked. */
export const answerSchema = z.object({
  status: z.int().min(0),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});
export type Answer = z.infer<typeof answerSchema>;

/** An operation as it is kept. */
export const entrySchema = z.object({
  id: z.string(),
  kind: z.string(),
  practitioner: z.string(),
  requestHash: z.string(),
  /** Dropped when the operation has ended. */
  request: z.unknown(),
  state: z.enum(['PENDING', 'DONE', 'REFUSED']),
  receivedAt: z.string(),
  attempts: z.int().min(0),
  lastError: z.custom<ErrorCode>().optional(),
  answer: answerSchema.optional(),
  refusal: z
    .object({
      code: z.custom<ErrorCode>(),
      message: z.string(),
      status: z.int().min(0).optional(),
      argument: z.string().optional(),
      issues: z.array(z.custom<OperationOutcomeIssue>()),
    })
    .optional(),
});
export type Entry = z.output<typeof entrySchema>;

/** An operation as it comes in. */
export interface Operation {
  /** The caller's `Idempotency-Key`; without one, equal requests of a practitioner are one. */
  readonly key?: string | undefined;
  readonly kind: string;
  /** In whose name it is done. */
  readonly practitioner: string;
  /** JSON, all that is needed to carry it out later. */
  readonly request: unknown;
}

/** Hash of what an operation is about. */
export function requestHashOf({ kind, request }: Operation): string {
  return sha256Hex(canonicalJson({ kind, request }));
}

/** ID of an operation's entry: equal for equal keys of one practitioner. */
export function entryId(operation: Operation): string {
  const { practitioner, key = requestHashOf(operation) } = operation;
  return sha256Hex(canonicalJson([practitioner, key]));
}

/** The error of an entry that has no answer: its refusal, or what it waits for. */
export function errorOf({ refusal, lastError = 'ERR_INTERNAL' }: Entry): SalusError {
  if (refusal) {
    const { code, message, status, argument, issues } = refusal;
    return new Refusal(code, message, {
      issues,
      ...(status !== undefined && { status }),
      ...(argument !== undefined && { argument }),
    });
  }
  return new SalusError(lastError, 'The request is kept, and carried out as soon as it can be');
}
