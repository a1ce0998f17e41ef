import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { fabricBinaries } from '../fabric/binaries.js';
import { findOrganization, instanceOf, nodeDirectory } from '../instance.js';
import { down, newChannel, start, stop, up } from '../network.js';
import type { Organization } from '../organization.js';
import { status } from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';
import { chaincodeTlsFiles } from './builders.js';
import { cc, deployCC } from './commands.js';
import { readContractFolder } from './contract-folder.js';
import { Lifecycle, peerTargets } from './lifecycle.js';
import { packageChaincode } from './package.js';
import { peerEnvironment, runPeer, runPeerWithOrderer } from './peer-command.js';
import { bookAddress, startServer } from './server.js';
import { supervisedHost } from './supervised-host.js';
import { refreshServers } from './watch.js';

const repository = path.join(__dirname, '..', '..', '..');
const scratch = mkdtempSync(path.join(tmpdir(), 'salus-chaincode-'));
const instance = instanceOf({ home: path.join(scratch, 'home'), portBase: 19_000 });
const channel = 'edge-chaincode';
const city = findOrganization(instance, 'CityHospital');
const pharma = findOrganization(instance, 'Pharma');
const insurer = findOrganization(instance, 'Insurer');
const policy = "OutOf(2, 'CityHospitalMSP.peer', 'PharmaMSP.peer', 'InsurerMSP.peer')";

/** The peer command as a user of one organization, and nothing else. */
async function peer(organization: Organization, args: readonly string[], user?: string) {
  const tools = await fabricBinaries();
  return runPeer(tools, peerEnvironment(instance, organization, tools, user), args);
}

async function peerToOrderer(organization: Organization, args: readonly string[], user?: string) {
  const tools = await fabricBinaries();
  const environment = peerEnvironment(instance, organization, tools, user);
  return runPeerWithOrderer(instance, organization, tools, args, environment);
}

/** Approval by a majority, of whom some run the chaincode, and commit: nothing but the peer command. */
async function agree(name: string, packageId: string, running: readonly Organization[]) {
  const definition = [
    ...['--channelID', channel, '--name', name, '--version', '1', '--sequence', '1'],
    ...['--signature-policy', policy],
  ];
  const lifecycle = (step: string) => ['lifecycle', 'chaincode', step, ...definition];
  for (const organization of [city, pharma, insurer]) {
    await peerToOrderer(organization, [
      ...lifecycle('approveformyorg'),
      ...(running.includes(organization) ? ['--package-id', packageId] : []),
    ]);
  }
  const targets = peerTargets(instance, [city, pharma, insurer]);
  await peerToOrderer(city, [...lifecycle('commit'), ...targets]);
}

const context = async () => ({ instance, tools: await fabricBinaries() });
const deploy = async (folder: string, version = '1.0') => {
  const [result] = await deployCC({ channel, name: 'bare', folder, version }, await context());
  if (!result) throw new Error('nothing was deployed');
  return result;
};
const call = async (action: 'invoke' | 'query', ...[name, ...args]: string[]) => {
  const constructorJson = JSON.stringify({ function: name, Args: args });
  const result = await cc({ action, channel, name: 'bare', constructorJson }, await context());
  return 'result' in result ? result.result : '';
};

/** Names of an organization's chaincode servers that run. */
const serversOf = (organization: Organization) =>
  status(organization)
    .processes.filter((each) => each.spec.kind === 'chaincode')
    .filter((each) => livenessOf(each.pid, each.startTicks) === 'running')
    .map((each) => each.spec.name);

/** Command lines of the chaincode that an organization's peer has launched itself. */
function launchedBy(organization: Organization): string[] {
  const builds = path.join(nodeDirectory(instance, organization.peer), 'data', 'externalbuilder');
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(builds));
}

/** A copy of the bare contract that a test may change. */
function contractCopy(name: string): string {
  const folder = path.join(scratch, name);
  cpSync(path.join(repository, 'bench', 'bare-contract'), folder, { recursive: true });
  return folder;
}

