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
  /** The system that asked, where its token named it. */
  client: z.string().optional(),
  requestHash: z.string(),
  /** Dropped when the operation has ended. */
  request: z.unknown(),
  state: z.enum(['PENDING', 'DONE', 'REFUSED']),
  receivedAt: z.string(),
  attempts: z.int().min(0),
  /** Not before this time unless somebody repeats the request, or the gateway starts. */
  nextAttemptAt: z.string().optional(),
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
  /** The caller's `Idempotency-Key`; without one, equal requests of a client and practitioner are one. */
  readonly key?: string | undefined;
  readonly kind: string;
  /** In whose name it is done. */
  readonly practitioner: string;
  /** Which system asks, where its token names it: two systems choose their keys by themselves. */
  readonly client?: string | undefined;
  /** JSON, all that is needed to carry it out later. */
  readonly request: unknown;
}

/** Hash of what an operation is about. */
export function requestHashOf({ kind, request }: Operation): string {
  return sha256Hex(canonicalJson({ kind, request }));
}

/** ID of an operation's entry: equal for equal keys of one client and practitioner. */
export function entryId(operation: Operation): string {
  const { practitioner, client, key = requestHashOf(operation) } = operation;
  return sha256Hex(canonicalJson([practitioner, key, ...(client === undefined ? [] : [client])]));
}

/** Refusals that the request alone is the reason of: whoever sends it again is refused again. */
const LASTING: ReadonlySet<string> = new Set<ErrorCode>([
  'ERR_ALREADY_EXISTS',
  'ERR_FHIR_BROKEN_REFERENCE',
  'ERR_FHIR_INVALID',
  'ERR_INVALID_ARGUMENT',
  'ERR_INVALID_JSON',
  'ERR_STATEMENT_EXPIRED',
  'ERR_STATEMENT_REPLAYED',
  'ERR_TOO_LARGE',
]);

/** Whether an equal request may have another outcome by now: it was refused for what may have changed. */
export function isHealable({ state, refusal }: Entry): boolean {
  return state === 'REFUSED' && refusal !== undefined && !LASTING.has(refusal.code);
}

/** Whether an entry waits for what is yet to come, such as its patient. */
export function isWaiting({ state, lastError }: Entry): boolean {
  return state === 'PENDING' && lastError === 'ERR_NOT_FOUND';
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
