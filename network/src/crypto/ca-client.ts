import type { KeyObject } from 'node:crypto';
import { Agent, request } from 'node:https';
import { NetworkError } from '../instance/errors.js';
import { certificateRequest, newKey, signLowS } from './signing.js';

/** A certificate and the private key it belongs to. */
export interface Credential {
  readonly certificate: string;
  readonly key: KeyObject;
}

export interface Registration {
  readonly id: string;
  readonly secret: string;
  /** Becomes the organizational unit, from which node OUs tell peers, orderers, clients and admins. */
  readonly type: 'client' | 'peer' | 'orderer' | 'admin';
  /** Written into the enrolment certificate. */
  readonly attributes?: Readonly<Record<string, string>>;
}

interface CaReply {
  success: boolean;
  result: { Cert?: string; CRL?: string };
  errors?: { code: number; message: string }[];
}

/** Client of one authority in a Fabric CA server (its REST interface, version 1). */
export class CaClient {
  readonly #agent: Agent;

  constructor(
    private readonly address: { readonly host: string; readonly port: number },
    private readonly caName: string,
    tlsRoot: string,
  ) {
    this.#agent = new Agent({ ca: tlsRoot, keepAlive: true, maxSockets: 4 });
  }

  /** Certifies a new key. With `hosts` the certificate is one for TLS. */
  async enroll(id: string, secret: string, hosts?: readonly string[]): Promise<Credential> {
    const key = newKey();
    const reply = await this.#post(
      '/api/v1/enroll',
      {
        certificate_request: certificateRequest(id, key),
        caname: this.caName,
        ...(hosts ? { hosts, profile: 'tls' } : {}),
      },
      () => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    );
    return { certificate: Buffer.from(reply.result.Cert ?? '', 'base64').toString('utf8'), key };
  }

  /** Registers an identity that can then enrol with its secret. */
  async register(registrar: Credential, registration: Registration): Promise<void> {
    const attributes = Object.entries(registration.attributes ?? {});
    const body = {
      id: registration.id,
      type: registration.type,
      secret: registration.secret,
      affiliation: '',
      attrs: attributes.map(([name, value]) => ({ name, value, ecert: true })),
    };
    await this.#signed(registrar, '/api/v1/register', body);
  }

  /** Revokes every certificate of an identity, which can't enrol again either. */
  async revoke(registrar: Credential, id: string): Promise<void> {
    await this.#signed(registrar, '/api/v1/revoke', { id });
  }

  /** The authority's list of whom it has revoked and whose certificate has not expired yet, in PEM. */
  async revocationList(registrar: Credential): Promise<string> {
    const { result } = await this.#signed(registrar, '/api/v1/gencrl', {});
    return Buffer.from(result.CRL ?? '', 'base64').toString('utf8');
  }

  #signed(registrar: Credential, path: string, body: object): Promise<CaReply> {
    const named = { ...body, caname: this.caName };
    return this.#post(path, named, (text) => authorization(registrar, path, text));
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: object, authorize: (text: string) => string): Promise<CaReply> {
    const text = JSON.stringify(body);
    const headers = { authorization: authorize(text), 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const fail = (message: string, cause?: Error) => {
        const told = `Fabric CA ${this.caName}: ${message}`;
        const remedy = 'Read the log of the certificate authority with network.sh logs.';
        reject(new NetworkError('ERR_CA_REQUEST', told, remedy, { cause }));
      };
      const options = { ...this.address, path, method: 'POST', headers, agent: this.#agent };
      const outgoing = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const reply = parse(Buffer.concat(chunks).toString('utf8'));
          if (reply?.success) resolve(reply);
          else fail(reply?.errors?.[0]?.message ?? `HTTP ${String(response.statusCode)}`);
        });
      });
      outgoing.on('error', (cause) => fail(cause.message, cause));
      outgoing.end(text);
    });
  }
}

function parse(text: string): CaReply | undefined {
  try {
    return JSON.parse(text) as CaReply;
  } catch {
    return undefined;
  }
}

/** Fabric CA's token: the certificate, and a signature over method, path, body and certificate. */
function authorization(registrar: Credential, path: string, body: string): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const certificate = base64(registrar.certificate);
  const signed = ['POST', base64(path), base64(body), certificate].join('.');
  return `${certificate}.${signLowS(Buffer.from(signed), registrar.key).toString('base64')}`;
}
