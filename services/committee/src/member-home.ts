import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { parseKeptJson, writeAtomically } from '@salus/client/home';
import {
  destroyMemberKey,
  readMemberKey,
  writeMemberKey,
  type KeyProtection,
  type MemberKey,
} from '@salus/compute';
import { Vault } from '@salus/service-kit';

/** A member's files: a folder a key, in it the shares of each epoch and what a ceremony needs. */
export class MemberHome {
  readonly #folder: string;
  readonly #vault: Vault;

  private constructor(folder: string, vault: Vault) {
    this.#folder = folder;
    this.#vault = vault;
  }

  /** @throws SalusError `ERR_PASSPHRASE_WRONG` */
  static async open(folder: string, protection: KeyProtection): Promise<MemberHome> {
    const vault = await Vault.open(path.join(folder, 'vault.json'), protection);
    return new MemberHome(folder, vault);
  }

  get folder(): string {
    return this.#folder;
  }

  /** The shares of an epoch; to be wiped after use. */
  async readKey(keyId: string, epoch: number): Promise<MemberKey | undefined> {
    if (!(await this.epochs(keyId)).includes(epoch)) return undefined;
    return readMemberKey(this.#keyFile(keyId, epoch), this.#vault);
  }

  /** Keeps shares; those of an epoch are written once and never replaced. */
  async writeKey(key: MemberKey): Promise<void> {
    const file = this.#keyFile(key.keyId, key.epoch);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    // A draft that an earlier process of this number left would be in the way.
    await rm(`${file}.${process.pid}.tmp`, { force: true });
    await writeMemberKey(file, key, this.#vault);
  }

  /** The epochs whose shares are here, ascending. */
  async epochs(keyId: string): Promise<number[]> {
    const names = await readdir(this.#folderOf(keyId)).catch(() => []);
    const found = names.flatMap((name) => /^epoch-(\d+)\.key$/.exec(name)?.[1] ?? []);
    return found.map(Number).sort((one, other) => one - other);
  }

  /** Overwrites and removes the shares of an epoch. */
  async destroyKey(keyId: string, epoch: number): Promise<void> {
    if (!(await this.epochs(keyId)).includes(epoch)) return;
    await destroyMemberKey(this.#keyFile(keyId, epoch));
  }

  /** A secret of a ceremony that is not over. */
  async readSecret(keyId: string, epoch: number, name: string): Promise<Buffer | undefined> {
    const file = this.#secretFile(keyId, epoch, name);
    const sealed = await readFile(file).catch(() => undefined);
    return sealed && this.#vault.unseal(path.basename(file), sealed);
  }

  async writeSecret(keyId: string, epoch: number, name: string, plain: Uint8Array): Promise<void> {
    const file = this.#secretFile(keyId, epoch, name);
    await writeAtomically(file, this.#vault.seal(path.basename(file), plain));
  }

  /** Removes the secrets of ceremonies up to an epoch: they are over. */
  async removeSecrets(keyId: string, upTo: number): Promise<void> {
    const folder = this.#folderOf(keyId);
    for (const name of await readdir(folder).catch(() => [])) {
      const epoch = /^ceremony-(\d+)\./.exec(name)?.[1];
      if (epoch !== undefined && Number(epoch) <= upTo) await rm(path.join(folder, name));
    }
  }

  /**
   * Public data of the member itself, e.g. what it has answered.
   *
   * @throws SalusError `ERR_STATE_UNREADABLE`
   */
  async readRecord<T>(name: string, form: z.ZodType<T>): Promise<T | undefined> {
    const file = path.join(this.#folder, `${name}.json`);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : parseKeptJson(file, form, text);
  }

  async writeRecord(name: string, value: unknown): Promise<void> {
    await writeAtomically(
      path.join(this.#folder, `${name}.json`),
      Buffer.from(JSON.stringify(value)),
    );
  }

  #folderOf(keyId: string): string {
    // A key's name is the proposer's choice; its hash is safe in a path.
    const name = createHash('sha256').update(keyId).digest('hex').slice(0, 32);
    return path.join(this.#folder, 'keys', name);
  }

  #keyFile(keyId: string, epoch: number): string {
    return path.join(this.#folderOf(keyId), `epoch-${epoch}.key`);
  }

  #secretFile(keyId: string, epoch: number, name: string): string {
    return path.join(this.#folderOf(keyId), `ceremony-${epoch}.${name}`);
  }
}
