import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically, aloneIn } from '@salus/client/home';
import { SalusError } from '@salus/protocol';
import type { RunningService, ServiceTls } from './http-server.js';

/**
 * Tells where a service listens, in `NAME.url` of its home and on standard output, and runs it until
 * the process is told to end. A home has one service of a name.
 *
 * @throws SalusError `ERR_HOME_IN_USE` while another process runs it; that one goes on unharmed
 */
export async function serveUntilTold(
  service: RunningService,
  { home, name }: { readonly home: string; readonly name: string },
): Promise<void> {
  try {
    await aloneIn(home, `the service ${name}`, async () => {
      await writeAtomically(path.join(home, `${name}.url`), Buffer.from(`${service.url}\n`));
      process.stdout.write(`${JSON.stringify({ service: name, url: service.url })}\n`);
      await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    });
  } finally {
    await service.close();
  }
}

/**
 * What nobody else should see, from the environment: an argument would show in the list of processes.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`
 */
export function fromEnvironment(variable: string, expected: string): string {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  throw new SalusError('ERR_SETTINGS_MISSING', `${variable} is not set`, {
    argument: variable,
    expected,
    remedy: `Set ${variable} in the environment.`,
  });
}

/** The passphrase of the secrets at rest. @throws SalusError `ERR_SETTINGS_MISSING` */
export const passphraseFromEnvironment = () =>
  fromEnvironment('SALUS_PASSPHRASE', 'the passphrase that the secrets are kept under');

/**
 * The TLS certificate and key of a service, from `tls/client.crt` and `tls/client.key` of its home, as
 * they lie in a user's folder of the network.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`
 */
export async function readServiceTls(home: string): Promise<ServiceTls> {
  const folder = path.join(home, 'tls');
  try {
    const [certificate, key] = await Promise.all(
      ['client.crt', 'client.key'].map((name) => readFile(path.join(folder, name))),
    );
    if (certificate && key) return { certificate, key };
    throw new Error('No certificate was read');
  } catch (cause) {
    throw new SalusError('ERR_SETTINGS_MISSING', `${folder} holds no TLS certificate and key`, {
      argument: 'tls',
      expected: "client.crt and client.key from the organisation's TLS CA",
      cause,
    });
  }
}
