import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { BlobFolder } from './blob-folder.js';
import { ContentQuota, limitsOf } from './content-quota.js';
import { PassingContents } from './passing-contents.js';

const LIMITS = { bytes: 10, contents: 100 };
const bytesOf = (text: string) => Buffer.from(text);

describe('the quota of contents', () => {
  let home: string;
  let blobs: BlobFolder;
  let quota: ContentQuota;
  const opened = (limits = LIMITS) => {
    const passing = new PassingContents(path.join(home, 'passing'));
    return new ContentQuota(path.join(home, 'owners'), blobs, limits, passing);
  };
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

  it('keeps few of 10,000 tiny contents of one organisation, and those of others', async () => {
    const bytes = 10_000_000;
    const opening = () => opened({ bytes, contents: 100 });
    const few = opening();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10_000 }, (_, index) => put('AMSP', `tiny ${index}`, few)),
    );
    const kept = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(kept).toHaveLength(100);
    const [owner = ''] = await readdir(path.join(home, 'owners'));
    expect(await readdir(path.join(home, 'owners', owner))).toHaveLength(100);
    for (const quotaAfter of [few, opening()]) {
      await expect(put('AMSP', 'one more', quotaAfter)).rejects.toThrow(
        coded('ERR_QUOTA_EXCEEDED', { expected: 'at most 100 contents', got: '100, and one more' }),
      );
      // What is there already takes no more room.
      await put('AMSP', 'tiny 0', quotaAfter);
    }
    await put('BMSP', 'one more', few);
  });

  it.each([
    [64 * 2 ** 30, 2 ** 20],
    [64 * 1024 * 1024 + 1, 1025],
    [100, 1024],
  ])('of %i bytes is of %i contents', (bytes, contents) => {
    expect(limitsOf(bytes)).toEqual({ bytes, contents });
  });

  describe('of contents that a ceremony alone needs', () => {
    const ceremony = { chaincode: 'claims', keyId: 'k1', epoch: 0 };
    const text = '123456789';
    const hash = sha256Hex(text);
    const putPassing = (owner: string) => quota.put(owner, hash, bytesOf(text), ceremony);
    const over = () => Promise.resolve(true);

    it('falls once the ceremony is over, after a restart too', async () => {
      await putPassing('AMSP');
      await put('AMSP', 'x');
      const asked: unknown[] = [];
      await opened().sweep((of) => {
        asked.push(of);
        return Promise.resolve(false);
      });
      expect(asked).toEqual([ceremony]);
      expect(String(await blobs.get(hash))).toBe(text);
      await quota.sweep(over);
      await expect(blobs.get(hash)).rejects.toThrow(coded('ERR_NOT_FOUND'));
      expect(await readdir(path.join(home, 'passing'))).toEqual([]);
      expect(String(await blobs.get(sha256Hex('x')))).toBe('x');
      await put('AMSP', 'abcdefghi');
    });

    it.each(['before', 'afterwards'])(
      'keeps one that another organisation left for good %s',
      async (when) => {
        if (when === 'before') await put('BMSP', text);
        await putPassing('AMSP');
        if (when === 'afterwards') await put('BMSP', text);
        await quota.sweep(over);
        expect(String(await blobs.get(hash))).toBe(text);
      },
    );

    it('keeps one that is left for good while the store looks whether the ceremony is over', async () => {
      await putPassing('AMSP');
      let left: Promise<void> | undefined;
      await quota.sweep(() => {
        left = put('BMSP', text);
        return over();
      });
      await left;
      expect(String(await blobs.get(hash))).toBe(text);
    });

    it('notes nothing of what it refuses', async () => {
      const long = '12345678901';
      const refused = quota.put('AMSP', sha256Hex(long), bytesOf(long), ceremony);
      await expect(refused).rejects.toThrow(coded('ERR_QUOTA_EXCEEDED'));
      expect(await readdir(home)).toEqual([]);
    });
  });

  it('makes no path of the name of an organisation', async () => {
    await put('../../evil', 'x');
    expect((await readdir(home)).sort()).toEqual(['blobs', 'owners']);
  });
});
