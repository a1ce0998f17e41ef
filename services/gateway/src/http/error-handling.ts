import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unwrap } from '@salus/client/errors';
import { SalusError } from '@salus/protocol';
import { httpMeaning, isTransient, outcomeOf } from '../errors/outcome.js';
import { methodNotAllowed, notFound, Refusal } from '../errors/refusal.js';
import { FHIR_JSON } from './media-types.js';
import { AllowedMethods } from './methods.js';

const RETRY_SECONDS = '5';

/** Has every error go out as an OperationOutcome with its stable code. */
export function handleErrors(app: FastifyInstance): void {
  const methods = new AllowedMethods(app);
  app.setErrorHandler(async (error, request, reply) => {
    await sendError(toSalusError(error), request, reply);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const allowed = methods.at(request.url.split('?')[0] ?? '');
    const error = allowed.length > 0 ? methodNotAllowed(allowed) : notFound('place');
    await sendError(error, request, reply);
  });
}

/** Sends an error; the log gets its code only, and where it was thrown if it was unforeseen. */
export async function sendError(
  error: SalusError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const refusal = error instanceof Refusal ? error : undefined;
  const status = refusal?.status ?? httpMeaning(error.code).status;
  if (status >= 500) request.log.error({ err: error }, 'The request failed');
  const outcome = outcomeOf(error, request.id);
  outcome.issue.push(...(refusal?.issues ?? []));
  if (isTransient(error.code)) void reply.header('retry-after', RETRY_SECONDS);
  await reply
    .headers(refusal?.headers ?? {})
    .status(status)
    .type(FHIR_JSON)
    .send(outcome);
}

/** What the server itself refuses before a route is found, such as an address that can't be decoded. */
export function sendFrameworkError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void sendError(toSalusError(error), request, reply);
}

/** Errors of the server itself that are the request's fault, by their codes. */
function toSalusError(error: unknown): SalusError {
  if (error instanceof SalusError) return error;
  const { code, statusCode = 500, validation } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const [issue] = validation;
    const at = issue?.instancePath.replace(/^\//, '') ?? '';
    return new Refusal('ERR_INVALID_ARGUMENT', `A parameter is wrong: ${issue?.message ?? ''}`, {
      ...(at !== '' && { argument: at }),
    });
  }
  if (statusCode === 413) return new Refusal('ERR_TOO_LARGE', 'The body is too large');
  if (statusCode === 429) {
    return new Refusal('ERR_TOO_MANY_REQUESTS', 'Requests come too fast', { cause: error });
  }
  if (statusCode === 415) {
    return new Refusal('ERR_INVALID_ARGUMENT', 'The content type is not one that is taken here', {
      status: 415,
      argument: 'Content-Type',
    });
  }
  if (code?.startsWith('FST_') && statusCode < 500) {
    return new Refusal('ERR_INVALID_ARGUMENT', 'The request is malformed', { cause: error });
  }
  return unwrap(error);
}
