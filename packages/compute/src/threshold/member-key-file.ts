import { createCipheriv, createDecipheriv, randomBytes, randomFillSync } from 'node:crypto';
import { open, stat, unlink } from 'node:fs/promises';
import { z } from 'zod';
import { ComputeError } from '../bfv/errors.js';
import { PROFILE_NAMES, profileOf } from '../bfv/profiles.js';
import {
  checkPassphrase,
  FORMER_PASSPHRASE_COST,
  keyFromPassphrase,
  PASSPHRASE_COST,
  readText,
  writeOnce,
} from '../bfv/secret-file.js';
import { sharesHeldBy } from './committee.js';
import type { HeldShare, MemberKey } from './types.js';

const FORMAT = 'salus member key v2';
/** Of release 0.1.0, which names no cost of a passphrase. */
const FORMER_FORMAT = 'salus member key v1';
const SMUDGING_KEY_LENGTH = 32;

/**
 * A key management service or hardware module that keeps the key of the file: it wraps a random
 * AES-256 key and gives it back. The shares themselves never go there.
 */
export interface KeyWrapper {
  wrap(dataKey: Uint8Array): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>;
}

/** What protects a file: a passphrase (by scrypt), or somebody who wraps its key. */
export type KeyProtection = string | KeyWrapper;

const base64 = z.base64();
const fileSchema = z.object({
  format: z.enum([FORMAT, FORMER_FORMAT]),
  profile: z.enum(PROFILE_NAMES),
  keyId: z.string(),
  member: z.string(),
  epoch: z.int().min(0),
  committee: z.object({ members: z.array(z.string()), threshold: z.int().min(0) }),
  protection: z.union([
    z.object({ salt: base64, cost: z.literal(PASSPHRASE_COST).optional() }),
    z.object({ wrappedKey: base64 }),
  ]),
  iv: base64,
  tag: base64,
  ciphertext: base64,
});
type MemberKeyFile = z.infer<typeof fileSchema>;
type Head = Omit<MemberKeyFile, 'iv' | 'tag' | 'ciphertext'>;

/**
 * Writes a member's key, encrypted with AES-256-GCM, readable by its owner only. An existing file is
 * never overwritten: it may hold the only copy of the shares of another epoch.
 * @throws ComputeError ERR_SHARE_INVALID, ERR_COMMITTEE_INVALID
 */
export async function writeMemberKey(
  path: string,
  key: MemberKey,
  protection: KeyProtection,
): Promise<void> {
  const { profile, keyId, member, epoch, committee } = key;
  const { dataKey, stored } = await newDataKey(protection);
  const head: Head = {
    format: FORMAT,
    profile,
    keyId,
    member,
    epoch,
    committee: { members: [...committee.members], threshold: committee.threshold },
    protection: stored,
  };
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv);
  cipher.setAAD(additionalData(head));
  const plain = Buffer.concat(key.shares.flatMap((one) => [one.smudgingKey, one.secret]));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  for (const secret of [plain, dataKey]) secret.fill(0);
  const file: MemberKeyFile = {
    ...head,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  };
  await writeOnce(path, JSON.stringify(file));
}

/**
 * Reads what {@link writeMemberKey} wrote. Wipe the key after use (`wipeKey`).
 * @throws ComputeError ERR_SHARE_INVALID, ERR_PASSPHRASE_WRONG, ERR_COMMITTEE_INVALID; ERR_PROFILE_UNKNOWN
 *   for a key of a profile that this release does not have
 */
export async function readMemberKey(path: string, protection: KeyProtection): Promise<MemberKey> {
  const file = parse(path, await readText(path));
  const dataKey = await storedDataKey(path, file, protection);
  const plain = decrypt(path, file, dataKey);
  dataKey.fill(0);
  const { profile, keyId, member, epoch, committee } = file;
  const shares = split(path, file, plain);
  plain.fill(0);
  return { profile, keyId, member, epoch, committee, shares };
}

/**
 * Overwrites and removes the file of an epoch that has passed. Best effort: a file system or a disk
 * may keep earlier blocks, and backups have to be destroyed by whoever made them.
 */
