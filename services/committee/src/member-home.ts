import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { ifFileExists, parseKeptJson, writeAtomically } from '@salus/client/home';
import {
  destroyMemberKey,
  readMemberKey,
  wipeKey,
  writeMemberKey,
  type KeyProtection,
  type MemberKey,
} from '@salus/compute';
import { SalusError, sha256Hex } from '@salus/protocol';
import { Vault } from '@salus/service-kit';
import { carryOver, CONTRACTS, DRAFT, hasFormerLayout } from './former-home.js';

/** The contract whose keys a member serves. Shares and memory of another one are elsewhere. */
export interface ServedContract {
  readonly channel: string;
  readonly chaincode: string;
}

/**
 * A member's files for one contract: a folder a key, in it the shares of each epoch and what a ceremony
 * needs; beside them what the member remembers. Each file is under a key that derives from the vault's,
 * from the channel and the chaincode, and is bound to its name.
 */
export class MemberHome {
  /** The home itself, which may serve other contracts too. */
  readonly root: string;
  readonly folder: string;
  readonly #vault: Vault;

  private constructor(root: string, folder: string, vault: Vault) {
    this.root = root;
    this.folder = folder;
    this.#vault = vault;
  }

  /**
   * Opens a member's home; makes it where there is none. A home that release 0.1.0 wrote is carried over.
   *
   * @param report - is told of files of 0.1.0 that are not carried over
   * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_STATE_UNREADABLE`
   */
  static async open(
    root: string,
    protection: KeyProtection,
    { channel, chaincode }: ServedContract,
    report: (line: Readonly<Record<string, unknown>>) => void = () => undefined,
  ): Promise<MemberHome> {
    const vault = await Vault.open(vaultFile(root), protection);
    const bound = JSON.stringify([channel, chaincode]);
    const folder = path.join(root, CONTRACTS, shortHash(bound));
    const derived = vault.derive(`salus committee home ${bound}`);
    const home = new MemberHome(root, folder, derived);
    if (await hasFormerLayout(root)) {
      const protect = () => vault.protect(vaultFile(root), protection);
      const draft = new MemberHome(root, `${folder}${DRAFT}`, derived);
      await carryOver({ root, vault, protect, heir: home, draft, chaincode, report });
    } else if (vault.isFormer) {
      await vault.protect(vaultFile(root), protection);
    }
    return home;
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
  epochs(keyId: string): Promise<number[]> {
    return epochsIn(this.#folderOf(folderNameOf(keyId)));
  }

  /** The epochs whose shares are here, by the name of the key's folder. */
  async heldEpochs(): Promise<ReadonlyMap<string, readonly number[]>> {
    const held = new Map<string, number[]>();
    for (const name of await readdir(path.join(this.folder, 'keys')).catch(() => [])) {
      const epochs = await epochsIn(this.#folderOf(name));
      if (epochs.length > 0) held.set(name, epochs);
    }
    return held;
  }

  /** The keys whose shares are here, each with its newest epoch. */
  async heldKeys(): Promise<{ readonly keyId: string; readonly epoch: number }[]> {
    const keys = [];
    for (const [name, epochs] of await this.heldEpochs()) {
      const epoch = Math.max(...epochs);
      const key = await readMemberKey(keyFileIn(this.#folderOf(name), epoch), this.#vault);
      wipeKey(key);
      keys.push({ keyId: key.keyId, epoch });
    }
    return keys;
  }

  /** Overwrites and removes the shares of an epoch. */
  async destroyKey(keyId: string, epoch: number): Promise<void> {
    if (!(await this.epochs(keyId)).includes(epoch)) return;
    await destroyMemberKey(this.#keyFile(keyId, epoch));
  }

  /** A secret of a ceremony that is not over. */
  async readSecret(keyId: string, epoch: number, name: string): Promise<Buffer | undefined> {
    const [folder, file] = [folderNameOf(keyId), secretName(epoch, name)];
    const sealed = await ifFileExists(readFile(path.join(this.#folderOf(folder), file)));
    return sealed && this.#vault.unseal(`${folder}/${file}`, sealed);
  }

  async writeSecret(keyId: string, epoch: number, name: string, plain: Uint8Array): Promise<void> {
    await this.adoptSecret(folderNameOf(keyId), secretName(epoch, name), plain);
  }

  /** As {@link writeSecret}, of a key of which only the folder is known. */
  async adoptSecret(folder: string, file: string, plain: Uint8Array): Promise<void> {
    const sealed = this.#vault.seal(`${folder}/${file}`, plain);
    await writeAtomically(path.join(this.#folderOf(folder), file), sealed);
  }

  /** Removes the secrets of ceremonies up to an epoch: they are over. */
  async removeSecrets(keyId: string, upTo: number): Promise<void> {
    const folder = this.#folderOf(folderNameOf(keyId));
    for (const name of await readdir(folder).catch(() => [])) {
      const epoch = /^ceremony-(\d+)\./.exec(name)?.[1];
      if (epoch !== undefined && Number(epoch) <= upTo) await rm(path.join(folder, name));
    }
  }

  /**
   * What the member keeps for itself, e.g. what it has opened.
   *
   * @throws SalusError `ERR_MEMORY_ALTERED` where another key sealed it, or nobody; `ERR_STATE_UNREADABLE`
   */
  async readRecord<T>(name: string, form: z.ZodType<T>): Promise<T | undefined> {
    const file = this.recordFile(name);
    const sealed = await ifFileExists(readFile(file));
    if (!sealed) return undefined;
    return parseKeptJson(file, form, this.#unseal(name, sealed).toString('utf8'));
  }

  async writeRecord(name: string, value: unknown): Promise<void> {
    const sealed = this.#vault.seal(recordName(name), Buffer.from(JSON.stringify(value)));
    await writeAtomically(this.recordFile(name), sealed);
  }

  recordFile(name: string): string {
    return path.join(this.folder, `${name}.sealed`);
  }

  #unseal(name: string, sealed: Uint8Array): Buffer {
    try {
      return this.#vault.unseal(recordName(name), sealed);
    } catch (cause) {
      const file = this.recordFile(name);
      throw new SalusError('ERR_MEMORY_ALTERED', `${file} is not what this member wrote`, {
        argument: file,
        expected: 'the file as this member sealed it, for this channel and chaincode',
        cause,
      });
    }
  }

  #folderOf(name: string): string {
    return path.join(this.folder, 'keys', name);
  }

  #keyFile(keyId: string, epoch: number): string {
    return keyFileIn(this.#folderOf(folderNameOf(keyId)), epoch);
  }
}

/** A key's name is the proposer's choice; its hash is safe in a path. */
export function folderNameOf(keyId: string): string {
  return shortHash(keyId);
}

function vaultFile(root: string): string {
  return path.join(root, 'vault.json');
}

function shortHash(text: string): string {
  return sha256Hex(text).slice(0, 32);
}

function secretName(epoch: number, name: string): string {
  return `ceremony-${epoch}.${name}`;
}

function recordName(name: string): string {
  return `record ${name}`;
}

function keyFileIn(folder: string, epoch: number): string {
  return path.join(folder, `epoch-${epoch}.key`);
}

async function epochsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.flatMap((name) => /^epoch-(\d+)\.key$/.exec(name)?.[1] ?? []);
  return found.map(Number).sort((one, other) => one - other);
}
