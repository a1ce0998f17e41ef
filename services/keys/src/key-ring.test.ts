import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sealTo } from '@salus/crypto/hpke';
import { KeyRing } from './key-ring.js';

const PASSPHRASE = 'passphrase of a test';

describe('a key ring', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-ring-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  it('takes up a key that another process has added, and keeps those before it', async () => {
    const serving = await KeyRing.open(home, PASSPHRASE);
    const before = serving.current;
    const rotating = await KeyRing.open(home, PASSPHRASE);
    await rotating.rotate();
    const after = rotating.current;
    expect(serving.current).toEqual(before);
    const context = { info: 'test' };
    await serving.refresh();
    expect(serving.current).toEqual(after);
    for (const { publicKey } of [before, after]) {
      const box = await sealTo(publicKey, Buffer.from('content key'), context);
      expect(Buffer.from(await serving.open(box, context)).toString()).toBe('content key');
    }
  });
});
