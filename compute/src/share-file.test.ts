import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readShare, writeShare } from './share-file.js';
import type { SecretShare } from './types.js';

const passphrase = 'correct horse battery staple';
const share: SecretShare = {
  profile: 'bfv-8192-sum-v1',
  keyId: 'key-1',
  member: 'InsurerMSP',
  secret: Uint8Array.from({ length: 64 }, (_, index) => index),
  smudgingKey: new Uint8Array(32).fill(7),
};

describe('a share file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'salus-share-'));
    path = join(folder, 'key-1.share');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('gives back the share under its passphrase', async () => {
    await writeShare(path, share, passphrase);
    expect(await readShare(path, passphrase)).toEqual(share);
  });

  test('is readable by its owner only and leaves no draft', async () => {
    await writeShare(path, share, passphrase);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['key-1.share']);
  });

  test('does not open under another passphrase, nor after a change', async () => {
    await writeShare(path, share, passphrase);
    await expect(readShare(path, `${passphrase}!`)).rejects.toMatchObject({
      code: 'ERR_PASSPHRASE_WRONG',
    });
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('InsurerMSP', 'PharmaMSP'));
    await expect(readShare(path, passphrase)).rejects.toMatchObject({
      code: 'ERR_PASSPHRASE_WRONG',
    });
  });

  test('is never overwritten', async () => {
    await writeShare(path, share, passphrase);
    await expect(writeShare(path, { ...share, keyId: 'other' }, passphrase)).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
    });
    expect((await readShare(path, passphrase)).keyId).toBe('key-1');
  });

  test('needs a passphrase that is worth the name', async () => {
    await expect(writeShare(path, share, 'short')).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
      argument: 'passphrase',
    });
  });

  test.each(['', 'null', '{}', '{"format":"salus secret share v1"}', 'not json'])(
    'is refused when it holds %p',
    async (text) => {
      await writeFile(path, text);
      await expect(readShare(path, passphrase)).rejects.toMatchObject({
        code: 'ERR_SHARE_INVALID',
      });
    },
  );

  test('is missed with a clear error', async () => {
    await expect(readShare(path, passphrase)).rejects.toMatchObject({ code: 'ERR_SHARE_INVALID' });
  });
});
