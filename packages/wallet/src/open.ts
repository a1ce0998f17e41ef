import { openSealed, categoryContentContext, contentKeyContext } from '@salus/crypto/hpke';
import { categories } from '@salus/fhir';
import { SalusError } from '@salus/protocol';
import { hex, sha256 } from './bytes.js';
import { categoryKeyPairOf, categoryTagOf, hpkeKeyPairOf } from './derive.js';
import type { WalletSession } from './session.js';
import type { InstitutionKind } from './state.js';

/** A content key as it lies sealed beside a record. */
export interface SealedContentKey {
  readonly enc: string;
  readonly ciphertext: string;
  /** `category` for one that is sealed to a category's epoch; to the patient otherwise. */
  readonly kind?: unknown;
  /** `kid` of the patient's key, or the category's tag. */
  readonly recipient?: unknown;
  readonly epoch?: unknown;
}

/**
 * Opens the content key of one of the patient's own records. The key it was sealed to is found by trying:
 * it may come from an earlier root secret.
 *
 * @throws SalusError `ERR_DECRYPTION_FAILED`
 */
export async function openContentKey(
  session: WalletSession,
  kind: InstitutionKind,
  {
    recordId,
    sealedKey,
    content,
  }: {
    readonly recordId: string;
    readonly sealedKey: SealedContentKey;
    /** The record's ciphertext. */
    readonly content: Uint8Array<ArrayBuffer>;
  },
): Promise<Uint8Array> {
  const byCategory = sealedKey.kind === 'category';
  const opened = byCategory
    ? await openByCategory(session, kind, { recordId, sealedKey, content })
    : await openAsPatient(session, kind, { recordId, sealedKey });
  if (opened) return opened;
  throw new SalusError('ERR_DECRYPTION_FAILED', 'The content key is sealed to another wallet', {
    argument: 'sealedKey',
  });
}

async function openAsPatient(
  session: WalletSession,
  kind: InstitutionKind,
  { recordId, sealedKey }: { recordId: string; sealedKey: SealedContentKey },
): Promise<Uint8Array | undefined> {
  const { recipient } = sealedKey;
  const kids =
    typeof recipient === 'string'
      ? [recipient]
      : session.state.keys.filter((key) => key.kind === kind).map(({ kid }) => kid);
  for (const kid of kids) {
    for (const root of session.rootsToTry) {
      const { privateKey } = await hpkeKeyPairOf(root, kind, kid);
      const opened = await tryOpen(privateKey, sealedKey, contentKeyContext(recordId));
      if (opened) return opened;
    }
  }
  return undefined;
}

async function openByCategory(
  session: WalletSession,
  kind: InstitutionKind,
  { recordId, sealedKey, content }: Parameters<typeof openContentKey>[2],
): Promise<Uint8Array | undefined> {
  const [pseudonym, tagKey] = [await session.pseudonym(kind), await session.tagKey(kind)];
  const epoch = Number(sealedKey.epoch);
  const contentHash = hex(await sha256(content));
  for (const category of categories) {
    const categoryTag = await categoryTagOf(tagKey, category);
    if (categoryTag !== sealedKey.recipient) continue;
    const bound = { recordId, pseudonym, categoryTag, epoch, contentHash };
    for (const root of session.rootsToTry) {
      const { privateKey } = await categoryKeyPairOf(root, { kind, category, epoch });
      const opened = await tryOpen(privateKey, sealedKey, categoryContentContext(bound));
      if (opened) return opened;
    }
  }
  return undefined;
}

async function tryOpen(
  privateKey: string,
  { enc, ciphertext }: SealedContentKey,
  context: Parameters<typeof openSealed>[2],
): Promise<Uint8Array | undefined> {
  try {
    return await openSealed(privateKey, { enc, ciphertext }, context);
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_DECRYPTION_FAILED') return undefined;
    throw error;
  }
}
