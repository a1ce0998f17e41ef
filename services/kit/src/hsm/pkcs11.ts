/**
 * The functions of a PKCS#11 module that wrapping a key takes (OASIS PKCS#11 2.40), over 64-bit Linux's C
 * interface: CK_ULONG has 8 bytes, and structures are laid out without packing.
 */
import { SalusError } from '@salus/protocol';
import type { KoffiFunc, LibraryHandle } from 'koffi';

/** Places in CK_FUNCTION_LIST, after the version (pkcs11f.h). */
const FUNCTIONS = {
  C_Initialize: 0,
  C_GetSlotList: 4,
  C_GetTokenInfo: 6,
  C_OpenSession: 12,
  C_CloseSession: 13,
  C_Login: 18,
  C_GetAttributeValue: 24,
  C_FindObjectsInit: 26,
  C_FindObjects: 27,
  C_FindObjectsFinal: 28,
  C_EncryptInit: 29,
  C_Encrypt: 30,
  C_DecryptInit: 33,
  C_Decrypt: 34,
  C_GenerateKey: 58,
} as const;
type FunctionName = keyof typeof FUNCTIONS;

/** What the functions take: numbers by value, the rest by address; null is no address. */
type Argument = bigint | Buffer | null;

const OK = 0n;
const ALREADY_INITIALIZED = 0x191n;
const ALREADY_LOGGED_IN = 0x100n;
/** CKR_PIN_INCORRECT to CKR_PIN_LOCKED. */
const PIN_REFUSED: ReadonlySet<bigint> = new Set([0xa0n, 0xa1n, 0xa2n, 0xa3n, 0xa4n]);

const TOKEN_PRESENT = 1n;
const USER = 1n;
const SERIAL_SESSION = 4n;
const READ_WRITE = 2n;
const TOKEN_INFO_BYTES = 208;
const LABEL_BYTES = 32;
const MOST_SLOTS = 256;
const AES_GCM = 0x1087n;
const AES_KEY_GEN = 0x1080n;
const TAG_BYTES = 16;

/** Attributes (CKA_…). */
export const ATTRIBUTE = {
  class: 0x0n,
  token: 0x1n,
  private: 0x2n,
  label: 0x3n,
  keyType: 0x100n,
  sensitive: 0x103n,
  encrypt: 0x104n,
  decrypt: 0x105n,
  valueLength: 0x161n,
  extractable: 0x162n,
} as const;
export const SECRET_KEY = number(4n);
export const AES = number(0x1fn);
export const YES = Buffer.of(1);
export const NO = Buffer.of(0);

export type Attributes = readonly (readonly [type: bigint, value: Buffer])[];

type Koffi = typeof import('koffi').default;

/** A module, loaded into this process. */
export class Pkcs11Module {
  readonly #koffi: Koffi;
  readonly #list: bigint;

  private constructor(koffi: Koffi, list: bigint) {
    this.#koffi = koffi;
    this.#list = list;
  }

  /** @throws SalusError `ERR_HSM_MODULE_UNAVAILABLE` */
  static async load(file: string): Promise<Pkcs11Module> {
    try {
      const koffi: Koffi = (await import('koffi')).default;
      const library: LibraryHandle = koffi.load(file);
      const getFunctionList = library.func('C_GetFunctionList', 'unsigned long', ['void *']);
      const place = Buffer.alloc(8);
      requireOk('C_GetFunctionList', getFunctionList(place));
      const module = new Pkcs11Module(koffi, place.readBigUInt64LE());
      module.#initialise();
      return module;
    } catch (cause) {
      if (cause instanceof SalusError) throw cause;
      throw new SalusError('ERR_HSM_MODULE_UNAVAILABLE', `${file} cannot be loaded`, {
        argument: 'hsm.module',
        expected: 'a PKCS#11 module, and the package koffi',
        got: cause instanceof Error ? cause.message : String(cause),
        cause,
      });
    }
  }

