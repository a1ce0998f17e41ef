import path from 'node:path';
import type { KeyProtection } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import { fromEnvironment, passphraseFromEnvironment, protectedBy, Vault } from '@salus/service-kit';
import { makeTokenKey, tokenWrapper } from '@salus/service-kit/hsm';
import type { Settings } from '../../command-line/settings.js';
import { hsmOf, protectionOf } from './member-home.js';

export interface ProtectOptions {
  readonly by: string;
  readonly newKey?: boolean;
}

/**
 * Puts the vault of a home under another protection. Its secrets stay as they are.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_SETTINGS_MISSING`, `ERR_HSM_KEY_MISSING` and its kind
 */
export async function protectHome(settings: Settings, { by, newKey }: ProtectOptions) {
  if (by !== 'token' && by !== 'passphrase') {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'A home is protected by one of two things', {
      argument: 'by',
      expected: 'token or passphrase',
      got: by,
    });
  }
  const file = path.join(settings.home, 'vault.json');
  const vault = await Vault.open(file, await presentProtection(settings, file));
  if (vault.isFormer) throw former(file);
  if (by === 'token' && newKey === true) {
    const { hsm, pin } = hsmOf(settings);
    await makeTokenKey(hsm, pin);
  }
  await vault.protect(file, by === 'token' ? await tokenOf(settings) : newPassphrase());
  const next = by === 'passphrase' ? { remove: 'hsm from salus.json' } : {};
  return { home: settings.home, protectedBy: by, ...next };
}

/** The vault's file tells whether its home is to be carried over. */
function former(file: string): SalusError {
  return new SalusError('ERR_STATE_UNREADABLE', `Release 0.1.0 wrote ${file}`, {
    argument: file,
    remedy: 'Start the member once by `salus committee serve`, which carries its home over.',
  });
}

async function tokenOf(settings: Settings): Promise<KeyProtection> {
  const { hsm, pin } = hsmOf(settings);
  return tokenWrapper(hsm, pin);
}

/** What opens the home now. A home that is not there yet is made under the passphrase. */
async function presentProtection(settings: Settings, file: string): Promise<KeyProtection> {
  const present = await protectedBy(file);
  return present === 'wrapper' ? protectionOf(settings) : passphraseFromEnvironment();
}

function newPassphrase(): string {
  return fromEnvironment('SALUS_NEW_PASSPHRASE', 'the passphrase that is to open the home');
}
