import { randomBytes } from 'node:crypto';
import type { KeyWrapper } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import {
  AES,
  ATTRIBUTE,
  NO,
  number,
  Pkcs11Module,
  SECRET_KEY,
  YES,
  type Attributes,
  type Pkcs11Session,
} from './pkcs11.js';

/** Where a key lies in a hardware security module. */
export interface HsmSettings {
  /** Path of the vendor's PKCS#11 module. */
  readonly module: string;
  /** Label of the token. */
  readonly token: string;
  /** Label of the AES key. */
  readonly key: string;
}

const AAD = Buffer.from('salus wrapped key v1');
const IV_BYTES = 12;
const KEY_BYTES = 32n;

/**
 * Wraps a vault's key by an AES-256 key that never leaves its token (AES-GCM). Each use logs in, and out
 * again.
 *
 * @throws SalusError `ERR_HSM_MODULE_UNAVAILABLE`; later `ERR_HSM_TOKEN_MISSING`, `ERR_HSM_PIN_WRONG`,
 *   `ERR_HSM_KEY_MISSING`, `ERR_KEY_INVALID` for a key that the token would give away, `ERR_HSM_FAILED`
 */
export async function tokenWrapper(settings: HsmSettings, pin: string): Promise<KeyWrapper> {
  const module = await Pkcs11Module.load(settings.module);
  const withKey = <T>(work: (session: Pkcs11Session, key: bigint) => T): T => {
    const slot = module.slotOf(settings.token);
    return module.withSession({ slot, pin, writes: false }, (session) =>
      work(session, keyOf(session, settings)),
    );
  };
  return {
    wrap: (dataKey) =>
      settled(() =>
        withKey((session, key) => {
          const iv = randomBytes(IV_BYTES);
          const plain = Buffer.from(dataKey);
          const sealed = session.encrypt(key, { iv, aad: AAD }, plain);
          plain.fill(0);
          return Buffer.concat([iv, sealed]);
        }),
      ),
    unwrap: (wrapped) =>
      settled(() =>
        withKey((session, key) => {
          const bytes = Buffer.from(wrapped);
          const iv = Buffer.from(bytes.subarray(0, IV_BYTES));
          return session.decrypt(key, { iv, aad: AAD }, Buffer.from(bytes.subarray(IV_BYTES)));
        }),
      ),
  };
}

/**
 * Makes the AES-256 key in the token, so that nobody can read it.
 *
 * @throws SalusError `ERR_ALREADY_EXISTS` where the token has a key of this label
 */
export async function makeTokenKey(settings: HsmSettings, pin: string): Promise<void> {
  const module = await Pkcs11Module.load(settings.module);
  const slot = module.slotOf(settings.token);
  module.withSession({ slot, pin, writes: true }, (session) => {
    if (session.find(labelled(settings)).length > 0) {
      throw new SalusError('ERR_ALREADY_EXISTS', `The token has a key ${settings.key}`, {
        argument: 'hsm.key',
      });
    }
    session.generateAes([
      ...labelled(settings),
      [ATTRIBUTE.token, YES],
      [ATTRIBUTE.private, YES],
      [ATTRIBUTE.sensitive, YES],
      [ATTRIBUTE.extractable, NO],
      [ATTRIBUTE.encrypt, YES],
      [ATTRIBUTE.decrypt, YES],
      [ATTRIBUTE.valueLength, number(KEY_BYTES)],
    ]);
  });
}

function labelled({ key }: HsmSettings): Attributes {
  return [
    [ATTRIBUTE.class, SECRET_KEY],
    [ATTRIBUTE.keyType, AES],
    [ATTRIBUTE.label, Buffer.from(key, 'utf8')],
  ];
}

/** @throws SalusError `ERR_HSM_KEY_MISSING`, `ERR_KEY_INVALID` */
function keyOf(session: Pkcs11Session, settings: HsmSettings): bigint {
  const [key, another] = session.find(labelled(settings));
  if (key === undefined) {
    throw new SalusError('ERR_HSM_KEY_MISSING', `The token has no AES key ${settings.key}`, {
      argument: 'hsm.key',
      expected: settings.key,
    });
  }
  const length = session.read(key, ATTRIBUTE.valueLength, 8).readBigUInt64LE();
  const isExtractable = !session.read(key, ATTRIBUTE.extractable, 1).equals(NO);
  if (another === undefined && length === KEY_BYTES && !isExtractable) return key;
  throw new SalusError('ERR_KEY_INVALID', `The key ${settings.key} cannot keep a vault`, {
    argument: 'hsm.key',
    expected: 'one AES key of 32 bytes that cannot be extracted',
    got: [
      another === undefined ? 'one key' : 'several keys',
      `${length} bytes`,
      isExtractable ? 'extractable' : 'not extractable',
    ].join(', '),
  });
}

/** A promise of what a synchronous call gives or throws. */
function settled<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(call());
  });
}
