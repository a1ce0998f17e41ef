import { isErrorCode, SalusError } from '@salus/chaincode-common';
import type { Identity } from '../identity/identity.js';
import { signRequest } from './request-token.js';

/** One request to a service. */
export interface ServiceCall {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: Uint8Array;
}

const DEADLINE_MS = 30_000;

/** Calls services under a Fabric identity. */
export class ServiceClient {
  readonly #base: string;
  readonly #identity: Identity;

  constructor(base: string, identity: Identity) {
    this.#base = base.replace(/\/$/, '');
    this.#identity = identity;
  }

  /**
   * @throws SalusError the service's own code, or `ERR_SERVICE_UNREACHABLE`
   */
  async call({ method, path, body = new Uint8Array() }: ServiceCall): Promise<Buffer> {
    const audience = new URL(this.#base).host;
    const token = await signRequest(this.#identity, { method, path, audience, body });
    return fetchBytes(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Salus ${token}` },
      ...(method !== 'GET' && { body: Buffer.from(body) }),
    });
  }
}

/** Fetches, and turns what a service refuses into a SalusError. */
export async function fetchBytes(url: string, init: RequestInit): Promise<Buffer> {
  let response: Response;
  let bytes: Buffer;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(DEADLINE_MS) });
    bytes = Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    throw new SalusError('ERR_SERVICE_UNREACHABLE', `${new URL(url).origin} does not answer`, {
      cause,
    });
  }
  if (response.ok) return bytes;
  throw toError(response.status, bytes.toString('utf8'));
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
