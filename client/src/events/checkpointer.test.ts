import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { fileCheckpointer, memoryCheckpointer } from './checkpointer.js';

const checkpoint = { blockNumber: 12_345_678_901_234_567_890n, transactionId: 'tx' };

describe.each([
  ['in memory', () => Promise.resolve(memoryCheckpointer())],
  ['in a file', async () => fileCheckpointer(path.join(await folder(), 'checkpoint'))],
])('a checkpointer %s', (_, make) => {
  it('begins with nothing and keeps the last checkpoint', async () => {
    const checkpointer = await make();
    await expect(checkpointer.load()).resolves.toBeUndefined();
    await checkpointer.save({ ...checkpoint, transactionId: 'earlier' });
    await checkpointer.save(checkpoint);
    await expect(checkpointer.load()).resolves.toEqual(checkpoint);
  });
});

describe('a checkpoint file', () => {
  it('leaves no drafts behind', async () => {
    const home = await folder();
    const checkpointer = fileCheckpointer(path.join(home, 'checkpoint'));
    await Promise.all(
      [1n, 2n, 3n].map((blockNumber) => checkpointer.save({ ...checkpoint, blockNumber })),
    );
    await expect(readdir(home)).resolves.toEqual(['checkpoint']);
  });

  it.each(['', '{', '{"blockNumber":1}', '{"blockNumber":"-1","transactionId":"x"}'])(
    'holding %p is refused, not taken as a fresh start',
    async (text) => {
      const file = path.join(await folder(), 'checkpoint');
      await writeFile(file, text);
      await expect(fileCheckpointer(file).load()).rejects.toThrow(coded('ERR_CHECKPOINT_INVALID'));
    },
  );
});

function folder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'salus-checkpoint-'));
}
