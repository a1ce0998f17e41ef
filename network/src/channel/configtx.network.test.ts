import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateIdentities } from '../crypto/cryptogen.js';
import { fabricBinaries } from '../fabric/binaries.js';
import { type Instance, instanceOf } from '../instance/instance.js';
import { runCommand } from '../instance/run-command.js';
import { loadTopology } from '../instance/topology.js';
import { configtxTemplate, fillConfigtx } from './configtx.js';

const scratch = mkdtempSync(path.join(tmpdir(), 'salus-configtx-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Group {
  groups: Record<string, Group>;
  values: Record<string, { value: Record<string, unknown> }>;
  policies: Record<string, { policy: { value: unknown } }>;
}

interface Block {
  data: { data: { payload: { data: { config: { channel_group: Group } } } }[] };
}

/** What configtxgen makes of the configtx.yaml in a folder, with nothing in its environment. */
async function genesisOf(folder: string): Promise<Group> {
  const { configtxgen } = await fabricBinaries();
  const run = (args: string[]) =>
    runCommand(configtxgen, args, { env: { FABRIC_CFG_PATH: folder }, cwd: tmpdir() });
  const block = path.join(scratch, 'stock.block');
  await run(['-profile', 'EdgeChannel', '-channelID', 'stock', '-outputBlock', block]);
  const { stdout } = await run(['-inspectBlock', block]);
  const [envelope] = (JSON.parse(stdout) as Block).data.data;
  if (!envelope) throw new Error('the block is empty');
  return envelope.payload.data.config.channel_group;
}

/** An instance with identities and its configtx.yaml. */
async function prepared(instance: Instance): Promise<Instance> {
  mkdirSync(instance.home, { recursive: true });
  await generateIdentities(instance, (await fabricBinaries()).cryptogen);
  const filled = fillConfigtx(readFileSync(configtxTemplate, 'utf8'), instance);
  writeFileSync(path.join(instance.home, 'configtx.yaml'), filled);
  return instance;
}

test('stock configtxgen reads the committed file, and finds in it what an instance writes', async () => {
  const repository = path.join(scratch, 'repository');
  const instance = await prepared(
    instanceOf({ home: path.join(repository, '.salus'), portBase: 7000, topology: loadTopology() }),
  );
  const network = path.join(repository, 'network');
  mkdirSync(network);
  copyFileSync(configtxTemplate, path.join(network, 'configtx.yaml'));
  const committed = await genesisOf(network);
  expect(committed).toEqual(await genesisOf(instance.home));

  const { Orderer, Application } = committed.groups;
  expect(Object.keys(Application?.groups ?? {})).toHaveLength(5);
  const { consenter_mapping: consenters } = Orderer?.values.Orderers?.value ?? {};
  expect(consenters).toHaveLength(4);
  expect(JSON.stringify(Orderer?.values.ConsensusType)).toContain('"BFT"');
  // A quorum of the four consenters signs a block.
  expect(JSON.stringify(Orderer?.policies.BlockValidation)).toContain('"n":3');
});

test("an instance's file has its own ports, and an organization that only its topology has", async () => {
  const topology = loadTopology();
  const laboratory = { domain: 'laboratory.salus.example', kinds: [], orderer: true, users: [] };
  const organizations = [...topology.organizations, { name: 'Laboratory', ...laboratory }];
  const instance = await prepared(
    instanceOf({
      home: path.join(scratch, 'other'),
      portBase: 9000,
      topology: { ...topology, organizations },
    }),
  );
  const { Orderer, Application } = (await genesisOf(instance.home)).groups;
  const added = Application?.groups.LaboratoryMSP;
  expect(added?.values.AnchorPeers?.value).toEqual({
    anchor_peers: [{ host: '127.0.0.1', port: 9103 }],
  });
  const policy = JSON.stringify(added?.policies);
  expect(policy).toContain('LaboratoryMSP');
  expect(policy).not.toContain('CityHospital');
  expect(Orderer?.groups.LaboratoryOrdererMSP?.values.Endpoints?.value).toEqual({
    addresses: ['127.0.0.1:9100'],
  });
  expect(JSON.stringify(Orderer?.values.Orderers)).toContain('LaboratoryOrdererMSP');
});
