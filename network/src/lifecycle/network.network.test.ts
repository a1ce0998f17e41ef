import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@salus/testing/eventually';
import { portBaseOf } from '@salus/testing/port-plan';
import { peerEnvironment, runPeerWithOrderer } from '../chaincode/peer-command.js';
import { fabricBinaries } from '../fabric/binaries.js';
import { findOrganization, instanceOf, logFile } from '../instance/instance.js';
import { runCommand } from '../instance/run-command.js';
import { lastLines } from '../supervisor/log-tail.js';
import { livenessOf, startTicksOf } from '../supervisor/process-identity.js';
import { exposedFiles } from '../test-support/exposed-files.js';
import { down, newChannel, restartNode, start, stop, up } from './network.js';
import { checkPorts } from './ports.js';
import { restartEnded } from './restart-ended.js';
import { networkStatus } from './status.js';

const instance = instanceOf({
  home: path.join(mkdtempSync(path.join(tmpdir(), 'salus-network-')), 'home'),
  portBase: portBaseOf('lifecycle'),
});
const channel = 'edge-test';
const organization = findOrganization(instance, 'CityHospital');
const { peer } = organization;

const nodeStatus = async (name: string) =>
  (await networkStatus(instance)).nodes.find((each) => each.node === name);

async function heightOf(name: string): Promise<number> {
  const tools = await fabricBinaries();
  const env = peerEnvironment(instance, findOrganization(instance, name), tools);
  const { stdout } = await runCommand(tools.peer, ['channel', 'getinfo', '-c', channel], { env });
  return Number(/"height":(\d+)/.exec(stdout)?.[1]);
}

/** Makes the channel one block higher, through another organization. */
async function makeBlock(sequence: number): Promise<void> {
  const tools = await fabricBinaries();
  const args = ['lifecycle', 'chaincode', 'approveformyorg', '--channelID', channel];
  const definition = ['--name', `probe${sequence}`, '--version', '1', '--sequence', '1'];
  await runPeerWithOrderer(instance, findOrganization(instance, 'Insurer'), tools, [
    ...args,
    ...definition,
  ]);
}

beforeAll(async () => {
  await up(instance);
  await newChannel(instance, channel);
});

afterEach(() => restartEnded(instance));
afterAll(() => down(instance));

test('every node is healthy after up', async () => {
  const status = await networkStatus(instance);
  expect(status.state).toBe('running');
  expect(status.nodes).toHaveLength(14);
});

test('nothing but the genesis block is for anybody else than the owner', () => {
  expect(statSync(instance.home).mode & 0o077).toBe(0);
  expect(exposedFiles(instance.home)).toEqual([`channel-artifacts/${channel}.block`]);

  const secrets = readdirSync(instance.home, { recursive: true, encoding: 'utf8' });
  const count = (pattern: RegExp) => secrets.filter((name) => pattern.test(name)).length;
  const organizations = instance.organizations.length;
  expect(count(/^supervisors\/[^/]+\/control\.sock$/)).toBe(organizations);
  // Every authority's database and its administrator's password; four have one for orderers too.
  expect(count(/fabric-ca-server\.db$/)).toBe(2 * organizations + 4);
  expect(count(/admin-secret$/)).toBe(2 * organizations + 4);
  expect(count(/keystore\/priv_sk$/)).toBeGreaterThan(20);
  expect(count(/tls\/(server|client)\.key$/)).toBeGreaterThan(20);
});

test('ports in use are told', async () => {
  await expect(checkPorts(instance)).rejects.toMatchObject({ code: 'ERR_PORT_TAKEN' });
});

test('a killed peer is told, the rest commits, and after a restart it catches up', async () => {
  const killed = await nodeStatus(peer);
  process.kill(killed?.pid ?? 0, 'SIGKILL');
  await eventually(async () => {
    expect(await nodeStatus(peer)).toMatchObject({
      condition: 'dead',
      remedy: `network.sh restart ${peer}`,
    });
  });
  expect((await networkStatus(instance)).state).toBe('degraded');

  const before = await heightOf('Insurer');
  await makeBlock(1);
  const after = await heightOf('Insurer');
  expect(after).toBeGreaterThan(before);

  await restartNode(instance, peer);
  await eventually(async () => expect(await heightOf('CityHospital')).toBe(after));
});

test('a stopped network keeps its data', async () => {
  const height = await heightOf('Insurer');
  await stop(instance);
  const stopped = await networkStatus(instance);
  expect(stopped.state).toBe('stopped');
  expect(new Set(stopped.nodes.map((each) => each.condition))).toEqual(new Set(['stopped']));
  await start(instance);
  expect(await heightOf('Insurer')).toBe(height);
});

test('a node restarted alone leaves the others stopped, not dead', async () => {
  await stop(instance);
  await restartNode(instance, peer);
  const { state, nodes } = await networkStatus(instance);
  expect(state).toBe('degraded');
  const others = nodes.filter(({ node }) => node !== peer);
  expect(new Set(others.map(({ condition }) => condition))).toEqual(new Set(['stopped']));
  expect(new Set(others.map(({ remedy }) => remedy))).toEqual(new Set(['network.sh start']));
  expect(nodes.find(({ node }) => node === peer)).toMatchObject({ condition: 'healthy' });
  await start(instance);
  expect((await networkStatus(instance)).state).toBe('running');
});

test('start does not begin while another process has a port of a node', async () => {
  await stop(instance);
  const { ports } = organization;
  const intruder = createServer().listen(ports.peer, instance.host);
  await once(intruder, 'listening');
  try {
    await expect(start(instance)).rejects.toMatchObject({
      code: 'ERR_PORT_TAKEN',
      message: expect.stringContaining(`(process ${process.pid}, `) as string,
    });
  } finally {
    intruder.close();
    await once(intruder, 'close');
  }
  await start(instance);
  expect((await networkStatus(instance)).state).toBe('running');
});

test('logs are plain text', () => {
  expect(lastLines(logFile(instance, peer), 50).join('')).not.toContain('\u001b');
});

test('down, even with another topology, leaves no process, port or file', async () => {
  const pids = (await networkStatus(instance)).nodes.map((each) => each.pid ?? 0);
  const ticks = pids.map(startTicksOf);
  const { topology, home, portBase } = instance;
  const organizations = topology.organizations.filter((each) => each.orderer);
  const other = instanceOf({ home, portBase, topology: { ...topology, organizations } });
  expect((await networkStatus(other)).state).toBe('stale');
  await down(other);
  expect(pids.map((pid, index) => livenessOf(pid, ticks[index]))).not.toContain('running');
  await checkPorts(instance);
  expect(existsSync(instance.home)).toBe(false);
});
