import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { status } from '@grpc/grpc-js';
import { connect, type SalusClient } from '@salus/client';
import { fileCheckpointer, type Checkpointer } from '@salus/client/events';
import { SalusError } from '@salus/protocol';
import { makeTestCa, type Certified, type TestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { FakeChain } from '@salus/testing/fake-chain';
import { startFakeGateway, type FakeGateway } from '@salus/testing/fake-gateway';
import { followLedger, type FollowerFault, type FollowerOptions } from './follow-ledger.js';

const all = ['a1', 'a2', 'b1', 'c1', 'c2'];
const backOff = { firstMs: 1, mostMs: 2 };

let ca: TestCa;
let certified: Certified;
let chain: FakeChain;
let gateway: FakeGateway;
let client: SalusClient;
let folder: string;
let stop: AbortController;
let faults: FollowerFault[];

beforeAll(async () => {
  ca = await makeTestCa();
  certified = await ca.issue();
});

beforeEach(async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0); // no pause before a reconnection
  chain = new FakeChain([], ['a1', 'a2'], ['b1'], [], ['c1', 'c2']);
  gateway = await startFakeGateway(certified, chain.height, 0, chain.stream);
  const profile = {
    client: { organization: 'City' },
    organizations: { City: { mspid: 'CityMSP', peers: ['own'] } },
    peers: {
      own: { url: `grpcs://${gateway.address}`, tlsCACerts: { pem: ca.certificate } },
    },
  };
  client = await connect({ profile, identity: { mspId: 'CityMSP', ...certified }, channel: 'c' });
  folder = await mkdtemp(path.join(tmpdir(), 'salus-follower-'));
  stop = new AbortController();
  faults = [];
});

afterEach(async () => {
  jest.restoreAllMocks();
  stop.abort();
  client.close();
  gateway.stop();
  await rm(folder, { recursive: true });
});

const checkpoints = () => fileCheckpointer(path.join(folder, 'checkpoint'));

/** Follows until so many events were handled; then their checkpoints are saved. */
async function follow(
  amount: number,
  handle: FollowerOptions['handle'] = () => undefined,
  checkpointer: Checkpointer = checkpoints(),
): Promise<string[]> {
  const handled: string[] = [];
  const { signal } = stop;
  const report = (fault: FollowerFault) => faults.push(fault);
  const saving: Checkpointer = {
    load: () => checkpointer.load(),
    save: async (checkpoint) => {
      await checkpointer.save(checkpoint);
      if (handled.length >= amount) stop.abort();
    },
  };
  await followLedger(
    { client, contract: 'ehr', checkpointer: saving, from: 'beginning' },
    {
      handle: async (event) => {
        await handle(event);
        handled.push(event.transactionId);
      },
      report,
      signal,
      backOff,
    },
  );
  stop = new AbortController();
  return handled;
}