  /** The slot of the token with this label. @throws SalusError `ERR_HSM_TOKEN_MISSING` */
  slotOf(label: string): bigint {
    const labels: string[] = [];
    for (const slot of this.#slots()) {
      const info = Buffer.alloc(TOKEN_INFO_BYTES);
      this.#call('C_GetTokenInfo', slot, info);
      const found = info.toString('utf8', 0, LABEL_BYTES).trimEnd();
      if (found === label) return slot;
      labels.push(found);
    }
    throw new SalusError('ERR_HSM_TOKEN_MISSING', `No token has the label ${label}`, {
      argument: 'hsm.token',
      expected: label,
      got: labels.join(', ') || 'no token',
    });
  }

  /**
   * Logs in for one piece of work.
   * @throws SalusError `ERR_HSM_PIN_WRONG`
   */
  withSession<T>(
    {
      slot,
      pin,
      writes,
    }: { readonly slot: bigint; readonly pin: string; readonly writes: boolean },
    work: (session: Pkcs11Session) => T,
  ): T {
    const place = Buffer.alloc(8);
    const flags = writes ? SERIAL_SESSION | READ_WRITE : SERIAL_SESSION;
    this.#call('C_OpenSession', slot, flags, null, null, place);
    const session = place.readBigUInt64LE();
    try {
      this.#login(session, Buffer.from(pin, 'utf8'));
      const call = (name: FunctionName, ...rest: Argument[]) => this.#call(name, session, ...rest);
      return work(new Pkcs11Session(call, (bytes) => this.#koffi.address(bytes)));
    } finally {
      // Logs out as well: it is the process' only session with the token.
      this.#call('C_CloseSession', session);
    }
  }

  #initialise(): void {
    const result = this.#invoke('C_Initialize', [null]);
    if (result !== ALREADY_INITIALIZED) requireOk('C_Initialize', result);
  }

  #slots(): bigint[] {
    const amount = number(BigInt(MOST_SLOTS));
    const list = Buffer.alloc(8 * MOST_SLOTS);
    this.#call('C_GetSlotList', TOKEN_PRESENT, list, amount);
    const found = Number(amount.readBigUInt64LE());
    return Array.from({ length: found }, (_, index) => list.readBigUInt64LE(8 * index));
  }

  #login(session: bigint, pin: Buffer): void {
    const result = this.#invoke('C_Login', [session, USER, pin, BigInt(pin.length)]);
    pin.fill(0);
    if (result === ALREADY_LOGGED_IN) return;
    if (!PIN_REFUSED.has(result)) {
      requireOk('C_Login', result);
      return;
    }
    throw new SalusError('ERR_HSM_PIN_WRONG', 'The token refuses the PIN', {
      argument: 'SALUS_HSM_PIN',
      got: hex(result),
    });
  }

  #call(name: FunctionName, ...rest: Argument[]): void {
    requireOk(name, this.#invoke(name, rest));
  }

  #invoke(name: FunctionName, rest: readonly Argument[]): bigint {
    const types = rest.map((one) => (typeof one === 'bigint' ? 'unsigned long' : 'void *'));
    const type = this.#koffi.proto('unsigned long', types);
    const address: unknown = this.#koffi.decode(
      this.#list + 8n + BigInt(8 * FUNCTIONS[name]),
      'void *',
    );
    const invoke = this.#koffi.decode(address, type) as KoffiFunc<
      (...rest: readonly Argument[]) => unknown
    >;
    return BigInt(invoke(...rest) as number | bigint);
  }
}

/** A session in which the user is logged in. */
export class Pkcs11Session {
  readonly #call: (name: FunctionName, ...rest: Argument[]) => void;
  readonly #addressOf: (bytes: Buffer) => bigint;
  /** Bytes of which only addresses were handed over: they have to outlive the call. */
  #held: readonly unknown[] = [];

  constructor(
    call: (name: FunctionName, ...rest: Argument[]) => void,
    addressOf: (bytes: Buffer) => bigint,
  ) {
    this.#call = call;
    this.#addressOf = addressOf;
  }

