import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { unwrap } from '@salus/client/errors';
import { SalusError, type ErrorCode } from '@salus/protocol';

/** A request that has been read whole. */
export interface ServiceRequest {
  readonly method: string;
  readonly url: URL;
  /** Path with query, as the token names it. */
  readonly path: string;
  /** `host:port` by which the service was asked, one of those that are its own. */
  readonly audience: string;
  readonly body: Buffer;
  /** What follows `Authorization: Salus `, or empty. */
  readonly token: string;
}

/** Bytes, or a value that goes out as JSON; nothing for 204. */
export type ServiceAnswer = Buffer | object | undefined;

export type ServiceHandler = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** A service's TLS certificate and key, in PEM. */
export interface ServiceTls {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

export interface ServiceOptions {
  readonly host?: string;
  readonly port?: number;
  /** Origin by which others reach the service, where a proxy stands before it. */
  readonly publicUrl?: string;
  readonly maxBodyBytes: number;
  /** Without it the service speaks plain HTTP; every command gives one. */
  readonly tls?: ServiceTls;
}

/** A service that runs. */
export interface RunningService {
  readonly url: string;
  close(): Promise<void>;
}

const SCHEME = 'Salus ';
const BODY_TIMEOUT_MS = 30_000;
/** Names of the same interface. */
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost'];

/** Starts a service over HTTPS, or HTTP without a certificate; on loopback unless told otherwise. */
export async function startService(
  handler: ServiceHandler,
  { host = '127.0.0.1', port = 0, publicUrl, maxBodyBytes, tls }: ServiceOptions,
): Promise<RunningService> {
  let own: readonly string[] = [];
  const options = { requestTimeout: BODY_TIMEOUT_MS };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    // Only names of this very service count: a request that was signed for another one stays refused.
    const audience = own.find((name) => name === request.headers.host) ?? own[0] ?? '';
    answer(handler, { request, response, audience, maxBodyBytes }).catch(() => response.destroy());
  };
  const server = tls
    ? createTlsServer(
        { ...options, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.3' },
        serve,
      )
    : createServer(options, serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const url = publicUrl ?? `${tls ? 'https' : 'http'}://${host}:${taken}`;
  const loopback = LOOPBACK.includes(host) ? LOOPBACK : [host];
  own = [new URL(url).host, ...loopback.map((name) => `${name}:${taken}`)];
  return { url, close: () => close(server) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly audience: string;
  readonly maxBodyBytes: number;
}

async function answer(handler: ServiceHandler, exchange: Exchange): Promise<void> {
  const { request, response, audience, maxBodyBytes } = exchange;
  try {
    const path = request.url ?? '/';
    const authorization = request.headers.authorization ?? '';
    const result = await handler({
      method: request.method ?? 'GET',
      url: new URL(path, `http://${audience}`),
      path,
      audience,
      body: await readBody(request, maxBodyBytes),
      token: authorization.startsWith(SCHEME) ? authorization.slice(SCHEME.length) : '',
    });
    send(response, result === undefined ? 204 : 200, result);
  } catch (cause) {
    const error = unwrap(cause);
    // Details of what is unforeseen stay here.
    const message = error.code === 'ERR_INTERNAL' ? 'The service failed' : error.message;
    send(response, statusOf(error.code), { code: error.code, message });
    if (!request.complete) request.destroy();
  }
}

function send(response: ServerResponse, status: number, result: ServiceAnswer): void {
  const isBytes = Buffer.isBuffer(result);
  response.writeHead(status, {
    'content-type': isBytes ? 'application/octet-stream' : 'application/json',
    'cache-control': 'no-store',
  });
  response.end(result === undefined || isBytes ? result : JSON.stringify(result));
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) {
      throw new SalusError('ERR_TOO_LARGE', `The content is larger than ${limit} bytes`, {
        expected: `at most ${limit} bytes`,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  ERR_REQUEST_REFUSED: 401,
  ERR_CERTIFICATE_REVOKED: 401,
  ERR_FORBIDDEN: 403,
  ERR_NO_DECISION: 403,
  ERR_CONSENT_UNPROVEN: 403,
  ERR_KEY_ENDED: 403,
  ERR_APPROVAL_NEEDED: 403,
  ERR_APPROVAL_PENDING: 403,
  ERR_NOT_FOUND: 404,
  ERR_ALREADY_EXISTS: 409,
  ERR_CONFLICT: 409,
  ERR_TOO_LARGE: 413,
  ERR_QUOTA_EXCEEDED: 413,
  ERR_INTERNAL: 500,
};

function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 400;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
