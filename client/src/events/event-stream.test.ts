import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { makeTestCa, type Certified, type TestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { FakeChain } from '@salus/testing/fake-chain';
import { startFakeGateway, type FakeGateway } from '@salus/testing/fake-gateway';
import { connect } from '../connect.js';
import type { SalusClient } from '../salus-client.js';
import { memoryCheckpointer } from './checkpointer.js';
import type { EventOptions } from './event-stream.js';

jest.mock('node:timers/promises', () => {
  const actual: typeof import('node:timers/promises') = jest.requireActual('node:timers/promises');
  return { ...actual, setTimeout: jest.fn(actual.setTimeout) };
});

const blocks = () => [[], ['a1', 'a2'], ['b1'], [], ['c1', 'c2', 'c3']];
const all = blocks().flat();

let ca: TestCa;
let certified: Certified;
let chain: FakeChain;
let gateways: FakeGateway[];
let client: SalusClient;

beforeAll(async () => {
  ca = await makeTestCa();
  certified = await ca.issue();
});

beforeEach(async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0); // no pause before a reconnection
  chain = new FakeChain(...blocks());
  const start = () => startFakeGateway(certified, chain.height, 0, chain.stream);
  const [own, other] = [await start(), await start()];
  gateways = [own, other];
  const peer = ({ address }: FakeGateway) => ({
    url: `grpcs://${address}`,
    tlsCACerts: { pem: ca.certificate },
  });
  const profile = {
    client: { organization: 'City' },
    organizations: {
      City: { mspid: 'CityMSP', peers: ['own'] },
      Valley: { mspid: 'ValleyMSP', peers: ['other'] },
    },
    peers: { own: peer(own), other: peer(other) },
  };
  client = await connect({ profile, identity: { mspId: 'CityMSP', ...certified }, channel: 'c' });
});

afterEach(() => {
  jest.restoreAllMocks();
  client.close();
  for (const gateway of gateways) gateway.stop();
});

/** The transactions of the first so many events; each but the last one was dealt with. */
async function read(amount: number, options: Partial<EventOptions> = {}): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of client.events({ contract: 'ehr', from: 'beginning', ...options })) {
    expect(event.payload).toEqual({ id: event.transactionId });
    seen.push(event.transactionId);
    if (seen.length === amount) break;
  }
  return seen;
}

const broken = (after: number) => ({ after, with: status.UNAVAILABLE });

describe('a stream of events', () => {
  it.each(all.map((_, after) => after))(
    'that breaks after %i events loses none and repeats none',
    async (after) => {
      chain.cuts.push(broken(after));
      expect(await read(all.length)).toEqual(all);
      expect(chain.requests).toHaveLength(2);
    },
  );

  it('that breaks again and again goes on after the last event that was dealt with', async () => {
    chain.cuts.push(broken(1), broken(0), broken(2), broken(1));
    expect(await read(all.length)).toEqual(all);
    expect(chain.requests).toEqual([
      { startBlock: 0n, after: '' },
      { startBlock: 1n, after: 'a1' },
      { startBlock: 1n, after: 'a1' },
      { startBlock: 2n, after: 'b1' },
      { startBlock: 4n, after: 'c1' },
    ]);
  });

  it('whose peer is gone goes on at the next peer', async () => {
    chain.cuts.push(broken(3));
    chain.onCut = () => gateways[0]?.stop();
    expect(await read(all.length)).toEqual(all);
    expect(client.servedBy).toBe('other');
  });

  it('brings an event again whose handling was cut off, and goes on after it', async () => {
    const checkpointer = memoryCheckpointer();
    expect(await read(2, { checkpointer })).toEqual(['a1', 'a2']);
    expect(await read(2, { checkpointer })).toEqual(['a2', 'b1']);
    expect(await read(4, { checkpointer })).toEqual(['b1', 'c1', 'c2', 'c3']);
  });

  it('that begins now misses nothing that happens while its first connection is away', async () => {
    chain.cuts.push(broken(0));
    chain.onCut = () => chain.blocks.push(['d1'], ['e1']);
    expect(await read(2, { from: 'now' })).toEqual(['d1', 'e1']);
    expect(chain.requests.map(({ startBlock }) => startBlock)).toEqual([5n, 5n]);
  });

  it('that a peer ends without a word is opened again, after a pause that grows', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    chain.cuts.push({ after: 0, with: status.OK }, { after: 0, with: status.OK });
    jest.mocked(sleep).mockClear();
    expect(await read(all.length)).toEqual(all);
    expect(jest.mocked(sleep).mock.calls.map(([pause]) => pause)).toEqual([100, 200]);
  });

  it('that the peer refuses ends with the reason', async () => {
    chain.cuts.push({ after: 2, with: status.PERMISSION_DENIED });
    await expect(read(all.length)).rejects.toThrow(coded('ERR_IDENTITY_REFUSED'));
    expect(chain.requests).toHaveLength(1);
  });

  it('ends when it is told to, also while it waits for a peer', async () => {
    const stop = new AbortController();
    chain.cuts.push(broken(0));
    const { setTimeout: actual } =
      jest.requireActual<typeof import('node:timers/promises')>('node:timers/promises');
    // A pause that would outlast the test.
    jest.mocked(sleep).mockImplementationOnce((_, value, options) => {
      setImmediate(() => stop.abort());
      return actual(600_000, value, options);
    });
    expect(await read(1, { signal: stop.signal })).toEqual([]);
  });
});
