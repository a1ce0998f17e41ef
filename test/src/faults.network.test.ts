import type { SalusClient } from '@salus/client';
import { loadTopology } from '@salus/network';
import { SalusError } from '@salus/protocol';
import { BackgroundWriter } from './support/background-writer.js';
import { FaultyNetwork, lastBlock } from './support/faulty-network.js';

/** Writes after a kill that show that commits go on: more than were under way at that moment. */
const GOING_ON = 50;
/** How long a client waits for orderers that are gone. */
const SUBMIT_MS = 5_000;

const names = loadTopology().organizations.map(({ name }) => name);
const ordering = loadTopology().organizations.filter(({ orderer }) => orderer);
/** Faults after which a client doesn't know, or knows it wasn't done: no acknowledgement either way. */
const notAcknowledged = [
  'ERR_CHAINCODE_UNAVAILABLE',
  'ERR_COMMIT_UNKNOWN',
  'ERR_ORDERER_UNAVAILABLE',
  'ERR_PEER_UNREACHABLE',
];

let network: FaultyNetwork;
let client: SalusClient;

beforeAll(async () => {
  network = await FaultyNetwork.start();
  client = await network.connect('CityHospital');
});

// Each by itself: the network is taken down although nobody could connect.
afterAll(() => client.close());
afterAll(() => network.stop());

afterEach(() => network.restore());

/** Kills a node under writes and restarts it; commits go on meanwhile, and nothing is lost. */
async function withoutNode(node: string, caughtUp: (block: bigint) => Promise<void>) {
  const writer = new BackgroundWriter(node, network.write(client));
  try {
    await writer.writes(10);
    await network.kill(node);
    await writer.writes(GOING_ON);
    const condition = await network.conditionOf(node);
    await network.restart(node);
    expect(condition).toBe('dead');
    await caughtUp(lastBlock(writer.acknowledged));
    await writer.writes(10);
  } finally {
    await writer.stop();
  }
  for (const failure of writer.failures) {
    expect(notAcknowledged).toContain((failure as SalusError).code);
  }
  await everyPeerHas(writer);
}

async function everyPeerHas({ acknowledged }: BackgroundWriter) {
  const values = acknowledged.map(({ value }) => value);
  for (const name of names) expect(await network.readAll(name, acknowledged)).toEqual(values);
}

// The first one of the topology leads a new network.
test.each([
  ['that leads', ordering[0]?.name ?? ''],
  ['that follows', ordering.at(-1)?.name ?? ''],
])('commits go on when the orderer %s is killed, and it catches up', async (_, name) => {
  const organization = network.organization(name);
  await withoutNode(organization.orderer ?? '', (block) =>
    network.ordererReaches(organization, block),
  );
});

test.each([
  ['the peer of another organization', 'Insurer'],
  ["the client's own peer", 'CityHospital'],
])('commits go on when %s is killed, and it catches up', async (_, name) => {
  await withoutNode(network.organization(name).peer, (block) => network.peerReaches(name, block));
});

test('without a quorum of orderers a write fails instead of hanging, and writes go on when the quorum is back', async () => {
  const orderers = ordering.slice(0, 2).map(({ name }) => network.organization(name).orderer ?? '');
  await using hasty = await network.connect('CityHospital', { deadlines: { submit: SUBMIT_MS } });
  await network.write(client)('quorum-before', 'value');
  for (const orderer of orderers) await network.kill(orderer);

  const failure: unknown = await network
    .write(hasty)('quorum-gone', 'value')
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SalusError);
  expect(failure).toMatchObject({
    code: 'ERR_ORDERER_UNAVAILABLE',
    transactionId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    remedy: expect.stringContaining('orderers') as string,
  });

  for (const orderer of orderers) await network.restart(orderer);
  const writer = new BackgroundWriter('quorum-back', network.write(hasty));
  await writer.writes(10).finally(() => writer.stop());
  await everyPeerHas(writer);
});

test('a user who is revoked at the CA is refused by every peer, and nobody else is', async () => {
  await using leaver = await network.connectAs('CityHospital', 'billing', 'CityHospital');
  await network.write(leaver)('revocation-before', 'value');

  await network.revoke('CityHospital', 'billing');
  const refusal = {
    code: 'ERR_IDENTITY_REFUSED',
    remedy: expect.stringContaining('revoked') as string,
  };
  await expect(network.write(leaver)('revocation-after', 'value')).rejects.toMatchObject(refusal);
  for (const name of names) {
    const connecting = network.connectAs('CityHospital', 'billing', name);
    await expect(connecting).rejects.toMatchObject(refusal);
  }
  await network.write(client)('revocation-others', 'value');
});
