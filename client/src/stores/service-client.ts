import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isErrorCode, SalusError } from '@salus/protocol';
import type { Identity } from '../identity/identity.js';
import { signRequest } from '../trust/request-token.js';

/** One request to a service. */
export interface ServiceCall {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: Uint8Array;
  /** A longer answer is not read to its end. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

const DEADLINE_MS = 30_000;

/** Calls services under a Fabric identity. */
export class ServiceClient {
  readonly #base: string;
  readonly #identity: Identity;
  readonly #tlsRoots: readonly string[];

  /** @param tlsRoots - CA certificates (PEM) that a service's TLS certificate may come from */
  constructor(base: string, identity: Identity, tlsRoots: readonly string[] = []) {
    this.#base = base.replace(/\/$/, '');
    this.#identity = identity;
    this.#tlsRoots = tlsRoots;
  }

  /**
   * @throws SalusError the service's own code, `ERR_SERVICE_UNREACHABLE`, or `ERR_TOO_LARGE` for an answer
   *   longer than it may be; the reason that the signal was aborted with
   */
  async call({ method, path, body = new Uint8Array(), ...limits }: ServiceCall): Promise<Buffer> {
    const audience = new URL(this.#base).host;
    const token = await signRequest(this.#identity, { method, path, audience, body });
    return fetchBytes(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Salus ${token}` },
      tlsRoots: this.#tlsRoots,
      ...(method !== 'GET' && { body: Buffer.from(body) }),
      ...limits,
    });
  }
}

/** What a request carries. */
export interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly tlsRoots?: readonly string[];
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Fetches, and turns what a service refuses into a SalusError.
 *
 * @throws SalusError the service's own code, `ERR_TLS_UNTRUSTED`, `ERR_SERVICE_UNREACHABLE` or
 *   `ERR_TOO_LARGE`; the reason that the signal was aborted with
 */
export async function fetchBytes(url: string, options: FetchOptions): Promise<Buffer> {
  let answer: Answer;
  try {
    answer = await exchange(new URL(url), options);
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (cause instanceof SalusError) throw cause;
    const origin = new URL(url).origin;
    if (isUntrusted(cause)) {
      throw new SalusError('ERR_TLS_UNTRUSTED', `${origin} shows no trusted certificate`, {
        cause,
      });
    }
    throw new SalusError('ERR_SERVICE_UNREACHABLE', `${origin} does not answer`, { cause });
  }
  const { status, bytes } = answer;
  if (status >= 200 && status < 300) {
    if (bytes.length > (options.maxBytes ?? Infinity)) throw tooLarge(new URL(url));
    return bytes;
  }
  throw toError(status, bytes.toString('utf8'));
}

interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

function exchange(url: URL, fetching: FetchOptions): Promise<Answer> {
  const { method, headers, body, tlsRoots, maxBytes = Infinity } = fetching;
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const signal = fetching.signal ? AbortSignal.any([fetching.signal, deadline]) : deadline;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method,
      // To the letter: the request's signature is over it, and URL drops an empty query.
      path: url.href.slice(url.origin.length),
      headers: { ...headers, 'content-length': body === undefined ? 0 : Buffer.byteLength(body) },
      signal,
    };
    const request = secure
      ? httpsRequest(url, { ...options, ca: [...(tlsRoots ?? [])] })
      : httpRequest(url, options);
    request.once('error', (error: NodeJS.ErrnoException) => {
      // A service may close a kept connection just as a request is sent on it.
      const isStale = request.reusedSocket && error.code === 'ECONNRESET';
      if (isStale && method === 'GET') resolve(exchange(url, fetching));
      else reject(error);
    });
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      // What goes wrong is told in at most so many bytes.
      let left = Math.max(maxBytes, ERROR_BYTES);
      response.on('data', (part: Buffer) => {
        parts.push(part);
        left -= part.length;
        if (left < 0) response.destroy(tooLarge(url));
      });
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts) });
      });
    });
    request.end(body);
  });
}

const ERROR_BYTES = 16 * 1024;

function tooLarge({ origin }: URL): SalusError {
  return new SalusError('ERR_TOO_LARGE', `${origin} sends more than was asked for`);
}

/** Codes by which Node tells that no trusted authority vouches for a server. */
const UNTRUSTED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function isUntrusted(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    UNTRUSTED.has(String(cause.code))
  );
}

function toError(status: number, text: string): SalusError {
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown };
    if (typeof code === 'string' && isErrorCode(code) && typeof message === 'string') {
      return new SalusError(code, message);
    }
  } catch {
    // Told below.
  }
  return new SalusError('ERR_SERVICE_UNREACHABLE', `The service answered with status ${status}`);
}
