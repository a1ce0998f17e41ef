import type { SalusClient } from '@salus/client';
import { MemberHome } from '@salus/committee-service';
import type { KeyProtection } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import { fromEnvironment, passphraseFromEnvironment } from '@salus/service-kit';
import { tokenWrapper, type HsmSettings } from '@salus/service-kit/hsm';
import { logLine } from '../../command-line/log-line.js';
import type { Settings } from '../../command-line/settings.js';

/** What protects the secrets of a home: a key in a token where salus.json names one, or a passphrase. */
export async function protectionOf(settings: Settings): Promise<KeyProtection> {
  if (!settings.hsm) return passphraseFromEnvironment();
  const { hsm, pin } = hsmOf(settings);
  return tokenWrapper(hsm, pin);
}

/** The token of salus.json, and its PIN. @throws SalusError `ERR_SETTINGS_MISSING` */
export function hsmOf({ hsm }: Settings): { readonly hsm: HsmSettings; readonly pin: string } {
  if (hsm) return { hsm, pin: fromEnvironment('SALUS_HSM_PIN', 'the PIN of the token') };
  throw new SalusError('ERR_SETTINGS_MISSING', 'hsm: give "hsm" in salus.json', {
    argument: 'hsm',
    expected: '{ "module": "…", "token": "…", "key": "…" }',
  });
}

/** Opens the files of one contract in an actor's home. @throws SalusError as {@link MemberHome.open} */
export async function openMemberHome(
  settings: Settings,
  { channel }: Pick<SalusClient, 'channel'>,
  chaincode: string,
): Promise<MemberHome> {
  const protection = await protectionOf(settings);
  return MemberHome.open(settings.home, protection, { channel, chaincode }, logLine);
}
