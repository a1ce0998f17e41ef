import { once } from 'node:events';
import path from 'node:path';
import { SalusError } from '@salus/chaincode-common';
import type { RunningService } from './http-server.js';
import { writeAtomically } from './secret-file.js';

/**
 * Tells where a service listens, in `NAME.url` of its home and on standard output, and runs it until
 * the process is told to end.
 */
export async function serveUntilTold(
  service: RunningService,
  { home, name }: { readonly home: string; readonly name: string },
): Promise<void> {
  await writeAtomically(path.join(home, `${name}.url`), Buffer.from(`${service.url}\n`));
  process.stdout.write(`${JSON.stringify({ service: name, url: service.url })}\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await service.close();
}

/**
 * The passphrase of the secrets at rest, from the environment: an argument would show in the list of
 * processes.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`
 */
export function passphraseFromEnvironment(): string {
  const passphrase = process.env['SALUS_PASSPHRASE'];
  if (passphrase !== undefined && passphrase !== '') return passphrase;
  throw new SalusError('ERR_SETTINGS_MISSING', 'SALUS_PASSPHRASE is not set', {
    argument: 'SALUS_PASSPHRASE',
    expected: 'the passphrase that the secrets are kept under',
  });
}
