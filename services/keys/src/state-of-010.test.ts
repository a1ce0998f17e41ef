import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileCheckpointer } from '@salus/client/events';
import { writeSecrets } from '@salus/client/home';
import { coded } from '@salus/testing/coded';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { KeyRing } from './key-ring.js';
import { Rewrapper, type RewrapperOptions } from './rewrapper.js';

const { passphrase, ringKey } = knownState;

describe("a key service's home that release 0.1.0 wrote", () => {
  it('opens its key ring, newest key first, and rotates it', async () => {
    const home = stateOf010('keys');
    const ring = await KeyRing.open(home, passphrase);
    expect(ring.current.publicKey).toBe(ringKey);
    await ring.rotate();
    expect((await KeyRing.open(home, passphrase)).current).toEqual(ring.current);
    expect(ring.current.publicKey).not.toBe(ringKey);
  });

  it('goes on re-wrapping where it stopped', async () => {
    const home = stateOf010('keys');
    const rewrapper = await Rewrapper.open({ home } as RewrapperOptions);
    expect(rewrapper.status).toMatchObject([
      { pseudonym: 'p1', categoryTag: 't1', epoch: 1, status: 'WAITING' },
    ]);
    const checkpoint = await fileCheckpointer(path.join(home, 'rewrapping.checkpoint')).load();
    expect(checkpoint).toMatchObject({ blockNumber: 9n });
  });

  it('of another form is refused with a code, and no new ring takes its place', async () => {
    const home = stateOf010('keys');
    const file = path.join(home, 'key-ring.secret');
    await writeSecrets(file, { keys: [] }, passphrase);
    for (let tries = 2; tries > 0; tries -= 1) {
      await expect(KeyRing.open(home, passphrase)).rejects.toThrow(
        coded('ERR_STATE_UNREADABLE', { argument: file }),
      );
    }
    await writeFile(path.join(home, 'rewrapping.json'), '{}');
    await expect(Rewrapper.open({ home } as RewrapperOptions)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE'),
    );
  });
});
