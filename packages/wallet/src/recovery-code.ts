/** What a guardian's owner agrees to: one request to recover a ward, whole. */
import { canonicalJson, toBase64url } from '@salus/protocol';
import { decoded, sha256, utf8 } from './bytes.js';
import type { RequestOf } from './requests.js';
import { thumbprintOf } from './signing-key.js';
import type { AgreedRecovery } from './state.js';

/** Names this use of the hash, and its form. */
const USE = 'salus/recovery-request/v1';
const GROUPS = 6;
const GROUP_BYTES = 3;
const GROUP_DIGITS = 5;

/** Everything that a request to recover says. */
export type RecoveryTerms = Omit<RequestOf<'recover'>, 'type'>;

/** A request to recover as the guardian's wallet keeps it once the owner has agreed. */
export async function agreementOn(
  { keys, hpkePublicKey, olderKeys, lostSince }: RecoveryTerms,
  at: string,
): Promise<AgreedRecovery> {
  const named = await Promise.all(
    keys.map(async ({ kind, jwk }) => ({ kind, kid: await thumbprintOf(jwk) })),
  );
  const sorted = named.toSorted((one, two) => (nameOf(one) < nameOf(two) ? -1 : 1));
  const terms = { keys: sorted, olderKeys, ...(lostSince !== undefined && { lostSince }) };
  const text = canonicalJson([USE, { ...terms, hpkePublicKey }]);
  return { ...terms, at, digest: toBase64url(await sha256(utf8(text))) };
}

/**
 * Six groups of digits, 99 bits, that stand for a request to recover: its keys, the key that shares are
 * sealed to, and what becomes of the older keys. The ward reads them out, and the guardian compares them
 * before agreeing.
 */
export async function recoveryCode(terms: RecoveryTerms): Promise<string> {
  return codeOf(await agreementOn(terms, ''));
}

/** The code of a request that the owner agreed to. */
export function codeOf({ digest }: Pick<AgreedRecovery, 'digest'>): string {
  const bytes = decoded(digest, 'digest');
  const groups = Array.from({ length: GROUPS }, (_, index) => {
    const [high = 0, middle = 0, low = 0] = bytes.subarray(index * GROUP_BYTES);
    const number = ((high << 16) | (middle << 8) | low) % 10 ** GROUP_DIGITS;
    return String(number).padStart(GROUP_DIGITS, '0');
  });
  return groups.join(' ');
}

function nameOf({ kind, kid }: AgreedRecovery['keys'][number]): string {
  return `${kind} ${kid}`;
}
