import path from 'node:path';
import { z } from 'zod';
import { parseKept, readSecrets, writeSecrets } from '@salus/client/home';
import {
  generateHpkeKeyPair,
  openSealed,
  type HpkeKeyPair,
  type SealContext,
  type SealedBox,
} from '@salus/crypto/hpke';
import { SalusError } from '@salus/protocol';

const FILE = 'key-ring.secret';

const ring = z
  .array(
    z.strictObject({ publicKey: z.string(), privateKey: z.string(), madeAt: z.iso.datetime() }),
  )
  .min(1);
type RingKey = z.infer<typeof ring>[number];

/** Seals and opens for one organisation. */
export interface Opener {
  /** The newest key, which others seal to. */
  readonly current: HpkeKeyPair;
  /** Opens a box that was sealed to any of the keys. @throws SalusError `ERR_DECRYPTION_FAILED` */
  open(box: SealedBox, context: SealContext): Promise<Uint8Array>;
}

/**
 * An organisation's HPKE keys, encrypted at rest. The newest is the one that the ledger's registry
 * names; those before it stay, as what was sealed to them has to open.
 */
export class KeyRing implements Opener {
  readonly #file: string;
  readonly #passphrase: string;
  #keys: readonly RingKey[];

  private constructor(file: string, passphrase: string, keys: readonly RingKey[]) {
    this.#file = file;
    this.#passphrase = passphrase;
    this.#keys = keys;
  }

  /**
   * Opens the ring in a key service's home, and makes one where there is none.
   *
   * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_STATE_UNREADABLE`
   */
  static async open(home: string, passphrase: string): Promise<KeyRing> {
    const file = path.join(home, FILE);
    try {
      const kept = await readSecrets(file, passphrase);
      return new KeyRing(file, passphrase, parseKept(file, ring, kept));
    } catch (error) {
      if (!(error instanceof SalusError) || error.code !== 'ERR_NOT_FOUND') throw error;
    }
    const made = new KeyRing(file, passphrase, []);
    await made.rotate();
    return made;
  }

  get current(): HpkeKeyPair {
    const [newest] = this.#keys;
    if (!newest) throw new SalusError('ERR_INTERNAL', 'The key ring is empty');
    return newest;
  }

  /**
   * Takes over what another process has added, as `salus keys rotate` does while the service runs.
   *
   * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_STATE_UNREADABLE`
   */
  async refresh(): Promise<void> {
    this.#keys = parseKept(this.#file, ring, await readSecrets(this.#file, this.#passphrase));
  }

  /** Makes a new key the current one. It is on disk before anybody can be told of it. */
  async rotate(): Promise<void> {
    const fresh = { ...(await generateHpkeKeyPair()), madeAt: new Date().toISOString() };
    const keys = [fresh, ...this.#keys];
    await writeSecrets(this.#file, keys, this.#passphrase);
    this.#keys = keys;
  }

  open(box: SealedBox, context: SealContext): Promise<Uint8Array> {
    return openWithAny(this.#keys, box, context);
  }
}

/** Opens with one key. */
export function openerOf(keys: HpkeKeyPair): Opener {
  return { current: keys, open: (box, context) => openSealed(keys.privateKey, box, context) };
}

async function openWithAny(
  keys: readonly HpkeKeyPair[],
  box: SealedBox,
  context: SealContext,
): Promise<Uint8Array> {
  let failure: unknown;
  for (const { privateKey } of keys) {
    try {
      return await openSealed(privateKey, box, context);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
