import type { OperationOutcome } from '@medplum/fhirtypes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SALUS } from '@salus/fhir';
import { invalid } from '../errors/refusal.js';
import {
  entryId,
  errorOf,
  isHealable,
  isWaiting,
  type Entry,
  type Operation,
} from '../outbox/entry.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { callerOf } from './context.js';
import { sendError } from './error-handling.js';
import { FHIR_JSON, preferencesOf } from './media-types.js';

/** What the outbox is to carry out. */
export interface Write {
  readonly kind: string;
  readonly request: unknown;
}

/**
 * Puts a write into the outbox under the caller's `Idempotency-Key`, and answers with what became of it.
 * With `Prefer: respond-async` the answer is 202 and the address of the outbox's entry.
 */
export async function carryOut(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: GatewayParts,
  write: Write,
): Promise<FastifyReply> {
  const { id, done } = await parts.outbox.accept(operationOf(request, write));
  const place = `/fhir/Task/${id}`;
  if (preferencesOf(request).async) {
    return reply.status(202).header('content-location', place).send();
  }
  return sendEntry(request, reply.header('x-outbox-entry', id), await done);
}

/** Whether the outbox has this very write of the caller's already. */
export async function isRepeated(
  request: FastifyRequest,
  { outbox }: GatewayParts,
  write: Write,
): Promise<boolean> {
  const entry = await outbox.find(entryId(operationOf(request, write)));
  return entry !== undefined && !isHealable(entry);
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` for a key that isn't one */
function operationOf(request: FastifyRequest, write: Write): Operation {
  const key = request.headers['idempotency-key'];
  if (Array.isArray(key) || (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))) {
    throw invalid('Idempotency-Key', 'The idempotency key is one word of at most 255 characters');
  }
  const { practitioner, client } = callerOf(request);
  return { ...write, key, practitioner, client };
}

/** Answers with what became of a write. */
export async function sendEntry(
  request: FastifyRequest,
  reply: FastifyReply,
  entry: Entry,
): Promise<FastifyReply> {
  const { answer } = entry;
  if (isWaiting(entry)) {
    const place = `/fhir/Task/${entry.id}`;
    void reply.status(202).header('content-location', place).type(FHIR_JSON);
    return reply.send(waitingOutcome());
  }
  if (!answer) {
    await sendError(errorOf(entry), request, reply);
    return reply;
  }
  const { returns } = preferencesOf(request);
  void reply.status(answer.status).headers(answer.headers);
  if (returns === 'minimal') return reply.send();
  return reply.type(FHIR_JSON).send(answer.body);
}

function waitingOutcome(): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'information',
        code: 'incomplete',
        details: {
          coding: [{ system: SALUS.error, code: 'ERR_NOT_FOUND' }],
          text: 'The patient is not registered at this gateway yet: the write is kept, and waits for that',
        },
        diagnostics:
          'Register the patient with Patient/$register. The Task at Content-Location tells what becomes of the write.',
      },
    ],
  };
}