describe('a follower of the ledger', () => {
  it('handles every event in the order of the chain, and goes on at its checkpoint', async () => {
    expect(await follow(2)).toEqual(['a1', 'a2']);
    expect(await follow(3)).toEqual(['b1', 'c1', 'c2']);
    expect(faults).toEqual([]);
  });

  it('that is killed between handling an event and its checkpoint handles that event again', async () => {
    const file = checkpoints();
    const killed: Checkpointer = {
      load: () => file.load(),
      save: async (checkpoint) => {
        if (checkpoint.transactionId === 'a2') {
          stop.abort();
          throw new Error('killed');
        }
        await file.save(checkpoint);
      },
    };
    expect(await follow(all.length, undefined, killed)).toEqual(['a1', 'a2']);
    expect(await follow(4)).toEqual(['a2', 'b1', 'c1', 'c2']);
  });

  it('handles an event once that the stream tells twice', async () => {
    const file = checkpoints();
    let isFull = true;
    const full: Checkpointer = {
      load: () => file.load(),
      save: async (checkpoint) => {
        if (checkpoint.transactionId === 'a2' && isFull) {
          isFull = false;
          throw new Error('the disk is full');
        }
        await file.save(checkpoint);
      },
    };
    expect(await follow(all.length, undefined, full)).toEqual(all);
    expect(chain.requests.map(({ after }) => after)).toEqual(['', 'a1']);
    expect(faults).toMatchObject([{ code: 'ERR_INTERNAL', isPassedOver: false }]);
  });

  it('goes on when its peer is back, and tells once that it was away', async () => {
    const refused = (after: number) => ({ after, with: status.PERMISSION_DENIED });
    chain.cuts.push(refused(2), refused(0), refused(0));
    expect(await follow(all.length)).toEqual(all);
    expect(chain.requests.map(({ after }) => after)).toEqual(['', 'a2', 'a2', 'a2']);
    expect(faults).toMatchObject([{ code: 'ERR_IDENTITY_REFUSED', isPassedOver: false }]);
  });

  it('from now on misses nothing that happens before its first stream opens', async () => {
    chain.cuts.push({ after: 0, with: status.PERMISSION_DENIED });
    chain.onCut = () => chain.blocks.push(['d1'], ['e1']);
    const handled: string[] = [];
    await followLedger(
      { client, contract: 'ehr', from: 'now' },
      {
        handle: ({ transactionId }) => {
          handled.push(transactionId);
          if (transactionId === 'e1') stop.abort();
        },
        report: () => undefined,
        signal: stop.signal,
        backOff,
      },
    );
    expect(handled).toEqual(['d1', 'e1']);
  });

  it('tries an event for as long as a service is away, however often', async () => {
    let attempts = 0;
    const handled = await follow(all.length, () => {
      attempts += 1;
      if (attempts < 50) throw new SalusError('ERR_SERVICE_UNREACHABLE', 'away');
    });
    expect(handled).toEqual(all);
    expect(faults).toEqual([
      expect.objectContaining({ transactionId: 'a1', code: 'ERR_SERVICE_UNREACHABLE' }),
    ]);
  });

  it('tries an event again without a word where somebody else acted first', async () => {
    const codes = ['ERR_CONFLICT', 'ERR_MVCC_CONFLICT', 'ERR_ENDORSEMENT_MISMATCH'] as const;
    const left = [...codes];
    const handled = await follow(all.length, () => {
      const code = left.shift();
      if (code) throw new SalusError(code, 'overtaken');
    });
    expect(handled).toEqual(all);
    expect(left).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('passes over an event that fails again and again, and says so; those after it are handled', async () => {
    let attempts = 0;
    const handle: FollowerOptions['handle'] = ({ transactionId }) => {
      if (transactionId !== 'a2') return;
      attempts += 1;
      throw new TypeError('no such field');
    };
    expect(await follow(4, handle)).toEqual(['a1', 'b1', 'c1', 'c2']);
    expect(attempts).toBe(8);
    const fault = { code: 'ERR_INTERNAL', message: 'no such field', transactionId: 'a2' };
    expect(faults).toEqual([
      { ...fault, isPassedOver: false },
      { ...fault, isPassedOver: true },
    ]);
  });

  it('ends at the signal while it waits, and handles the event after a restart', async () => {
    const waiting = followLedger(
      { client, contract: 'ehr', checkpointer: checkpoints(), from: 'beginning' },
      {
        handle: ({ transactionId }) => {
          if (transactionId === 'a2') throw new SalusError('ERR_PEER_UNREACHABLE', 'away');
        },
        report: () => stop.abort(),
        signal: stop.signal,
        backOff: { firstMs: 2 ** 30, mostMs: 2 ** 30 },
      },
    );
    await waiting;
    stop = new AbortController();
    expect(await follow(4)).toEqual(['a2', 'b1', 'c1', 'c2']);
  });

  it('does not guess where to go on: a damaged checkpoint ends it', async () => {
    await writeFile(path.join(folder, 'checkpoint'), 'no checkpoint');
    await expect(follow(1)).rejects.toThrow(coded('ERR_CHECKPOINT_INVALID'));
  });
});
