/**
 * A process that runs a store for members whose CAs a file names, without a ledger. Tests use it to see
 * what becomes of uploads when it is killed. Argument: a JSON file.
 */
import { readFileSync } from 'node:fs';
import { newKeySigner } from '@salus/client/identity';
import { readAuthorities } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import { type LedgerView, startStore } from '@salus/store-service';

/** What the file says. */
export interface ServeStore {
  readonly home: string;
  readonly port: number;
  readonly mspId: string;
  readonly certificate: string;
  readonly privateKeyPem: string;
  /** CA certificates (PEM) by MSP ID. */
  readonly authorities: Readonly<Record<string, string>>;
}

async function main(file: string): Promise<void> {
  const options = JSON.parse(readFileSync(file, 'utf8')) as ServeStore;
  const { home, port, mspId, certificate, privateKeyPem } = options;
  const roots = new Map<string, Awaited<ReturnType<typeof readAuthorities>>>();
  for (const [name, pem] of Object.entries(options.authorities)) {
    roots.set(name, readAuthorities([pem]));
  }
  const absent = () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'there is no ledger'));
  const service = await startStore({
    home,
    port,
    channel: 'edge-east',
    identity: { mspId, certificate, signer: newKeySigner(privateKeyPem) },
    members: () => Promise.resolve(roots),
    ledger: { getRecord: absent, getDecision: absent } as unknown as LedgerView,
  });
  process.stdout.write(`${service.url}\n`);
}

void main(process.argv[2] ?? '');
