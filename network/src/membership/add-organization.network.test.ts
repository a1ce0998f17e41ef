import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { portBaseOf } from '@salus/testing/port-plan';
import { cc, deployCC } from '../chaincode/commands.js';
import { channelConfig, channelHeight, memberIds } from '../channel/member-update.js';
import { examine, findingsOf } from '../doctor.js';
import { fabricBinaries } from '../fabric/binaries.js';
import { findOrganization, type Instance, instanceOf } from '../instance/instance.js';
import { loadTopology, type OrganizationEntry, type Topology } from '../instance/topology.js';
import { down, newChannel, start, stop, up } from '../lifecycle/network.js';
import { checkPorts } from '../lifecycle/ports.js';
import { restartEnded } from '../lifecycle/restart-ended.js';
import { networkStatus } from '../lifecycle/status.js';
import { stopProcess } from '../supervisor/client.js';
import { livenessOf, startTicksOf } from '../supervisor/process-identity.js';
import { repository, serversOf } from '../test-support/chaincode-network.js';
import { addOrganization } from './add-organization.js';

const scratch = mkdtempSync(path.join(tmpdir(), 'salus-membership-'));
const home = path.join(scratch, 'home');
const portBase = portBaseOf('add-organization');
const channel = 'edge-member';
const topology = loadTopology();
const laboratory: OrganizationEntry = {
  ...{ name: 'Laboratory', domain: 'laboratory.salus.example', orderer: false, kinds: [] },
  users: [{ name: 'physician', attributes: { 'salus.role': 'physician' } }],
};
const folder = path.join(scratch, 'bare');

/** An instance of the same network whose topology was edited. */
const edited = (change: Partial<Topology> = {}): Instance =>
  instanceOf({ home, portBase, topology: { ...topology, ...change } });
const appended = (...entries: OrganizationEntry[]) => ({
  organizations: [...topology.organizations, ...entries],
});
/** The laboratory is appended, and its endorsement counts together with any other's. */
const policy =
  "OutOf(2, 'CityHospitalMSP.peer', 'InsurerMSP.peer', 'PharmaMSP.peer', 'LaboratoryMSP.peer')";
const grown = { ...appended(laboratory), endorsement: { default: policy } };
const before = edited();

async function call(
  instance: Instance,
  action: 'invoke' | 'query',
  args: readonly string[],
  options: { as?: string; endorsers?: string[] } = {},
): Promise<string> {
  const [name, ...rest] = args;
  const constructorJson = JSON.stringify({ function: name, Args: rest });
  const tools = await fabricBinaries();
  const result = await cc(
    { action, channel, name: 'bare', constructorJson, ...options },
    { instance, tools },
  );
  return 'result' in result ? result.result : '';
}

/** What an addition would write to. */
const filesOf = () =>
  ['.', 'nodes', 'supervisors', 'organizations'].map((each) =>
    readdirSync(path.join(home, each), { recursive: each === 'organizations', encoding: 'utf8' }),
  );

/** What is refused leaves the network's files as they are. */
async function refused(instance: Instance, name: string): Promise<unknown> {
  const files = filesOf();
  const error: unknown = await addOrganization(instance, name).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(filesOf()).toEqual(files);
  return error;
}

const adminKey = (name: string) => {
  const { directories, domain } = findOrganization(before, name);
  const user = path.join(directories.peerOrganization, 'users', `Admin@${domain}`);
  return path.join(user, 'msp', 'keystore', 'priv_sk');
};

beforeAll(async () => {
  symlinkSync(path.join(repository, 'node_modules'), path.join(scratch, 'node_modules'));
  cpSync(path.join(repository, 'bench', 'bare-contract'), folder, { recursive: true });
  await up(before);
  await newChannel(before, channel);
  const tools = await fabricBinaries();
  await deployCC({ channel, name: 'bare', folder }, { instance: before, tools });
  await call(before, 'invoke', ['put', 'before', 'written by five']);
});

afterAll(async () => {
  await down(edited(grown));
  rmSync(scratch, { recursive: true, force: true });
});

