/** Sealing content keys to the custodians' collective key, for emergencies. */
import { createECDH, createHash } from 'node:crypto';
import { canonicalJson, SalusError } from '@salus/protocol';
import {
  decodeBase64url,
  decodePoint,
  encodeBase64url,
  randomScalar,
  readPublicKey,
  UNCOMPRESSED_BYTES,
  type GroupPoint,
} from './group.js';
import { hpkeContext, sealOnce, wipe, wipeContext } from './kem.js';
import { knows, prove, PROOF_BYTES, verify, type ProofUse } from './proofs.js';

/** The collective key that content keys are sealed to. */
export interface EmergencyKey {
  readonly keyId: string;
  /** base64url of the uncompressed point. */
  readonly publicKey: string;
}

/** The record that a sealed content key belongs to; it opens as part of no other. */
export interface EmergencyBinding {
  readonly pseudonym: string;
  readonly recordId: string;
  /** SHA-256 of the record's ciphertext, in hex. */
  readonly contentHash: string;
}

/** A content key sealed to custodians. */
export interface EmergencySealed {
  readonly keyId: string;
  /** The encapsulated point: base64url of 65 bytes. */
  readonly enc: string;
  /** HPKE's ciphertext, base64url. */
  readonly ciphertext: string;
  /** Proof of who made `enc`, for this record: base64url of 64 bytes. */
  readonly proof: string;
  /** SHA-256 of the bytes of `enc`, in hex: goes onto the ledger with the record's anchor. */
  readonly encHash: string;
}

const KEY_BYTES = 32;

/** HPKE's `info` and `aad` of a content key sealed for emergencies. */
export function emergencyContext(keyId: string, binding: EmergencyBinding) {
  return { info: 'salus/emergency-key/v1', aad: boundJson(keyId, binding) };
}

/**
 * Seals a content key to the custodians' collective key by HPKE (RFC 9180, base mode, P-256). It proves
 * knowledge of the ephemeral secret, bound to the record. So every custodian refuses an `enc` copied under
 * another record. Shoup and Gennaro's TDH2 (2002) does so for the same reason.
 *
 * @param contentKey - 32 bytes
 * @throws SalusError `ERR_KEY_INVALID`, `ERR_INVALID_ARGUMENT`
 * @example
 * const sealed = sealForEmergency(contentKey, custodianKey, { pseudonym, recordId, contentHash });
 */
export function sealForEmergency(
  contentKey: Uint8Array,
  { keyId, publicKey }: EmergencyKey,
  binding: EmergencyBinding,
): EmergencySealed {
  if (contentKey.length !== KEY_BYTES) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'A content key has 32 bytes', {
      argument: 'contentKey',
      expected: `${KEY_BYTES} bytes`,
      got: `${contentKey.length} bytes`,
    });
  }
  const recipient = readPublicKey(publicKey);
  const ephemeral = randomScalar();
  // OpenSSL's, which is constant in time and many times as fast: hospitals seal every record.
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(ephemeral);
  const bytes = ecdh.getPublicKey();
  const enc = readEncapsulation(encodeBase64url(bytes));
  const dh = ecdh.computeSecret(recipient.toBytes(false));
  const { info, aad } = emergencyContext(keyId, binding);
  const context = hpkeContext({ dh, enc, recipient }, Buffer.from(info));
  try {
    const ciphertext = sealOnce(context, contentKey, Buffer.from(aad));
    const proof = prove(ephemeral, knows(enc), proofUse(keyId, binding));
    return {
      keyId,
      enc: encodeBase64url(bytes),
      ciphertext: encodeBase64url(ciphertext),
      proof: encodeBase64url(proof),
      encHash: createHash('sha256').update(bytes).digest('hex'),
    };
  } finally {
    wipe(ephemeral, dh);
    wipeContext(context);
  }
}

/**
 * Reads an encapsulation, once it is certain that it was made for this record.
 *
 * @throws SalusError `ERR_CIPHERTEXT_INVALID` for what is no point, has another hash than the ledger's,
 *   or was made for another record or key
 */
export function verifyEncapsulation(
  { keyId, enc, proof }: Pick<EmergencySealed, 'keyId' | 'enc' | 'proof'>,
  binding: EmergencyBinding,
  encHash: string,
): GroupPoint {
  const point = readEncapsulation(enc);
  const hash = createHash('sha256').update(point.toBytes(false)).digest('hex');
  if (hash !== encHash) throw notOfRecord('it is not the one whose hash is on the ledger');
  const blame = { code: 'ERR_CIPHERTEXT_INVALID', argument: 'proof' } as const;
  const bytes = decodeBase64url(proof, PROOF_BYTES, blame);
  if (verify(bytes, knows(point), proofUse(keyId, binding))) return point;
  throw notOfRecord('who made it did not make it for this record');
}

/** @throws SalusError `ERR_CIPHERTEXT_INVALID` */
export function readEncapsulation(enc: string): GroupPoint {
  const blame = { code: 'ERR_CIPHERTEXT_INVALID', argument: 'enc' } as const;
  return decodePoint(decodeBase64url(enc, UNCOMPRESSED_BYTES, blame), UNCOMPRESSED_BYTES, blame);
}

function proofUse(keyId: string, binding: EmergencyBinding): ProofUse {
  return { domain: 'salus/break-glass/encapsulation/v1', bound: [boundJson(keyId, binding)] };
}

function boundJson(keyId: string, { pseudonym, recordId, contentHash }: EmergencyBinding): string {
  return canonicalJson({ keyId, pseudonym, recordId, contentHash });
}

function notOfRecord(why: string): SalusError {
  return new SalusError(
    'ERR_CIPHERTEXT_INVALID',
    `The encapsulated key does not belong to the record: ${why}`,
    { argument: 'enc' },
  );
}
