import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StoreClient } from '@salus/client/stores';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { CollectiveKey } from '@salus/protocol/computation';
import { coded } from '@salus/testing/coded';
import { CHANNEL } from '@salus/testing/consent-world';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { isCeremonyOver } from './ceremony-contents.js';
import type { LedgerView } from './ledger-view.js';
import { startStore, type RunningStore } from './store-service.js';

const QUOTA = 100;
/** As long as a partial opening, beside such a quota. */
const partialOf = (ceremony: number) => Buffer.alloc(40, ceremony);

describe('the partial openings of trials at a store', () => {
  let consortium: TestConsortium;
  let member: TestMember;
  let other: TestMember;
  let home: string;
  let store: RunningStore;
  let keys: Map<string, CollectiveKey>;

  const ledger = {
    computation: () => ({
      getKey: (keyId: string) => {
        const key = keys.get(keyId);
        if (key) return Promise.resolve(key);
        return Promise.reject(new SalusError('ERR_NOT_FOUND', 'no such key'));
      },
    }),
  } as unknown as LedgerView;
  const keyOf = (phase: string, posted: readonly Uint8Array[], epoch = 0) => {
    const trial = posted.map((bytes, index) => ({ shareId: `s${index}`, hash: sha256Hex(bytes) }));
    const members = [{ mspId: 'CityMSP', trial }, { mspId: 'ValleyMSP' }];
    return { ceremony: { epoch, phase, members } } as unknown as CollectiveKey;
  };
  const clientOf = ({ identity }: TestMember) => new StoreClient(store.url, identity);
  const leave = (bytes: Uint8Array, key: string, by = member) =>
    clientOf(by).put(bytes, { chaincode: 'claims', key });
  const kept = async () => {
    const files = await readdir(path.join(home, 'blobs'), { recursive: true });
    return files.map((file) => path.basename(file)).filter((name) => name.length === 64);
  };

  beforeAll(async () => {
    consortium = await TestConsortium.of('CityMSP', 'ValleyMSP');
    member = await consortium.member('CityMSP', 'committee');
    other = await consortium.member('ValleyMSP', 'committee');
  });

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-ceremonies-'));
    keys = new Map();
    const { identity } = await consortium.member('CityMSP', 'store');
    const { members } = consortium;
    const limits = { contentBytes: QUOTA };
    store = await startStore({ home, channel: CHANNEL, identity, members, ledger, limits });
  });

  afterEach(async () => {
    await store.close();
    await rm(home, { recursive: true });
  });

  it('use up no quota of an honest member, however many ceremonies another one has fail', async () => {
    for (let ceremony = 0; ceremony < 20; ceremony += 1) {
      const keyId = `k${ceremony}`;
      const partial = partialOf(ceremony);
      keys.set(keyId, keyOf('READY', [partial]));
      await leave(partial, keyId);
      await store.sweep();
      expect(await kept()).toEqual([sha256Hex(partial)]);
      keys.set(keyId, keyOf('FAILED', [partial]));
      await store.sweep();
      expect(await kept()).toEqual([]);
    }
  });

  it('are followed by contributions of new shares, until others take their place', async () => {
    const shared = (epoch: number) => {
      const contributions = [{ shareId: 's0', hash: sha256Hex(partialOf(epoch)) }];
      return { ...keyOf('DONE', [], epoch), epoch, contributions } as CollectiveKey;
    };
    keys.set('k0', shared(2));
    await leave(partialOf(2), 'k0');
    // A peer that lags does not have it removed.
    for (const epoch of [2, 1]) {
      keys.set('k0', shared(epoch));
      await store.sweep();
      expect(await kept()).toEqual([sha256Hex(partialOf(2))]);
    }
    keys.set('k0', shared(3));
    await store.sweep();
    expect(await kept()).toEqual([]);
  });

  it('stay where a member named a ceremony of its own for the content of another key', async () => {
    const content = partialOf(0);
    keys.set('own', keyOf('PROVING', [content]));
    await leave(content, 'own', other);
    keys.set('own', keyOf('FAILED', [content]));
    keys.set('k0', keyOf('READY', [content]));
    await leave(content, 'k0');
    await store.sweep();
    expect(await kept()).toEqual([sha256Hex(content)]);
    // Nor where its ceremony went on until all had posted.
    const next = partialOf(1);
    keys.set('own', keyOf('READY', [next]));
    await leave(next, 'own', other);
    keys.set('k0', keyOf('READY', [next]));
    await leave(next, 'k0');
    keys.set('own', keyOf('FAILED', [next]));
    await store.sweep();
    expect(await kept()).toContain(sha256Hex(next));
  });

  it('stay where the ledger has no such hash in the trial', async () => {
    keys.set('k0', keyOf('DONE', [partialOf(0)]));
    await leave(partialOf(1), 'k0');
    await leave(partialOf(2), 'unknown');
    await store.sweep();
    expect(await kept()).toHaveLength(2);
    await expect(leave(partialOf(3), 'k0')).rejects.toThrow(coded('ERR_QUOTA_EXCEEDED'));
  });

  it('stay where an attacker has posted the hash of what another organisation leaves for good', async () => {
    const content = partialOf(0);
    keys.set('forged', keyOf('READY', [content]));
    await leave(content, 'forged');
    await clientOf(other).put(content);
    keys.set('forged', keyOf('FAILED', [content]));
    await store.sweep();
    expect(await kept()).toEqual([sha256Hex(content)]);
  });

  it.each([
    ['DONE', 0, true],
    ['FAILED', 0, true],
    ['DEALING', 1, true],
    ['READY', 0, false],
  ])('are needed no more in the phase %s of epoch %i: %s', async (phase, epoch, expected) => {
    keys.set('k0', keyOf(phase, [], epoch));
    const ceremony = { chaincode: 'claims', keyId: 'k0', epoch: 0 };
    expect(await isCeremonyOver(ceremony, ledger)).toBe(expected);
    expect(await isCeremonyOver({ ...ceremony, keyId: 'unknown' }, ledger)).toBe(false);
  });
});
