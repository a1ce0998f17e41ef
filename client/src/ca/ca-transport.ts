import https from 'node:https';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import type { CaEndpoint } from '../connection/profile.js';
import { describeFault } from '../connection/tls-probe.js';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

const answer = z.object({
  success: z.boolean(),
  result: z.unknown(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
});

interface CaCall {
  readonly path: string;
  readonly body: object;
  /** Makes the Authorization header from the body's text. */
  readonly authorization: (body: string) => Promise<string>;
}

/**
 * One POST to a Fabric CA.
 *
 * @returns the `result` of its answer
 * @throws SalusError `ERR_CA_REFUSED` with the CA's own words, `ERR_CA_UNREACHABLE`,
 *   `ERR_TLS_UNTRUSTED`, `ERR_TLS_CERTIFICATE_EXPIRED`
 */
export async function callCa(endpoint: CaEndpoint, call: CaCall): Promise<unknown> {
  const body = JSON.stringify(call.body);
  const text = await post(endpoint, call.path, body, await call.authorization(body));
  const parsed = answer.safeParse(parseJson(text));
  if (!parsed.success) throw refused(endpoint, 'it did not answer as a Fabric CA does');
  if (!parsed.data.success) {
    const [fault] = parsed.data.errors;
    throw refused(endpoint, fault ? `${fault.message} (CA code ${fault.code})` : 'no reason given');
  }
  return parsed.data.result;
}

function post(
  endpoint: CaEndpoint,
  path: string,
  body: string,
  authorization: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(unreachable(endpoint, cause));
    const request = https.request(
      new URL(path, endpoint.url),
      {
        method: 'POST',
        ca: endpoint.tlsRootCertificates,
        timeout: TIMEOUT_MS,
        headers: {
          authorization,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > MAX_ANSWER_BYTES) request.destroy(new Error('its answer is too long'));
          else chunks.push(chunk);
        });
        response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        response.once('error', fail);
      },
    );
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', fail);
    request.end(body);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as an answer of the wrong shape
  }
}

function refused({ url }: CaEndpoint, what: string): SalusError {
  return new SalusError('ERR_CA_REFUSED', `The certificate authority at ${url} refused: ${what}`, {
    remedy: 'check the ID and the secret; a secret serves once unless it was registered otherwise',
  });
}

function unreachable({ url }: CaEndpoint, cause: Error): SalusError {
  const { code, what } = describeFault(cause);
  return new SalusError(
    code === 'ERR_PEER_UNREACHABLE' ? 'ERR_CA_UNREACHABLE' : code,
    `The certificate authority at ${url} can't be used: ${what} (${cause.message})`,
    {
      remedy: "start it (`network/network.sh up -ca`), and take the network's present profile",
      cause,
    },
  );
}
