import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ifFileExists, parseKeptJson, writeAtomically } from '@salus/client/home';
import type { HpkeKeyPair } from '@salus/crypto/hpke';
import type { CollectiveKey, Polynomial } from '@salus/crypto/threshold-kem';
import { sha256Hex } from '@salus/protocol';
import { Vault } from '@salus/service-kit';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** What a custodian keeps while a ceremony goes on. */
export interface CeremonySecrets {
  readonly polynomial: Polynomial;
  /** What the other custodians' shares are sealed to; of this ceremony only. */
  readonly receiving: HpkeKeyPair;
}

/** A custodian's share, and the key that it is of, as it was when the custodian confirmed it. */
export interface HeldShare {
  readonly key: CollectiveKey;
  /** 32 bytes, to be wiped after use. */
  readonly share: Uint8Array;
}

const ceremonySchema = z.strictObject({
  polynomial: z.array(base64url).min(2),
  receiving: z.strictObject({ publicKey: base64url, privateKey: base64url }),
});
const shareSchema = z.strictObject({
  key: z.strictObject({
    keyId: z.string(),
    threshold: z.int().min(0),
    custodians: z.array(z.string()),
    publicKey: base64url,
    shareImages: z.array(base64url),
  }),
  share: base64url,
});

/** A custodian's secrets: a folder a key, every file under the vault's key and bound to its name. */
export class CustodianHome {
  readonly folder: string;
  readonly #vault: Vault;

  private constructor(folder: string, vault: Vault) {
    this.folder = folder;
    this.#vault = vault;
  }

  /** Opens a custodian's home; makes it where there is none. @throws SalusError `ERR_PASSPHRASE_WRONG` */
  static async open(folder: string, passphrase: string): Promise<CustodianHome> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const vault = await Vault.open(path.join(folder, 'custodian-vault.json'), passphrase);
    return new CustodianHome(folder, vault);
  }

  async readCeremony(keyId: string): Promise<CeremonySecrets | undefined> {
    const kept = await this.#read(keyId, 'ceremony', ceremonySchema);
    if (!kept) return undefined;
    const { polynomial, receiving } = kept;
    return { receiving, polynomial: polynomial.map((text) => Buffer.from(text, 'base64url')) };
  }

  async writeCeremony(keyId: string, { polynomial, receiving }: CeremonySecrets): Promise<void> {
    const coefficients = polynomial.map((bytes) => Buffer.from(bytes).toString('base64url'));
    await this.#write(keyId, 'ceremony', { polynomial: coefficients, receiving });
  }

  /** The ceremony is over: what it needed is of no more use to anybody. */
  async removeCeremony(keyId: string): Promise<void> {
    await rm(this.#file(keyId, 'ceremony'), { force: true });
  }

  async readShare(keyId: string): Promise<HeldShare | undefined> {
    const kept = await this.#read(keyId, 'share', shareSchema);
    return kept && { key: kept.key, share: Buffer.from(kept.share, 'base64url') };
  }

  async writeShare({ key, share }: HeldShare): Promise<void> {
    const { keyId, threshold, custodians, publicKey, shareImages } = key;
    await this.#write(keyId, 'share', {
      key: { keyId, threshold, custodians, publicKey, shareImages },
      share: Buffer.from(share).toString('base64url'),
    });
  }

  async removeShare(keyId: string): Promise<void> {
    await rm(this.#file(keyId, 'share'), { force: true });
  }

  /** How many shares are here. */
  async countShares(): Promise<number> {
    const names = await readdir(path.join(this.folder, 'custody'), { recursive: true }).catch(
      () => [],
    );
    return names.filter((name) => path.basename(name) === 'share').length;
  }

  async #read<T>(keyId: string, name: string, form: z.ZodType<T>): Promise<T | undefined> {
    const file = this.#file(keyId, name);
    const sealed = await ifFileExists(readFile(file));
    if (!sealed) return undefined;
    const plain = this.#vault.unseal(nameIn(keyId, name), sealed);
    try {
      return parseKeptJson(file, form, plain.toString('utf8'));
    } finally {
      plain.fill(0);
    }
  }

  async #write(keyId: string, name: string, value: unknown): Promise<void> {
    const plain = Buffer.from(JSON.stringify(value));
    await writeAtomically(this.#file(keyId, name), this.#vault.seal(nameIn(keyId, name), plain));
    plain.fill(0);
  }

  #file(keyId: string, name: string): string {
    // A key's name is the proposer's choice; its hash is safe in a path.
    return path.join(this.folder, 'custody', sha256Hex(keyId).slice(0, 32), name);
  }
}

/** What a secret is bound to, so that files can't be exchanged. */
function nameIn(keyId: string, name: string): string {
  return `${name} of ${keyId}`;
}
