import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { BlobFolder } from './blob-folder.js';
import { ContentQuota } from './content-quota.js';

const LIMIT = 10;
const bytesOf = (text: string) => Buffer.from(text);

describe('the quota of contents', () => {
  let home: string;
  let blobs: BlobFolder;
  let quota: ContentQuota;
  const opened = () => new ContentQuota(path.join(home, 'owners'), blobs, LIMIT);
  const put = (owner: string, text: string, by = quota) =>
    by.put(owner, sha256Hex(text), bytesOf(text));

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-quota-'));
    blobs = new BlobFolder(path.join(home, 'blobs'));
    quota = opened();
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is of each organisation, to the byte', async () => {
    await put('AMSP', '123456789');
    await put('AMSP', 'x');
    await expect(put('AMSP', 'y')).rejects.toThrow(
      coded('ERR_QUOTA_EXCEEDED', {
        message: 'AMSP has left too much at this store',
        expected: 'at most 10 bytes of contents',
        got: '10 bytes, and 1 more',
      }),
    );
    await put('BMSP', 'y');
    expect(String(await blobs.get(sha256Hex('y')))).toBe('y');
  });

  it('counts a content once, for who left it first', async () => {
    await put('AMSP', '123456789');
    await put('AMSP', '123456789');
    await put('BMSP', '123456789');
    await put('BMSP', 'abcdefghij');
    await put('AMSP', 'x');
  });

  it('survives a restart, and falls where contents were removed', async () => {
    await put('AMSP', '123456789');
    await expect(put('AMSP', 'ab', opened())).rejects.toThrow(coded('ERR_QUOTA_EXCEEDED'));
    const hash = sha256Hex('123456789');
    await rm(path.join(home, 'blobs', hash.slice(0, 2), hash));
    await expect(put('AMSP', 'ab')).rejects.toThrow(coded('ERR_QUOTA_EXCEEDED'));
    quota.forget();
    await put('AMSP', 'ab');
  });

  it('counts nothing that it refuses', async () => {
    await expect(quota.put('AMSP', sha256Hex('other'), bytesOf('123456789'))).rejects.toThrow(
      coded('ERR_HASH_MISMATCH'),
    );
    await expect(put('AMSP', '12345678901')).rejects.toThrow(coded('ERR_QUOTA_EXCEEDED'));
    expect(await readdir(home)).toEqual([]);
    await put('AMSP', '1234567890');
  });

  it('counts uploads at once, and gives none more than the quota', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).padStart(4, '0'));
    const outcomes = await Promise.allSettled(texts.map((text) => put('AMSP', text)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('makes no path of the name of an organisation', async () => {
    await put('../../evil', 'x');
    expect((await readdir(home)).sort()).toEqual(['blobs', 'owners']);
  });
});
