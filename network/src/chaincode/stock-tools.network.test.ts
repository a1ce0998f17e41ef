import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@salus/testing/eventually';
import { portBaseOf } from '@salus/testing/port-plan';
import { nodeDirectory } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { status } from '../supervisor/client.js';
import { ChaincodeNetwork, repository } from '../test-support/chaincode-network.js';
import { deployCC } from './commands.js';
import { readContractFolder } from './contract-folder.js';
import { peerTargets } from './lifecycle.js';
import { packageChaincode } from './package.js';
import { bookAddress, startServer } from './server.js';
import { supervisedHost } from './supervised-host.js';

const network = new ChaincodeNetwork(portBaseOf('stock-tools'));
const { instance, channel, scratch } = network;
const city = network.member('CityHospital');
const pharma = network.member('Pharma');
const insurer = network.member('Insurer');
const policy = "OutOf(2, 'CityHospitalMSP.peer', 'PharmaMSP.peer', 'InsurerMSP.peer')";

/** Approval by a majority, of whom some run the chaincode, and commit: nothing but the peer command. */
async function agree(name: string, packageId: string, running: readonly Organization[]) {
  const definition = [
    ...['--channelID', channel, '--name', name, '--version', '1', '--sequence', '1'],
    ...['--signature-policy', policy],
  ];
  const lifecycle = (step: string) => ['lifecycle', 'chaincode', step, ...definition];
  for (const organization of [city, pharma, insurer]) {
    await network.peerToOrderer(organization, [
      ...lifecycle('approveformyorg'),
      ...(running.includes(organization) ? ['--package-id', packageId] : []),
    ]);
  }
  const targets = peerTargets(instance, [city, pharma, insurer]);
  await network.peerToOrderer(city, [...lifecycle('commit'), ...targets]);
}

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

beforeAll(async () => {
  await network.up();
  // The contract that is packaged asks the registry who is a manufacturer.
  await deployCC({ channel, name: 'membership' }, await network.context());
});
afterAll(() => network.down());

describe('with nothing but the peer command', () => {
  it('a contract folder is packaged, installed, agreed on and called', async () => {
    const file = path.join(scratch, 'drug.tar.gz');
    const folder = path.join(repository, 'chaincode', 'drug-contract');
    await network.peer(city, [
      ...['lifecycle', 'chaincode', 'package', file],
      ...['--lang', 'node', '--path', folder, '--label', 'stock_1'],
    ]);
    for (const organization of [city, pharma]) {
      await network.peer(organization, ['lifecycle', 'chaincode', 'install', file]);
    }
    const installed = await network.peer(city, ['lifecycle', 'chaincode', 'queryinstalled']);
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
    await network.peerToOrderer(
      pharma,
      [
        ...['chaincode', 'invoke', ...on, '--waitForEvent', ...callOf('registerBatch', request)],
        ...peerTargets(instance, [city, pharma]),
      ],
      'manufacturer',
    );
    const { gtin, lot } = request;
    const query = ['chaincode', 'query', ...on, ...callOf('getBatch', { gtin, lot })];
    const { stdout } = await network.peer(city, query, 'physician');
    expect(JSON.parse(stdout)).toMatchObject({ gtin, lot, manufacturer: 'PharmaMSP' });
  });

  it('a package of a chaincode as a service is installed and agreed on', async () => {
    const contract = readContractFolder(network.contractCopy('service'));
    const made = await packageChaincode('service', '1', contract);
    const file = path.join(scratch, 'service.tar.gz');
    writeFileSync(file, made.bytes);
    for (const organization of [city, pharma]) {
      bookAddress(instance, organization, made.service);
      await network.peer(organization, ['lifecycle', 'chaincode', 'install', file]);
      await startServer(instance, supervisedHost(instance), organization, contract, made);
    }
    const { stdout } = await network.peer(city, [
      'lifecycle',
      'chaincode',
      'calculatepackageid',
      file,
    ]);
    expect(stdout.trim()).toBe(made.packageId);
    await agree('service', made.packageId, [city, pharma]);
    const on = ['-C', channel, '-n', 'service', '-c'];
    await network.peerToOrderer(city, [
      ...['chaincode', 'invoke', '--waitForEvent', ...on, '{"function":"put","Args":["a","1"]}'],
      ...peerTargets(instance, [city, pharma]),
    ]);
    const query = ['chaincode', 'query', ...on, '{"function":"get","Args":["a"]}'];
    await eventually(async () => {
      const { stdout: got } = await network.peer(pharma, query);
      expect(got.trim()).toBe('1');
    });
  });

  it("a killed peer's chaincode ends with it", async () => {
    const running = status(city).processes.find((each) => each.spec.name === city.peer);
    expect(launchedBy(city)).not.toEqual([]);
    process.kill(running?.pid ?? 0, 'SIGKILL');
    await eventually(() => expect(launchedBy(city)).toEqual([]));
  });
});
