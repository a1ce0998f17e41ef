/** Opening a sealed content key by several hands: each custodian's partial, and their combination. */
import { sha256Hex, SalusError } from '@salus/protocol';
import { indexOf, type KeyTerms, type PublicHalves } from './dealing.js';
import {
  COMPRESSED_BYTES,
  decodeBase64url,
  decodePoint,
  encodeBase64url,
  GENERATOR,
  multiplySecret,
  readPointText,
  readPublicKey,
  type GroupPoint,
} from './group.js';
import { agreedOf, hpkeContext, openOnce, wipe, wipeContext } from './kem.js';
import { prove, PROOF_BYTES, verify, type ProofUse } from './proofs.js';
import {
  emergencyContext,
  readEncapsulation,
  type EmergencyBinding,
  type EmergencySealed,
} from './seal.js';
import { interpolate, type At } from './sharing.js';

/** Everything that one partial is for: it counts for nothing else. */
export interface PartialUse {
  readonly keyId: string;
  /** MSP ID of the custodian that answers. */
  readonly custodian: string;
  readonly binding: EmergencyBinding;
  /** ID of the emergency decision. */
  readonly decisionId: string;
}

/** A collective key as the ledger shows it. */
export type CollectiveKey = KeyTerms & PublicHalves;

/** What a custodian answered. */
export interface Answer {
  readonly custodian: string;
  /** base64url of 97 bytes: `x_i·E` and its proof. */
  readonly partial: string;
}

const PARTIAL_BYTES = COMPRESSED_BYTES + PROOF_BYTES;
const BLAME = { code: 'ERR_PARTIAL_INVALID', argument: 'partial' } as const;

/**
 * A custodian's part of one opening: its share times the encapsulated point. A proof (Chaum and Pedersen,
 * 1992) shows that this is the share whose image is public. The same each time it is made.
 *
 * @param share - 32 bytes
 * @param enc - as {@link verifyEncapsulation} gave it
 */
export function makePartial(share: Uint8Array, enc: GroupPoint, use: PartialUse): string {
  const blame = { code: 'ERR_SHARE_INVALID', argument: 'share' } as const;
  const own = multiplySecret(GENERATOR, share, blame);
  const part = multiplySecret(enc, share, blame);
  const proof = prove(share, equality(own, enc, part), proofUse(use));
  return encodeBase64url(Buffer.concat([part.toBytes(true), proof]));
}

/** The hash of a partial, which its custodian puts on the ledger before it gives the partial away. */
export function partialHash(partial: string): string {
  return sha256Hex(Buffer.from(partial, 'base64url'));
}

/**
 * Reads a partial once its proof has verified against the custodian's public image.
 *
 * @throws SalusError `ERR_PARTIAL_INVALID` naming the custodian
 */
export function readPartial(
  key: CollectiveKey,
  { enc, partial, use }: { readonly enc: GroupPoint; partial: string; use: PartialUse },
): At<GroupPoint> {
  const index = indexOf(key, use.custodian);
  const image = readPointText(key.shareImages[index - 1] ?? '', {
    code: 'ERR_KEY_INVALID',
    argument: 'shareImages',
  });
  const bytes = decodeBase64url(partial, PARTIAL_BYTES, BLAME);
  const value = decodePoint(bytes.subarray(0, COMPRESSED_BYTES), COMPRESSED_BYTES, BLAME);
  const proof = bytes.subarray(COMPRESSED_BYTES);
  if (verify(proof, equality(image, enc, value), proofUse(use))) return { index, value };
  throw new SalusError(
    'ERR_PARTIAL_INVALID',
    `${use.custodian} answered with a partial that it can't have made with its share`,
    { argument: 'partial', got: use.custodian },
  );
}

/** A content key that was opened, by whom, and who answered wrongly. */
export interface OpenedKey {
  /** 32 bytes, to be wiped. */
  readonly contentKey: Buffer;
  readonly openedBy: readonly string[];
  readonly liars: readonly string[];
}

/**
 * Opens a sealed content key from the answers of custodians. Wrong ones are left out and named.
 *
 * @throws SalusError `ERR_PARTIAL_INVALID` where fewer than the threshold are right;
 *   `ERR_DECRYPTION_FAILED` where the content key was never sealed rightly
 */
export function openFromPartials(
  key: CollectiveKey,
  {
    sealed,
    binding,
    decisionId,
    answers,
  }: {
    readonly sealed: Pick<EmergencySealed, 'enc' | 'ciphertext'>;
    readonly binding: EmergencyBinding;
    readonly decisionId: string;
    readonly answers: readonly Answer[];
  },
): OpenedKey {
  const enc = readEncapsulation(sealed.enc);
  const right = new Map<string, At<GroupPoint>>();
  const liars = new Set<string>();
  for (const { custodian, partial } of answers) {
    const use = { keyId: key.keyId, custodian, binding, decisionId };
    try {
      right.set(custodian, readPartial(key, { enc, partial, use }));
    } catch (error) {
      if (!isWrongPartial(error)) throw error;
      liars.add(custodian);
    }
  }
  if (right.size < key.threshold) throw tooFew(key.threshold, [...right.keys()], [...liars]);
  const used = [...right].slice(0, key.threshold);
  const shared = interpolate(used.map(([, part]) => part));
  const contentKey = decapsulate(key, { shared, enc, ciphertext: sealed.ciphertext, binding });
  return { contentKey, openedBy: used.map(([custodian]) => custodian), liars: [...liars] };
}

/** RFC 9180, 4.1 and 5: from the shared point to the content key. */
function decapsulate(
  { keyId, publicKey }: CollectiveKey,
  about: {
    readonly shared: GroupPoint;
    readonly enc: GroupPoint;
    readonly ciphertext: string;
    readonly binding: EmergencyBinding;
  },
): Buffer {
  const { shared, enc, ciphertext, binding } = about;
  const { info, aad } = emergencyContext(keyId, binding);
  const recipient = readPublicKey(publicKey);
  const dh = agreedOf(shared);
  const context = hpkeContext({ dh, enc, recipient }, Buffer.from(info));
  try {
    return openOnce(context, Buffer.from(ciphertext, 'base64url'), Buffer.from(aad));
  } finally {
    wipe(dh);
    wipeContext(context);
  }
}

function equality(own: GroupPoint, enc: GroupPoint, part: GroupPoint) {
  return [
    { base: GENERATOR, image: own },
    { base: enc, image: part },
  ];
}

function proofUse({ keyId, custodian, binding, decisionId }: PartialUse): ProofUse {
  const { pseudonym, recordId, contentHash } = binding;
  return {
    domain: 'salus/break-glass/partial/v1',
    bound: [keyId, custodian, pseudonym, recordId, contentHash, decisionId],
  };
}

function isWrongPartial(error: unknown): boolean {
  return error instanceof SalusError && error.code === 'ERR_PARTIAL_INVALID';
}

function tooFew(threshold: number, right: readonly string[], liars: readonly string[]): SalusError {
  const wrong = liars.length === 0 ? '' : `; wrong answers came from ${liars.join(', ')}`;
  return new SalusError(
    'ERR_PARTIAL_INVALID',
    `${right.length} of ${threshold} custodians have answered rightly${wrong}`,
    {
      argument: 'answers',
      expected: `${threshold} right answers`,
      got: right.join(', '),
      remedy: 'Name more custodians of the key, by the addresses that they tell, and ask again.',
    },
  );
}