export async function destroyMemberKey(path: string): Promise<void> {
  const { size } = await stat(path);
  const handle = await open(path, 'r+');
  try {
    await handle.write(randomBytes(size), 0, size, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await unlink(path);
}

async function newDataKey(
  protection: KeyProtection,
): Promise<{ dataKey: Uint8Array; stored: Head['protection'] }> {
  if (typeof protection === 'string') {
    checkPassphrase(protection);
    const salt = randomBytes(16);
    const dataKey = await keyFromPassphrase(protection, salt);
    return { dataKey, stored: { salt: salt.toString('base64'), cost: PASSPHRASE_COST } };
  }
  const dataKey = randomFillSync(new Uint8Array(32));
  const wrapped = await protection.wrap(dataKey);
  return { dataKey, stored: { wrappedKey: Buffer.from(wrapped).toString('base64') } };
}

async function storedDataKey(
  path: string,
  { protection: stored }: MemberKeyFile,
  protection: KeyProtection,
): Promise<Uint8Array> {
  if (typeof protection === 'string' && 'salt' in stored) {
    const { salt, cost = FORMER_PASSPHRASE_COST } = stored;
    return await keyFromPassphrase(protection, Buffer.from(salt, 'base64'), cost);
  }
  if (typeof protection === 'string' || 'salt' in stored) {
    throw new ComputeError('ERR_SHARE_INVALID', `${path} is protected in another way`, {
      argument: 'protection',
      expected: 'salt' in stored ? 'a passphrase' : 'a key wrapper',
    });
  }
  try {
    return Uint8Array.from(await protection.unwrap(Buffer.from(stored.wrappedKey, 'base64')));
  } catch (cause) {
    const message = `the key of ${path} could not be unwrapped`;
    throw new ComputeError('ERR_SHARE_INVALID', message, { cause });
  }
}

function parse(path: string, text: string): MemberKeyFile {
  try {
    const content: unknown = JSON.parse(text);
    const named = (content as { profile?: unknown } | null)?.profile;
    // A key that another release made is no damaged one.
    if (typeof named === 'string') profileOf(named);
    return fileSchema.parse(content);
  } catch (cause) {
    if (cause instanceof ComputeError) throw cause;
    throw new ComputeError('ERR_SHARE_INVALID', `${path} is not a member's key`, {
      expected: FORMAT,
      cause,
    });
  }
}

function decrypt(path: string, file: MemberKeyFile, dataKey: Uint8Array): Buffer {
  try {
    const iv = Buffer.from(file.iv, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', dataKey, iv, { authTagLength: 16 });
    decipher.setAAD(additionalData(file));
    decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
    const ciphertext = Buffer.from(file.ciphertext, 'base64');
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    const message = `${path} does not open: another passphrase, or the file was changed`;
    throw new ComputeError('ERR_PASSPHRASE_WRONG', message, { cause });
  }
}

function split(path: string, file: MemberKeyFile, plain: Buffer): HeldShare[] {
  const held = sharesHeldBy(file.committee, file.member);
  const length = SMUDGING_KEY_LENGTH + profileOf(file.profile).secretLength;
  if (held.length === 0 || plain.length !== held.length * length) {
    throw new ComputeError('ERR_SHARE_INVALID', `${path} does not hold its member's shares`);
  }
  return held.map((shareId, index) => {
    const bytes = plain.subarray(index * length, (index + 1) * length);
    return {
      shareId,
      smudgingKey: Uint8Array.from(bytes.subarray(0, SMUDGING_KEY_LENGTH)),
      secret: Uint8Array.from(bytes.subarray(SMUDGING_KEY_LENGTH)),
    };
  });
}

function additionalData(head: Head): Buffer {
  const { format, profile, keyId, member, epoch, committee, protection } = head;
  const { members, threshold } = committee;
  const about = [format, profile, keyId, member, epoch, members, threshold, protection];
  return Buffer.from(JSON.stringify(about));
}
