/** A home as release 0.1.0 laid it out: for no contract in particular, records in plain JSON. */
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { aloneIn, parseKeptJson } from '@salus/client/home';
import { destroyMemberKey, readMemberKey, wipeKey, type MemberKey } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { Vault } from '@salus/service-kit';
import {
  APPROVALS_RECORD,
  approvalsSchema,
  emptyMemory,
  formerMemorySchema,
  keptForm,
  MEMORY_RECORD,
  memorySchema,
  WORKLIST_RECORD,
  worklistSchema,
  type Memory,
} from './memory-form.js';

const KEYS = 'keys';
const RECORDS = ['opened', 'approvals', 'worklist'].map((name) => `${name}.json`);
const CHECKPOINT = '.checkpoint';

/** Where the files go. */
interface Heir {
  epochs(keyId: string): Promise<number[]>;
  writeKey(key: MemberKey): Promise<void>;
  adoptSecret(folder: string, file: string, plain: Uint8Array): Promise<void>;
  readRecord<T>(name: string, form: z.ZodType<T>): Promise<T | undefined>;
  writeRecord(name: string, value: unknown): Promise<void>;
}

interface Succession {
  readonly root: string;
  readonly vault: Vault;
  readonly heir: Heir;
  readonly chaincode: string;
  /** Writes the vault's file in the form of this release, which ends the succession. */
  readonly protect: () => Promise<void>;
}

export async function hasFormerLayout(root: string): Promise<boolean> {
  const names = await namesIn(root);
  return names.includes(KEYS) || RECORDS.some((name) => names.includes(name));
}

/**
 * Carries a former home over to the contract that it served. A crash leaves the former files until all
 * are carried over. From then on nothing is read of them: whoever puts some there is not believed.
 *
 * @throws SalusError `ERR_STATE_UNREADABLE` where the home served other contracts too
 */
export async function carryOver(succession: Succession): Promise<void> {
  const { root, vault, protect } = succession;
  await aloneIn(root, 'the carrying over of a former home', async () => {
    if (vault.isFormer) {
      await requireOneContract(succession);
      await carryRecords(succession);
      await carryKeys(succession);
      await protect();
    }
    await removeFormer(succession);
  });
}

/** A checkpoint for each chaincode tells which a home served. */
async function requireOneContract({ root, chaincode }: Succession): Promise<void> {
  const served = (await namesIn(root))
    .filter((name) => name.endsWith(CHECKPOINT))
    .map((name) => name.slice(0, -CHECKPOINT.length));
  if (served.every((name) => name === chaincode)) return;
  throw new SalusError('ERR_STATE_UNREADABLE', `${root} served other contracts than ${chaincode}`, {
    argument: root,
    expected: `${chaincode}${CHECKPOINT} and no other checkpoint`,
    got: served.join(', '),
    remedy:
      'Stop the service. Copy the home, once for each contract. Remove the checkpoints of all other ' +
      'contracts from each copy. Then start one service on each copy.',
  });
}

async function carryRecords(succession: Succession): Promise<void> {
  const { heir } = succession;
  if (!(await heir.readRecord(MEMORY_RECORD, memorySchema))) {
    await heir.writeRecord(MEMORY_RECORD, keptForm(await formerMemory(succession)));
  }
  const approvals = await readFormer(succession, APPROVALS_RECORD, approvalsSchema);
  if (approvals) await heir.writeRecord(APPROVALS_RECORD, approvals);
  const worklist = await readFormer(succession, WORKLIST_RECORD, worklistSchema);
  if (worklist) await heir.writeRecord(WORKLIST_RECORD, worklist);
}

async function formerMemory(succession: Succession): Promise<Memory> {
  const known = await readFormer(succession, 'opened', formerMemorySchema);
  const { contributions, slots } = known ?? { contributions: {}, slots: {} };
  const keys: Memory['keys'] = new Map(
    Object.entries(slots).map(([keyId, opened]) => [keyId, { epoch: 0, slots: opened }]),
  );
  for await (const { keyId, epoch } of formerKeys(succession)) {
    const { epoch: before = 0, slots: opened = 0 } = keys.get(keyId) ?? {};
    keys.set(keyId, { epoch: Math.max(before, epoch), slots: opened });
  }
  return { ...emptyMemory(), isCarriedOver: true, keys, contributions };
}

async function carryKeys(succession: Succession): Promise<void> {
  const { heir, vault, root } = succession;
  for await (const key of formerKeys(succession)) {
    if (!(await heir.epochs(key.keyId)).includes(key.epoch)) await heir.writeKey(key);
  }
  for (const { folder, file } of await filesIn(root)) {
    if (!file.startsWith('ceremony-')) continue;
    const sealed = await readFile(path.join(root, KEYS, folder, file));
    await heir.adoptSecret(folder, file, vault.unseal(file, sealed));
  }
}

async function removeFormer({ root, vault, heir }: Succession): Promise<void> {
  for (const { folder, file } of await filesIn(root)) {
    const place = path.join(root, KEYS, folder, file);
    if (!file.endsWith('.key')) continue;
    const { keyId, epoch } = await readWiped(place, vault);
    if (!(await heir.epochs(keyId)).includes(epoch)) throw mixed(root, place);
    await destroyMemberKey(place);
  }
  const checkpoints = (await namesIn(root)).filter((name) => name.endsWith(CHECKPOINT));
  for (const name of [KEYS, ...RECORDS, ...checkpoints]) {
    await rm(path.join(root, name), { recursive: true, force: true });
  }
}

/** Shares that nobody carried over: the only copy, perhaps. */
function mixed(root: string, place: string): SalusError {
  return new SalusError('ERR_STATE_UNREADABLE', `${place} was put into a home of this release`, {
    argument: place,
    remedy: `Restore all of ${root} from one backup, or move the file away.`,
  });
}

/** The shares one after the other, each wiped after its turn. */
async function* formerKeys({ root, vault }: Succession): AsyncGenerator<MemberKey, void> {
  for (const { folder, file } of await filesIn(root)) {
    if (!file.endsWith('.key')) continue;
    const key = await readMemberKey(path.join(root, KEYS, folder, file), vault);
    try {
      yield key;
    } finally {
      wipeKey(key);
    }
  }
}

async function readWiped(file: string, vault: Vault): Promise<MemberKey> {
  const key = await readMemberKey(file, vault);
  wipeKey(key);
  return key;
}

async function readFormer<T>(
  { root }: Succession,
  name: string,
  form: z.ZodType<T>,
): Promise<T | undefined> {
  const file = path.join(root, `${name}.json`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseKeptJson(file, form, text);
}

async function filesIn(root: string): Promise<{ folder: string; file: string }[]> {
  const found = [];
  for (const folder of await namesIn(path.join(root, KEYS))) {
    for (const file of await namesIn(path.join(root, KEYS, folder))) found.push({ folder, file });
  }
  return found;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
