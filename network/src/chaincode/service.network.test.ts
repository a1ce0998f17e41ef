import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'node:tls';
import { portBaseOf } from '@salus/testing/port-plan';
import { fabricBinaries } from '../fabric/binaries.js';
import type { Organization } from '../instance/organization.js';
import { restartNode, start, stop } from '../lifecycle/network.js';
import { restartEnded } from '../lifecycle/restart-ended.js';
import { stopProcess } from '../supervisor/client.js';
import { ChaincodeNetwork, serversOf } from '../test-support/chaincode-network.js';
import { exposedFiles } from '../test-support/exposed-files.js';
import { chaincodeTlsFiles } from './builders.js';
import { cc, deployCC } from './commands.js';
import { Lifecycle } from './lifecycle.js';
import { supervisedHost } from './supervised-host.js';
import { refreshServers } from './watch.js';

const network = new ChaincodeNetwork(portBaseOf('chaincode-service'));
const { instance, channel } = network;
const city = network.member('CityHospital');
const pharma = network.member('Pharma');

beforeAll(() => network.up());
afterAll(() => network.down());

describe('a chaincode as a service', () => {
  const first = network.contractCopy('bare');

  it('is not installed anywhere with an endorsement policy that can not be read', async () => {
    const options = { channel, name: 'bare', folder: first, version: '1.0' };
    const deployed = deployCC({ ...options, signaturePolicy: 'garbage(' }, await network.context());
    await expect(deployed).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('garbage(') as string,
    });
    const lifecycle = new Lifecycle(instance, await fabricBinaries());
    for (const organization of instance.organizations) {
      expect(await lifecycle.queryInstalled(organization)).toEqual([]);
      expect(serversOf(organization)).toEqual([]);
    }
    expect(existsSync(path.join(instance.home, 'channel-artifacts', 'chaincode'))).toBe(false);
  });

  it('is deployed with a server for every organization, and again only if something changed', async () => {
    expect(await network.deploy(first)).toMatchObject({ changed: true, sequence: 1 });
    for (const organization of instance.organizations) {
      expect(serversOf(organization)).toHaveLength(1);
    }
    await network.call('invoke', 'put', 'key', 'value');
    expect(await network.deploy(first)).toMatchObject({ changed: false, sequence: 1 });
    expect(await network.call('query', 'get', 'key')).toBe('value');
  });

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

  it('adds no file that others may read but packages and code', () => {
    const exposed = exposedFiles(instance.home).filter(
      (name) => !/^channel-artifacts\/|^nodes\/[^/]+\.salus\.example(\/code(\/|$)|$)/.test(name),
    );
    expect(exposed).toEqual([]);
  });

  it('comes back when the network is stopped and started', async () => {
    await stop(instance);
    await start(instance);
    expect(await network.deploy(first)).toMatchObject({ changed: false });
    expect(await network.call('query', 'get', 'key')).toBe('value');
  });

  it('is upgraded in place, and goes back, without losing state', async () => {
    const next = network.contractCopy('next');
    appendFileSync(
      path.join(next, 'lib', 'index.js'),
      "BareContract.prototype.hello = async () => 'hello';\n",
    );
    const [before] = serversOf(city);
    expect(await network.deploy(next, '1.1')).toMatchObject({ changed: true, sequence: 2 });
    expect(await network.call('query', 'hello')).toBe('hello');
    expect(await network.call('query', 'get', 'key')).toBe('value');
    expect(serversOf(city)).not.toContain(before);
    expect(serversOf(city)).toHaveLength(1);

    expect(await network.deploy(first)).toMatchObject({ changed: true, sequence: 3 });
    expect(serversOf(city)).toEqual([before]);
    expect(await network.call('query', 'get', 'key')).toBe('value');
    await expect(network.call('query', 'hello')).rejects.toThrow('hello');
  });

  it('that does not start leaves nothing behind', async () => {
    const broken = network.contractCopy('broken');
    writeFileSync(path.join(broken, 'lib', 'index.js'), "throw new Error('no such luck');\n");
    await expect(network.deploy(broken, '2.0')).rejects.toThrow('no such luck');
    const committed = await new Lifecycle(instance, await fabricBinaries()).queryCommitted(
      city,
      channel,
      'bare',
    );
    expect(committed).toMatchObject({ version: '1.0', sequence: 3 });
    expect(serversOf(city)).toHaveLength(1);
  });

  it('follows its sources under --watch with the same package', async () => {
    const developed = network.contractCopy('developed');
    const { packageId } = await network.deploy(developed);
    appendFileSync(
      path.join(developed, 'lib', 'index.js'),
      "BareContract.prototype.fresh = async () => 'fresh';\n",
    );
    const host = supervisedHost(instance);
    await refreshServers(
      { ...(await network.context()), host },
      { channel, name: 'bare', folder: developed },
    );
    expect(await network.call('query', 'fresh')).toBe('fresh');
    const { stdout } = await network.peer(city, ['lifecycle', 'chaincode', 'queryinstalled']);
    expect(stdout).toContain(packageId);
    cpSync(path.join(first, 'lib'), path.join(developed, 'lib'), { recursive: true });
    expect(await network.deploy(developed)).toMatchObject({ changed: false });
    await expect(network.call('query', 'fresh')).rejects.toThrow('fresh');
  });
});

describe('deploying while peers are down', () => {
  const folder = network.contractCopy('majority');
  const stopPeer = (organization: Organization) => stopProcess(organization, organization.peer);

  afterEach(() => restartEnded(instance));

  it('goes on with a majority; who was left out catches up with the same command', async () => {
    await stopPeer(pharma);
    const deployed = await network.deploy(folder, '3.0');
    expect(deployed).toMatchObject({ changed: true, leftOut: ['Pharma'] });
    await network.call('invoke', 'put', 'majority', 'yes');
    expect(serversOf(pharma)).toEqual([]);

    await restartNode(instance, pharma.peer);
    expect(await network.deploy(folder, '3.0')).toMatchObject({ changed: false, leftOut: [] });
    expect(serversOf(pharma)).toHaveLength(1);
    const query = { action: 'query', channel, name: 'bare', as: 'Pharma' } as const;
    const constructorJson = '{"function":"get","Args":["majority"]}';
    expect(await cc({ ...query, constructorJson }, await network.context())).toMatchObject({
      result: 'yes',
    });
  });

  it('names the peers that a majority lacks, and changes nothing', async () => {
    const down = [pharma, network.member('Insurer'), network.member('Regulator')];
    await Promise.all(down.map(stopPeer));
    await expect(network.deploy(folder, '4.0')).rejects.toMatchObject({
      code: 'ERR_PEER_UNREACHABLE',
      message: expect.stringContaining('no answer from peer0.insurer.salus.example') as string,
      remedy: expect.stringContaining('restart peer0.regulator.salus.example') as string,
    });
    await restartEnded(instance);
    expect(await network.deploy(folder, '3.0')).toMatchObject({ changed: false, leftOut: [] });
  });
});

test('an unknown channel has a code of its own', async () => {
  const unknown = { code: 'ERR_CHANNEL_UNKNOWN' };
  const context = await network.context();
  const call = { channel: 'nowhere', name: 'bare', constructorJson: '{"Args":["get","a"]}' };
  const folder = network.contractCopy('nowhere');
  await expect(
    deployCC({ channel: 'nowhere', name: 'bare', folder }, context),
  ).rejects.toMatchObject(unknown);
  for (const action of ['list', 'query', 'invoke'] as const) {
    await expect(cc({ ...call, action }, context)).rejects.toMatchObject(unknown);
  }
});
