import { MINIMUM_PASSPHRASE } from '@salus/compute';
import { SalusError } from '@salus/protocol';

/** @throws SalusError `ERR_INVALID_ARGUMENT` for a passphrase that is too short */
export function requirePassphrase(passphrase: string): void {
  if (passphrase.length >= MINIMUM_PASSPHRASE) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'The passphrase is too short', {
    argument: 'SALUS_PASSPHRASE',
    expected: `at least ${MINIMUM_PASSPHRASE} characters`,
  });
}