describe('the addition of an organization', () => {
  afterEach(() => restartEnded(before));

  it('is refused when the topology does not have it', async () => {
    expect(await refused(before, 'Laboratory')).toMatchObject({ code: 'ERR_ARGUMENT' });
  });

  it('is refused when it was not appended at the end', async () => {
    const organizations = [laboratory, ...topology.organizations];
    const remedy = expect.stringContaining('Append its entry') as string;
    const refusal = { code: 'ERR_STALE_STATE', remedy };
    expect(await refused(edited({ organizations }), 'Laboratory')).toMatchObject(refusal);
  });

  it('is refused before that of one appended earlier', async () => {
    const other = { ...laboratory, name: 'Pharmacy', domain: 'pharmacy.salus.example' };
    const refusal = { code: 'ERR_TOPOLOGY', remedy: 'Run network.sh addOrg Pharmacy first.' };
    const instance = edited(appended(other, laboratory));
    expect(await refused(instance, 'Laboratory')).toMatchObject(refusal);
  });

  it('is refused when it has an orderer', async () => {
    const instance = edited(appended({ ...laboratory, orderer: true }));
    expect(await refused(instance, 'Laboratory')).toMatchObject({ code: 'ERR_TOPOLOGY' });
  });

  it("is refused when its MSP ID is an orderer's", async () => {
    const name = 'InsurerOrderer';
    const refusal = { code: 'ERR_ORGANIZATION_TAKEN' };
    expect(await refused(edited(appended({ ...laboratory, name })), name)).toMatchObject(refusal);
  });

  it('is refused while one of its ports is in use', async () => {
    const intruder = createServer().listen(portBase + 103, before.host);
    await once(intruder, 'listening');
    try {
      const refusal = { code: 'ERR_PORT_TAKEN' };
      expect(await refused(edited(grown), 'Laboratory')).toMatchObject(refusal);
    } finally {
      intruder.close();
      await once(intruder, 'close');
    }
  });

  it('is refused without the signatures of a majority', async () => {
    const keys = ['ValleyHospital', 'Pharma', 'Regulator'].map(adminKey);
    for (const key of keys) renameSync(key, `${key}.away`);
    const message = expect.stringMatching(/3 signatures, 2 can.*ValleyHospital \(no key/) as string;
    const refusal = { code: 'ERR_SIGNATURES_MISSING', message };
    try {
      expect(await refused(edited(grown), 'Laboratory')).toMatchObject(refusal);
    } finally {
      for (const key of keys) renameSync(`${key}.away`, key);
    }
  });

  it('is refused while the peers of a majority are down', async () => {
    const names = ['ValleyHospital', 'Pharma', 'Regulator'];
    const stopped = names.map((name) => findOrganization(before, name));
    for (const each of stopped) await stopProcess(each, each.peer);
    const remedy = expect.stringContaining('network.sh restart peer0.pharma') as string;
    const refusal = { code: 'ERR_PEER_UNREACHABLE', remedy };
    expect(await refused(edited(grown), 'Laboratory')).toMatchObject(refusal);
  });
});

test('a network whose topology was appended to goes on, and tells what to do', async () => {
  const instance = edited(grown);
  expect(instance.organizations).toHaveLength(5);
  const status = await networkStatus(instance);
  const remedy = 'network.sh addOrg Laboratory';
  expect(status).toMatchObject({ state: 'running', waiting: ['Laboratory'], remedy });
  await up(instance);
  expect(findingsOf(await examine(instance))).toContainEqual({
    ok: true,
    message: 'Laboratory is in the topology, and not a member yet',
    remedy,
  });
});

test.each([
  'Making',
  'Starting peer0',
  `${channel}: update`,
  `${channel}: peer0`,
  'bare: approved',
])('an addition that is cut off at "%s" can be told', async (step) => {
  const cut = new Error('cut off');
  const instance = edited(grown);
  const adding = addOrganization(instance, 'Laboratory', (line) => {
    if (line.startsWith(step)) throw cut;
  });
  await expect(adding).rejects.toBe(cut);
  expect(instanceOf({ home, portBase, topology: instance.topology }).organizations).toHaveLength(5);
  // Before its identities are made, nothing has begun.
  if (step !== 'Making') {
    const findings = findingsOf(await examine(instance));
    const left = { ok: false, remedy: 'network.sh addOrg Laboratory' };
    expect(findings).toContainEqual(expect.objectContaining(left));
    const other = { ...laboratory, name: 'Pharmacy', domain: 'pharmacy.salus.example' };
    const refusal = { code: 'ERR_ORGANIZATION_PARTIAL' };
    expect(await refused(edited(appended(other)), 'Pharmacy')).toMatchObject(refusal);
  }
});

test('an addition that was cut off is completed: the organization sees the data and endorses', async () => {
  const addition = await addOrganization(edited(grown), 'Laboratory');
  expect(addition).toMatchObject({ changed: true, channels: [channel] });
  // The topology's policy names the laboratory now: that is the next sequence.
  expect(addition.chaincodes).toMatchObject([{ name: 'bare', sequence: 2, leftOut: [] }]);

  const instance = edited(grown);
  expect(instance.organizations).toHaveLength(6);
  const as = 'Laboratory';
  expect(await call(instance, 'query', ['get', 'before'], { as })).toBe('written by five');
  const endorsers = ['Laboratory', 'Pharma'];
  await call(instance, 'invoke', ['put', 'after', 'endorsed by two'], { as, endorsers });
  expect(await call(instance, 'query', ['get', 'after'], { as: 'Insurer' })).toBe(
    'endorsed by two',
  );
  // Without it the other one is too few.
  const alone = call(instance, 'invoke', ['put', 'after', 'x'], { endorsers: ['Pharma'] });
  await expect(alone).rejects.toMatchObject({ code: 'ERR_CHAINCODE' });
});

test('every member knows the new one', async () => {
  const instance = edited(grown);
  const tools = await fabricBinaries();
  for (const member of instance.organizations) {
    const config = await channelConfig(instance, member, tools, channel);
    expect(memberIds(config)).toContain('LaboratoryMSP');
    const { directories, name } = member;
    const file = path.join(directories.peerOrganization, `connection-${name.toLowerCase()}.json`);
    const { peers } = JSON.parse(readFileSync(file, 'utf8')) as { peers: object };
    expect(Object.keys(peers)).toContain('peer0.laboratory.salus.example');
  }
  const added = findOrganization(instance, 'Laboratory');
  expect(serversOf(added)).toHaveLength(1);
  const heights = await Promise.all(
    [added, findOrganization(instance, 'CityHospital')].map((each) =>
      channelHeight(instance, each, tools, channel),
    ),
  );
  expect(heights[0]).toBe(heights[1]);
});

test('adding it again, and deploying again, change nothing', async () => {
  const instance = edited(grown);
  expect(await addOrganization(instance, 'Laboratory')).toMatchObject({ changed: false });
  const tools = await fabricBinaries();
  const deployed = await deployCC({ channel, name: 'bare', folder }, { instance, tools });
  expect(deployed).toMatchObject([{ changed: false, leftOut: [] }]);
});

test('a second one is added to a network without a change of policy, and only catches up', async () => {
  const pharmacy = { ...laboratory, name: 'Pharmacy', domain: 'pharmacy.salus.example' };
  const more = { ...grown, ...appended(laboratory, pharmacy) };
  const addition = await addOrganization(edited(more), 'Pharmacy');
  expect(addition.chaincodes).toMatchObject([{ changed: false, sequence: 2, leftOut: [] }]);
  const instance = edited(more);
  expect(await call(instance, 'query', ['get', 'after'], { as: 'Pharmacy' })).toBe(
    'endorsed by two',
  );

  await stop(instance);
  await start(instance);
  expect(await networkStatus(instance)).toMatchObject({ state: 'running' });
  expect((await networkStatus(instance)).nodes).toHaveLength(14 + 2 * 2 + 7);
  // Whoever forgets the entry again is told.
  await expect(start(edited(grown))).rejects.toMatchObject({ code: 'ERR_STALE_STATE' });
});

test('down leaves nothing', async () => {
  const more = edited({ ...grown, ...appended(laboratory) });
  const pids = (await networkStatus(more)).nodes.map((each) => each.pid ?? 0);
  const ticks = pids.map(startTicksOf);
  await down(more);
  expect(pids.map((pid, index) => livenessOf(pid, ticks[index]))).not.toContain('running');
  expect(existsSync(home)).toBe(false);
  const organizations = appended(laboratory, {
    ...laboratory,
    name: 'Pharmacy',
    domain: 'pharmacy.salus.example',
  });
  await checkPorts(edited({ ...grown, ...organizations }));
});
