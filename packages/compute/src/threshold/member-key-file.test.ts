import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../bfv/hashing.js';
import { profileOf } from '../bfv/profiles.js';
import { committeeOf, PROFILE } from './committee.fixture.js';
import {
  destroyMemberKey,
  readMemberKey,
  writeMemberKey,
  type KeyWrapper,
} from './member-key-file.js';
import { wipeKey } from './member-key.js';
import type { MemberKey } from './types.js';

const passphrase = 'correct horse battery staple';
const key: MemberKey = {
  profile: PROFILE,
  keyId: 'key-1',
  member: 'Member1MSP',
  epoch: 2,
  committee: committeeOf(2, 3),
  shares: ['s0', 's2'].map((shareId) => ({
    shareId,
    secret: Uint8Array.from(randomBytes(profileOf(PROFILE).secretLength)),
    smudgingKey: Uint8Array.from(randomBytes(32)),
  })),
};

/** Half a megabyte takes long to compare byte by byte. */
function digest(one: MemberKey): unknown {
  const shares = one.shares.map(({ shareId, secret, smudgingKey }) => [
    shareId,
    sha256Hex(secret),
    sha256Hex(smudgingKey),
  ]);
  return { ...one, shares };
}

/** What a key management service does, with a key that it does not give away. */
function wrapperWith(own: Buffer): KeyWrapper {
  const iv = Buffer.alloc(12);
  return {
    wrap: (dataKey) => {
      const cipher = createCipheriv('aes-256-gcm', own, iv);
      const wrapped = Buffer.concat([cipher.update(dataKey), cipher.final()]);
      return Promise.resolve(Buffer.concat([wrapped, cipher.getAuthTag()]));
    },
    unwrap: async (wrapped) => {
      const decipher = createDecipheriv('aes-256-gcm', own, iv);
      decipher.setAuthTag(wrapped.slice(-16));
      const dataKey = Buffer.concat([decipher.update(wrapped.slice(0, -16)), decipher.final()]);
      return Promise.resolve(dataKey);
    },
  };
}

describe("a file of a member's key", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'salus-key-'));
    path = join(folder, 'key-1.key');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('gives back the key under its passphrase', async () => {
    await writeMemberKey(path, key, passphrase);
    expect(digest(await readMemberKey(path, passphrase))).toEqual(digest(key));
  });

  test('gives back the key through a key management service, and not through another', async () => {
    const wrapper = wrapperWith(randomBytes(32));
    await writeMemberKey(path, key, wrapper);
    expect(digest(await readMemberKey(path, wrapper))).toEqual(digest(key));
    for (const other of [wrapperWith(randomBytes(32)), passphrase]) {
      await expect(readMemberKey(path, other)).rejects.toMatchObject({ code: 'ERR_SHARE_INVALID' });
    }
  });

  test('is readable by its owner only, and no secret stands in it', async () => {
    await writeMemberKey(path, key, passphrase);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['key-1.key']);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(Buffer.from(key.shares[0]!.smudgingKey).toString('base64'));
  });

  test('opens under no other passphrase, nor for another member, key, committee or epoch', async () => {
    await writeMemberKey(path, key, passphrase);
    const wrong = { code: 'ERR_PASSPHRASE_WRONG' };
    await expect(readMemberKey(path, `${passphrase}!`)).rejects.toMatchObject(wrong);
    const text = await readFile(path, 'utf8');
    const changes = [
      ['"member":"Member1MSP"', '"member":"Member0MSP"'],
      ['key-1', 'key-2'],
      ['"epoch":2', '"epoch":3'],
      ['"threshold":2', '"threshold":3'],
    ] as const;
    for (const [from, to] of changes) {
      await writeFile(path, text.replace(from, to));
      await expect(readMemberKey(path, passphrase)).rejects.toMatchObject(wrong);
    }
  });

  test('is never overwritten, and gone once destroyed', async () => {
    await writeMemberKey(path, key, passphrase);
    await expect(writeMemberKey(path, { ...key, epoch: 3 }, passphrase)).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
    });
    await destroyMemberKey(path);
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['', 'null', '{}', '{"format":"salus member key v1"}', 'not json'])(
    'is refused when it holds %p',
    async (text) => {
      await writeFile(path, text);
      await expect(readMemberKey(path, passphrase)).rejects.toMatchObject({
        code: 'ERR_SHARE_INVALID',
      });
    },
  );

  test('needs a passphrase that is worth the name', async () => {
    await expect(writeMemberKey(path, key, 'short')).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
      argument: 'passphrase',
    });
  });

  test('is missed with a clear error', async () => {
    await expect(readMemberKey(path, passphrase)).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
    });
  });
});

test('a wiped key has no secrets left', () => {
  const used = structuredClone(key);
  wipeKey(used);
  for (const { secret, smudgingKey } of used.shares) {
    expect(secret.some(Boolean) || smudgingKey.some(Boolean)).toBe(false);
  }
});
