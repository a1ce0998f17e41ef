/**
 * The root secret in shares (Shamir), one a guardian: fewer than the threshold tell nothing about it. What
 * the shares come to is compared with a value that only the root gives, so a wrong share is found out.
 */
import { combine, split } from 'shamir-secret-sharing';
import { SalusError, toBase64url } from '@salus/protocol';
import { decoded, randomBytes } from './bytes.js';
import { checkValueOf, deriveSecret } from './derive.js';
import type { SharePackage } from './state.js';

const IV_BYTES = 12;

/**
 * Splits the newest root secret, of which the others follow encrypted.
 *
 * @returns packages without the ward's pseudonyms, one a guardian
 */
export async function splitRoots(
  roots: readonly string[],
  { threshold, count, setId }: { threshold: number; count: number; setId: string },
): Promise<readonly Omit<SharePackage, 'pseudonyms'>[]> {
  const root = decoded(roots.at(-1) ?? '', 'root');
  const [check, heritage] = [await checkValueOf(root), await encryptHeritage(root, roots)];
  const shares = await split(root, count, threshold);
  root.fill(0);
  return shares.map((share) => ({
    setId,
    threshold,
    share: toBase64url(share),
    check,
    heritage,
  }));
}

/**
 * Puts shares together again. With more than the threshold, wrong ones among them do no harm.
 *
 * @returns all roots, oldest first
 * @throws SalusError `ERR_SHARE_INVALID` where too few fit together
 */
export async function joinShares(packages: readonly SharePackage[]): Promise<readonly string[]> {
  for (const same of bySet(packages)) {
    for (const some of subsets(same, same[0]?.threshold ?? 0)) {
      const roots = await joined(some);
      if (roots) return roots;
    }
  }
  const [first] = packages;
  throw new SalusError('ERR_SHARE_INVALID', 'The shares do not fit together', {
    argument: 'shares',
    expected: `${first?.threshold ?? 2} right shares of one set`,
    got: `${packages.length} shares`,
  });
}

async function joined(some: readonly SharePackage[]): Promise<readonly string[] | undefined> {
  const shares = some.map(({ share }) => decoded(share, 'share'));
  const root = new Uint8Array(await combine(shares).catch(() => new Uint8Array(0)));
  const [first] = some;
  if (root.length === 0 || !first || (await checkValueOf(root)) !== first.check) return undefined;
  return decryptHeritage(root, first.heritage);
}

/** Guardians may still hold shares of an earlier set, and a liar may invent one. */
function bySet(packages: readonly SharePackage[]): readonly (readonly SharePackage[])[] {
  const sets = new Map<string, SharePackage[]>();
  for (const one of packages) {
    const name = [one.setId, one.check, one.threshold, one.heritage].join(' ');
    sets.set(name, [...(sets.get(name) ?? []), one]);
  }
  return [...sets.values()].filter((same) => same.length >= (same[0]?.threshold ?? Infinity));
}

function* subsets<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of subsets(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}

async function encryptHeritage(
  root: Uint8Array<ArrayBuffer>,
  roots: readonly string[],
): Promise<string> {
  const iv = randomBytes(IV_BYTES);
  const text = new TextEncoder().encode(JSON.stringify(roots));
  const algorithm = { name: 'AES-GCM', iv };
  const sealed = await crypto.subtle.encrypt(algorithm, await heritageKey(root), text);
  return toBase64url(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

async function decryptHeritage(
  root: Uint8Array<ArrayBuffer>,
  heritage: string,
): Promise<readonly string[] | undefined> {
  const bytes = decoded(heritage, 'heritage');
  const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, IV_BYTES) };
  try {
    const sealed = bytes.subarray(IV_BYTES);
    const text = await crypto.subtle.decrypt(algorithm, await heritageKey(root), sealed);
    return JSON.parse(new TextDecoder().decode(text)) as string[];
  } catch {
    return undefined;
  }
}

async function heritageKey(root: Uint8Array<ArrayBuffer>) {
  const secret = await deriveSecret(root, 'heritage');
  return crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
