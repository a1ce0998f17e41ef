/** A home as release 0.1.0 laid it out: for no contract in particular, records in plain JSON. */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { aloneIn, ifFileExists, parseKeptJson } from '@salus/client/home';
import {
  ComputeError,
  destroyMemberKey,
  readMemberKey,
  wipeKey,
  type MemberKey,
} from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { Vault } from '@salus/service-kit';
import {
  emptyMemory,
  formerMemorySchema,
  keptForm,
  MEMORY_RECORD,
  WORKLIST_RECORD,
  worklistSchema,
  type Memory,
} from './memory-form.js';

const KEYS = 'keys';
const APPROVALS = 'approvals.json';
const RECORDS = ['opened.json', APPROVALS, 'worklist.json'];
const CHECKPOINT = '.checkpoint';

/** The folder of a home with the files of each contract. */
export const CONTRACTS = 'contracts';
/** How the name of a contract's folder ends until all is in it. */
export const DRAFT = '.draft';

/** Where the files go. */
interface Heir {
  readonly folder: string;
  epochs(keyId: string): Promise<number[]>;
  writeKey(key: MemberKey): Promise<void>;
  adoptSecret(folder: string, file: string, plain: Uint8Array): Promise<void>;
  writeRecord(name: string, value: unknown): Promise<void>;
}

interface Succession {
  readonly root: string;
  readonly vault: Vault;
  readonly heir: Heir;
  /** Becomes the heir once all is in it. */
  readonly draft: Heir;
  readonly chaincode: string;
  readonly report: (line: Readonly<Record<string, unknown>>) => void;
  /** Writes the vault's file in the form of this release. */
  readonly protect: () => Promise<void>;
}

export async function hasFormerLayout(root: string): Promise<boolean> {
  const names = await namesIn(root);
  return names.includes(KEYS) || RECORDS.some((name) => names.includes(name));
}

/**
 * Carries a former home over to the contract that it served: shares, memory and worklist. It does so once,
 * for a home without files of any contract, and by one step: a crash leaves the home a former one or the
 * contract's folder complete. From then on nothing is read of the former files: whoever puts some there is
 * not believed. Approvals were plain files that anybody could write. They have to be given again.
 *
 * @throws SalusError `ERR_STATE_UNREADABLE` where the home served other contracts too
 */
export async function carryOver(succession: Succession): Promise<void> {
  const { root, vault, draft, heir, protect } = succession;
  await aloneIn(root, 'the carrying over of a former home', async () => {
    if (vault.isFormer && !(await servesContracts(root))) {
      await requireOneContract(succession);
      await rm(draft.folder, { recursive: true, force: true });
      await carryRecords(succession);
      await carryKeys(succession);
      await rename(draft.folder, heir.folder);
    }
    await removeFormer(succession);
    if (vault.isFormer) await protect();
  });
}

async function servesContracts(root: string): Promise<boolean> {
  return (await namesIn(path.join(root, CONTRACTS))).some((name) => !name.endsWith(DRAFT));
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
  const { draft } = succession;
  await draft.writeRecord(MEMORY_RECORD, keptForm(await formerMemory(succession)));
  const worklist = await readFormer(succession, WORKLIST_RECORD, worklistSchema);
  if (worklist) await draft.writeRecord(WORKLIST_RECORD, worklist);
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
  const { draft, vault, root } = succession;
  for await (const key of formerKeys(succession)) await draft.writeKey(key);
  for (const { folder, file } of await filesIn(root)) {
    if (!file.startsWith('ceremony-')) continue;
    const sealed = await readFile(path.join(root, KEYS, folder, file));
    await draft.adoptSecret(folder, file, vault.unseal(file, sealed));
  }
}

async function removeFormer({ root, vault, heir, report }: Succession): Promise<void> {
  const left = new Set<string>();
  for (const { folder, file } of await filesIn(root)) {
    const place = path.join(root, KEYS, folder, file);
    if (!file.endsWith('.key')) continue;
    const key = await readIfKnown(place, vault);
    if (!key) {
      left.add(place);
      continue;
    }
    wipeKey(key);
    if (!(await heir.epochs(key.keyId)).includes(key.epoch)) throw mixed(root, place);
    await destroyMemberKey(place);
  }
  for (const file of left) report({ code: 'ERR_PROFILE_UNKNOWN', file, leftWhereItIs: true });
  const names = await namesIn(root);
  if (names.includes(APPROVALS)) {
    const file = path.join(root, APPROVALS);
    report({ file, removed: true, remedy: 'Approve resharings again: salus committee approve.' });
  }
  const checkpoints = names.filter((name) => name.endsWith(CHECKPOINT));
  for (const name of [...RECORDS, ...checkpoints]) await rm(path.join(root, name), { force: true });
  if (left.size === 0) {
    await rm(path.join(root, KEYS), { recursive: true, force: true });
    return;
  }
  for (const { folder, file } of await filesIn(root)) {
    const place = path.join(root, KEYS, folder, file);
    if (!left.has(place)) await rm(place);
  }
}

/** Shares that nobody carried over: the only copy, perhaps. */
function mixed(root: string, place: string): SalusError {
  return new SalusError('ERR_STATE_UNREADABLE', `${place} was put into a home of this release`, {
    argument: place,
    remedy: `Restore all of ${root} from one backup, or move the file away.`,
  });
}

/** The shares one after the other, each wiped after its turn; those of known profiles. */
async function* formerKeys({ root, vault }: Succession): AsyncGenerator<MemberKey, void> {
  for (const { folder, file } of await filesIn(root)) {
    if (!file.endsWith('.key')) continue;
    const key = await readIfKnown(path.join(root, KEYS, folder, file), vault);
    if (!key) continue;
    try {
      yield key;
    } finally {
      wipeKey(key);
    }
  }
}

/** Undefined for shares of a profile that this release does not have. */
async function readIfKnown(file: string, vault: Vault): Promise<MemberKey | undefined> {
  return readMemberKey(file, vault).catch((error: unknown) => {
    if (error instanceof ComputeError && error.code === 'ERR_PROFILE_UNKNOWN') return undefined;
    throw error;
  });
}

async function readFormer<T>(
  { root }: Succession,
  name: string,
  form: z.ZodType<T>,
): Promise<T | undefined> {
  const file = path.join(root, `${name}.json`);
  const text = await ifFileExists(readFile(file, 'utf8'));
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