  /** The first two objects that have these attributes. */
  find(attributes: Attributes): bigint[] {
    const { template, amount } = this.#template(attributes);
    this.#call('C_FindObjectsInit', template, amount);
    const [found, places] = [number(0n), Buffer.alloc(16)];
    this.#call('C_FindObjects', places, 2n, found);
    this.#call('C_FindObjectsFinal');
    return [0, 1]
      .slice(0, Number(found.readBigUInt64LE()))
      .map((i) => places.readBigUInt64LE(8 * i));
  }

  /** An attribute of a known length. */
  read(object: bigint, type: bigint, length: number): Buffer {
    const value = Buffer.alloc(length);
    const { template, amount } = this.#template([[type, value]]);
    this.#call('C_GetAttributeValue', object, template, amount);
    return value;
  }

  generateAes(attributes: Attributes): void {
    const { template, amount } = this.#template(attributes);
    this.#call('C_GenerateKey', this.#mechanism(AES_KEY_GEN), template, amount, number(0n));
  }

  /** AES-GCM with a tag of 16 bytes at the end. */
  encrypt(
    key: bigint,
    about: { readonly iv: Buffer; readonly aad: Buffer },
    plain: Buffer,
  ): Buffer {
    this.#call('C_EncryptInit', this.#mechanism(AES_GCM, this.#gcm(about)), key);
    const sealed = Buffer.alloc(plain.length + TAG_BYTES);
    const length = number(BigInt(sealed.length));
    this.#call('C_Encrypt', plain, BigInt(plain.length), sealed, length);
    return sealed.subarray(0, Number(length.readBigUInt64LE()));
  }

  decrypt(
    key: bigint,
    about: { readonly iv: Buffer; readonly aad: Buffer },
    sealed: Buffer,
  ): Buffer {
    this.#call('C_DecryptInit', this.#mechanism(AES_GCM, this.#gcm(about)), key);
    // Some modules ask for room for the tag too.
    const plain = Buffer.alloc(sealed.length);
    const length = number(BigInt(plain.length));
    this.#call('C_Decrypt', sealed, BigInt(sealed.length), plain, length);
    return plain.subarray(0, Number(length.readBigUInt64LE()));
  }

  /** CK_GCM_PARAMS: IV, its length in bytes and bits, further data, its length, length of the tag in bits. */
  #gcm({ iv, aad }: { readonly iv: Buffer; readonly aad: Buffer }): Buffer {
    const parameter = Buffer.concat([
      number(this.#addressOf(iv)),
      number(BigInt(iv.length)),
      number(BigInt(8 * iv.length)),
      number(this.#addressOf(aad)),
      number(BigInt(aad.length)),
      number(BigInt(8 * TAG_BYTES)),
    ]);
    this.#held = [iv, aad, parameter];
    return parameter;
  }

  /** CK_MECHANISM: type, parameter, its length. */
  #mechanism(type: bigint, parameter?: Buffer): Buffer {
    const address = parameter ? this.#addressOf(parameter) : 0n;
    return Buffer.concat([type, address, BigInt(parameter?.length ?? 0)].map(number));
  }

  /** CK_ATTRIBUTE for each: type, value, its length. */
  #template(attributes: Attributes): { template: Buffer; amount: bigint } {
    const template = Buffer.concat(
      attributes.flatMap(([type, value]) =>
        [type, this.#addressOf(value), BigInt(value.length)].map(number),
      ),
    );
    this.#held = attributes;
    return { template, amount: BigInt(attributes.length) };
  }
}

/** A CK_ULONG. */
export function number(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function requireOk(name: string, result: unknown): void {
  const code = BigInt(result as number | bigint);
  if (code === OK) return;
  throw new SalusError('ERR_HSM_FAILED', `${name} returned ${hex(code)}`, {
    expected: 'CKR_OK',
    got: hex(code),
  });
}

function hex(code: bigint): string {
  return `0x${code.toString(16)}`;
}
