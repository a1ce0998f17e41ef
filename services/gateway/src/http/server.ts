import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import fastify, { LogController, type FastifyInstance } from 'fastify';
import type { ServiceTls } from '@salus/service-kit';
import { SalusError } from '@salus/protocol';
import { unsupportedMedia } from '../errors/refusal.js';
import { handleErrors, sendFrameworkError } from './error-handling.js';
import { loggerOptions } from './logging.js';

export interface ServerOptions {
  readonly tls?: ServiceTls | undefined;
  readonly maxBodyBytes: number;
  /** Addresses and networks of proxies that tell for whom they ask. */
  readonly trustedProxies?: readonly string[];
  readonly logLevel?: string;
  /** Where the log goes; standard error unless told otherwise. */
  readonly logStream?: NodeJS.WritableStream;
}

const REQUEST_TIMEOUT_MS = 120_000;
/** https://owasp.org/www-project-secure-headers, as far as it means an API. */
const SECURITY_HEADERS = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

const COMPRESSED = 'The gateway takes bodies that are not compressed';

/** A server without routes: TLS 1.3, request IDs, headers, limits, errors, log and OpenAPI. */
export async function makeServer(options: ServerOptions): Promise<FastifyInstance> {
  const { tls, maxBodyBytes, trustedProxies = [], logLevel = 'info', logStream } = options;
  const app = fastify({
    ...(tls && { https: { cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.3' as const } }),
    bodyLimit: maxBodyBytes,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    logger: loggerOptions(logLevel, logStream) ?? false,
    ajv: { customOptions: { removeAdditional: false, allErrors: false } },
    frameworkErrors: sendFrameworkError,
    routerOptions: { maxParamLength: 512 },
  }) as unknown as FastifyInstance;
  // Answers are what they are: a schema describes them, and cuts nothing off.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  takeBodiesAsTheyAre(app);
  handleErrors(app);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    done(encoding === 'identity' ? undefined : unsupportedMedia('Content-Encoding', COMPRESSED));
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode, elapsedTime } = reply;
    request.log.info({ req: request, statusCode, ms: Math.round(elapsedTime) }, 'answered');
    done();
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Salus FHIR gateway',
        version: '1.0.0',
        description:
          'FHIR R4 over a Salus network, and a portal for patients. See docs/gateway.md.',
      },
      components: {
        securitySchemes: {
          smart: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT (SMART on FHIR)' },
          patient: { type: 'apiKey', in: 'header', name: 'authorization' },
        },
      },
    },
  });
  return app;
}

/**
 * JSON stays text until its route reads it. The bytes of a resource are what is encrypted and hashed, and
 * the precision of its numbers counts. Text that is not UTF-8 is refused: it would lose letters. Other content
 * stays bytes.
 */
function takeBodiesAsTheyAre(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const json = /^application\/(?:fhir\+json|json|json-patch\+json)(?:;|$)/;
  app.addContentTypeParser(json, { parseAs: 'buffer' }, (_, bytes, done) => {
    try {
      done(null, new TextDecoder('utf-8', { fatal: true }).decode(bytes as Buffer));
    } catch (cause) {
      done(
        new SalusError('ERR_FHIR_INVALID', 'The body is not UTF-8', { argument: 'body', cause }),
      );
    }
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, bytes, done) => done(null, bytes));
}