beforeAll(async () => {
  symlinkSync(path.join(repository, 'node_modules'), path.join(scratch, 'node_modules'));
  await up(instance);
  await newChannel(instance, channel);
}, 180_000);

afterAll(async () => {
  await down(instance);
  rmSync(scratch, { recursive: true, force: true });
}, 60_000);

describe('a chaincode as a service', () => {
  const first = contractCopy('bare');

  it('is deployed with a server for every organization, and again only if something changed', async () => {
    expect(await deploy(first)).toMatchObject({ changed: true, sequence: 1 });
    for (const organization of instance.organizations) {
      expect(serversOf(organization)).toHaveLength(1);
    }
    await call('invoke', 'put', 'key', 'value');
    expect(await deploy(first)).toMatchObject({ changed: false, sequence: 1 });
    expect(await call('query', 'get', 'key')).toBe('value');
  }, 60_000);

  it('refuses who has no certificate of its organization', async () => {
    const tls = chaincodeTlsFiles(city);
    const other = chaincodeTlsFiles(pharma);
    const connectWith = (certificate?: string, key?: string) =>
      new Promise<'refused' | 'accepted'>((resolve) => {
        const socket = connect({
          host: instance.host,
          port: city.ports.chaincode[0],
          ca: readFileSync(tls.ca),
          ALPNProtocols: ['h2'],
          ...(certificate && key
            ? { cert: readFileSync(certificate), key: readFileSync(key) }
            : {}),
        });
        const end = (result: 'refused' | 'accepted') => {
          socket.destroy();
          resolve(result);
        };
        // With TLS 1.3 the server refuses after the client's handshake is done; it speaks first if not.
        socket.once('data', () => end('accepted'));
        socket.once('error', () => end('refused'));
        socket.once('close', () => end('refused'));
      });
    expect(await connectWith()).toBe('refused');
    expect(await connectWith(other.clientCertificate, other.clientKey)).toBe('refused');
    expect(await connectWith(tls.clientCertificate, tls.clientKey)).toBe('accepted');
  });

  it('comes back when the network is stopped and started', async () => {
    await stop(instance);
    await start(instance);
    expect(await deploy(first)).toMatchObject({ changed: false });
    expect(await call('query', 'get', 'key')).toBe('value');
  }, 90_000);

  it('is upgraded in place, and goes back, without losing state', async () => {
    const next = contractCopy('next');
    appendFileSync(
      path.join(next, 'lib', 'index.js'),
      "BareContract.prototype.hello = async () => 'hello';\n",
    );
    const [before] = serversOf(city);
    expect(await deploy(next, '1.1')).toMatchObject({ changed: true, sequence: 2 });
    expect(await call('query', 'hello')).toBe('hello');
    expect(await call('query', 'get', 'key')).toBe('value');
    expect(serversOf(city)).not.toContain(before);
    expect(serversOf(city)).toHaveLength(1);

    expect(await deploy(first)).toMatchObject({ changed: true, sequence: 3 });
    expect(serversOf(city)).toEqual([before]);
    expect(await call('query', 'get', 'key')).toBe('value');
    await expect(call('query', 'hello')).rejects.toThrow('hello');
  }, 90_000);

  it('that does not start leaves nothing behind', async () => {
    const broken = contractCopy('broken');
    writeFileSync(path.join(broken, 'lib', 'index.js'), "throw new Error('no such luck');\n");
    await expect(deploy(broken, '2.0')).rejects.toThrow('no such luck');
    const committed = await new Lifecycle(instance, await fabricBinaries()).queryCommitted(
      city,
      channel,
      'bare',
    );
    expect(committed).toMatchObject({ version: '1.0', sequence: 3 });
    expect(serversOf(city)).toHaveLength(1);
  }, 60_000);

  it('follows its sources under --watch with the same package', async () => {
    const developed = contractCopy('developed');
    const { packageId } = await deploy(developed);
    appendFileSync(
      path.join(developed, 'lib', 'index.js'),
      "BareContract.prototype.fresh = async () => 'fresh';\n",
    );
    const host = supervisedHost(instance);
    await refreshServers(
      { ...(await context()), host },
      { channel, name: 'bare', folder: developed },
    );
    expect(await call('query', 'fresh')).toBe('fresh');
    const { stdout } = await peer(city, ['lifecycle', 'chaincode', 'queryinstalled']);
    expect(stdout).toContain(packageId);
    cpSync(path.join(first, 'lib'), path.join(developed, 'lib'), { recursive: true });
    expect(await deploy(developed)).toMatchObject({ changed: false });
    await expect(call('query', 'fresh')).rejects.toThrow('fresh');
  }, 60_000);
});

