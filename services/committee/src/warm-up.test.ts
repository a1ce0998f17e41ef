import { DEFAULT_PROFILE } from '@salus/compute';
import { warmUp } from './warm-up.js';

/** @returns the profiles whose engines a member starts that holds shares of these epochs */
async function startedBy(epochs: ReadonlyMap<string, readonly number[]>): Promise<string[]> {
  const started: string[] = [];
  await warmUp({
    home: { heldEpochs: () => Promise.resolve(epochs) },
    engineOf: (profile) => ({ warmUp: () => started.push(profile) }),
  });
  return started;
}

describe('a member that begins to serve', () => {
  it('starts its engine where it holds shares', async () => {
    expect(await startedBy(new Map([['one key', [0, 1]]]))).toEqual([DEFAULT_PROFILE]);
  });

  it('starts no engine where it holds none', async () => {
    expect(await startedBy(new Map())).toEqual([]);
  });
});
