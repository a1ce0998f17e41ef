import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import { unwrap } from '@salus/client/errors';

/**
 * What the log may tell of a request: its ID, method and route. Neither path nor query is told, for they
 * name patients, and no header or body.
 */
export function describeRequest(request: FastifyRequest) {
  return { method: request.method, route: request.routeOptions.url ?? 'none' };
}

/** What the log may tell of an error: its code, and where it was thrown. Messages may quote a request. */
export function describeError(error: unknown) {
  const { code, transactionId, stack = '' } = unwrap(error);
  const at = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error instanceof Error ? error.name : typeof error,
    message: code,
    stack: at.slice(0, 8).join('\n'),
    code,
    ...(transactionId !== undefined && { transactionId }),
  };
}

/** Options of the server's log: JSON lines on standard error. */
export function loggerOptions(
  level: string,
  stream?: NodeJS.WritableStream,
): FastifyServerOptions['logger'] {
  return {
    level,
    base: null,
    serializers: {
      req: describeRequest,
      res: ({ statusCode }) => ({ statusCode }),
      err: describeError,
    },
    // A second lock, for what a library might log by itself.
    redact: {
      paths: ['headers', '*.headers', 'body', '*.body', 'url', '*.url', 'query', '*.query'],
      remove: true,
    },
    stream: stream ?? process.stderr,
  };
}