describe('with nothing but the peer command', () => {
  it('a contract folder is packaged, installed, agreed on and called', async () => {
    const file = path.join(scratch, 'drug.tar.gz');
    const folder = path.join(repository, 'chaincode', 'drug-contract');
    await peer(city, [
      ...['lifecycle', 'chaincode', 'package', file],
      ...['--lang', 'node', '--path', folder, '--label', 'stock_1'],
    ]);
    for (const organization of [city, pharma]) {
      await peer(organization, ['lifecycle', 'chaincode', 'install', file]);
    }
    const installed = await peer(city, ['lifecycle', 'chaincode', 'queryinstalled']);
    const packageId = /Package ID: (stock_1:[0-9a-f]{64})/.exec(installed.stdout)?.[1] ?? '';
    await agree('stock', packageId, [city, pharma]);

    const request = {
      gtin: '09506000134352',
      lot: 'LOT1',
      expiry: '2030-01-31',
      units: [{ sscc: '095060001343520000', contentsRoot: 'ab'.repeat(32), count: 10 }],
    };
    const on = ['-C', channel, '-n', 'stock'];
    const callOf = (name: string, argument: unknown) => [
      '-c',
      JSON.stringify({ function: name, Args: [JSON.stringify(argument)] }),
    ];
    await peerToOrderer(
      pharma,
      [
        ...['chaincode', 'invoke', ...on, '--waitForEvent', ...callOf('registerBatch', request)],
        ...peerTargets(instance, [city, pharma]),
      ],
      'manufacturer',
    );
    const { gtin, lot } = request;
    const query = ['chaincode', 'query', ...on, ...callOf('getBatch', { gtin, lot })];
    const { stdout } = await peer(city, query, 'physician');
    expect(JSON.parse(stdout)).toMatchObject({ gtin, lot, manufacturer: 'PharmaMSP' });
  }, 240_000);

  it('a package of a chaincode as a service is installed and agreed on', async () => {
    const contract = readContractFolder(contractCopy('service'));
    const made = await packageChaincode('service', '1', contract);
    const file = path.join(scratch, 'service.tar.gz');
    writeFileSync(file, made.bytes);
    for (const organization of [city, pharma]) {
      bookAddress(instance, organization, made.service);
      await peer(organization, ['lifecycle', 'chaincode', 'install', file]);
      await startServer(instance, supervisedHost(instance), organization, contract, made);
    }
    const { stdout } = await peer(city, ['lifecycle', 'chaincode', 'calculatepackageid', file]);
    expect(stdout.trim()).toBe(made.packageId);
    await agree('service', made.packageId, [city, pharma]);
    const on = ['-C', channel, '-n', 'service', '-c'];
    await peerToOrderer(city, [
      ...['chaincode', 'invoke', '--waitForEvent', ...on, '{"function":"put","Args":["a","1"]}'],
      ...peerTargets(instance, [city, pharma]),
    ]);
    await delay(200);
    const got = await peer(pharma, [
      'chaincode',
      'query',
      ...on,
      '{"function":"get","Args":["a"]}',
    ]);
    expect(got.stdout.trim()).toBe('1');
  }, 90_000);

  it("a killed peer's chaincode ends with it", async () => {
    const running = status(city).processes.find((each) => each.spec.name === city.peer);
    expect(launchedBy(city)).not.toEqual([]);
    process.kill(running?.pid ?? 0, 'SIGKILL');
    const end = Date.now() + 10_000;
    while (launchedBy(city).length > 0 && Date.now() < end) await delay(200);
    expect(launchedBy(city)).toEqual([]);
  }, 30_000);
});
