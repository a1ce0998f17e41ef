import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@salus/client';
import { readRecord, registerRecords } from '@salus/client/records';
import { sharePatientsDetails } from '@salus/key-service';
import {
  addOrganization,
  cc,
  deployCC,
  down,
  fabricBinaries,
  instanceOf,
  loadTopology,
  newChannel,
  up,
} from '@salus/network';
import { coded } from '@salus/testing/coded';
import { CHANNEL } from '@salus/testing/consent-world';
import { eventually } from '@salus/testing/eventually';
import { RecordNetwork, TEXT } from '@salus/testing/record-network';
import { connectAs } from '@salus/testing/running-network';
import { TestWallet } from '@salus/testing/test-wallet';
import { portBaseOf } from '@salus/testing/port-plan';
import { HOME_VARIABLE } from './support/test-network.js';

const HARBOUR = 'HarbourHospitalMSP';

/** What an operator appends to the topology: data, and no line of code. */
const harbour = {
  ...{ name: 'HarbourHospital', domain: 'harbourhospital.salus.example', orderer: false },
  kinds: [],
  users: ['registrar', 'physician', 'keyservice', 'store'].map((role) => ({
    name: role,
    attributes: { 'salus.role': role },
  })),
};

describe('a third hospital on a running network', () => {
  const topology = loadTopology();
  const grown = { ...topology, organizations: [...topology.organizations, harbour] };
  let scratch: string;
  let network: RecordNetwork | undefined;
  let deployed: readonly unknown[];

  const instance = (of = grown) =>
    instanceOf({
      home: path.join(scratch, 'home'),
      portBase: portBaseOf('third-hospital'),
      topology: of,
    });
  /** Name, version and sequence of each contract that the channel runs. */
  const committed = async () => {
    const tools = await fabricBinaries();
    const listed = await cc({ action: 'list', channel: CHANNEL }, { instance: instance(), tools });
    return 'committed' in listed ? listed.committed : [];
  };

  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'salus-third-'));
    process.env[HOME_VARIABLE] = path.join(scratch, 'home');
    const before = instance(topology);
    await up(before);
    await newChannel(before, CHANNEL);
    const tools = await fabricBinaries();
    for (const name of ['membership', 'ehr']) {
      await deployCC({ channel: CHANNEL, name }, { instance: before, tools });
    }
  });

  afterAll(async () => {
    await network?.close();
    await down(instance());
    await rm(scratch, { recursive: true, force: true });
  });

  test('is added to the channel, and is no hospital yet', async () => {
    await using city = await connect(connectAs('CityHospital', 'registrar'));
    const before = await city.membership.registry();
    deployed = await committed();
    expect(instance().organizations).toHaveLength(5);
    await addOrganization(instance(), 'HarbourHospital');
    expect(instance().organizations).toHaveLength(6);
    await using registrar = await connect(connectAs('HarbourHospital', 'registrar'));
    expect(await registrar.membership.registry()).toEqual(before);
    const { jws } = await new TestWallet().statement('PatientRegistration.v1', {});
    await expect(registrar.ehr.registerPatient(jws)).rejects.toThrow(coded('ERR_FORBIDDEN'));
  });

  test('becomes one when a majority of the members approves', async () => {
    await using city = await connect(connectAs('CityHospital', 'Admin'));
    const member = { mspId: HARBOUR, kinds: ['hospital' as const] };
    const { value } = await city.membership.propose({ action: 'register', member });
    expect(value).toMatchObject({ status: 'OPEN', needed: 3 });
    for (const [name, status] of [
      ['Insurer', 'OPEN'],
      ['Regulator', 'IN_FORCE'],
    ] as const) {
      await using other = await connect(connectAs(name, 'Admin'));
      const { value: now } = await other.membership.approve(value.proposalId);
      expect(now.status).toBe(status);
    }
    // City's peer gets the block a moment later than the regulator's.
    await eventually(async () => {
      expect(await city.membership.membersOf('hospital')).toContain(HARBOUR);
    });
  });

  test("reads another hospital's record that a patient opens to it, details and content", async () => {
    const records = (network = await RecordNetwork.open('HarbourHospital'));
    const { reader } = records;
    const wallet = await records.patient();
    const { pseudonym } = wallet;
    const recordId = await records.register(wallet);
    const at = { pseudonym, recordId };
    await eventually(() => reader.client.ehr.getRecord(at));
    await expect(reader.client.ehr.readDetails(at)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    await records.grantCategory(wallet);
    expect(await records.shareDetails(wallet)).toMatchObject({ shared: 1, purged: 0, faults: [] });
    // Each peer gets a block a moment after the one that its submitter waited for.
    await eventually(async () => {
      expect((await reader.client.ehr.readDetails(at)).details.category).toBe('laboratory');
    });
    // With its own key service alone: it holds the details, and the category's key.
    const alone = { ...reader, keyServices: reader.keyServices.slice(0, 1) };
    const { content } = await readRecord(alone, { ...at, purpose: 'TREAT' });
    expect(content.toString()).toBe(TEXT);
    await using valley = await connect(connectAs('ValleyHospital', 'physician'));
    await expect(valley.ehr.readDetails(at)).rejects.toThrow(coded('ERR_FORBIDDEN'));
  });

  test('keeps records of its own, and shares them', async () => {
    await using registrar = await connect(connectAs('HarbourHospital', 'registrar'));
    await using keyService = await connect(connectAs('HarbourHospital', 'keyservice'));
    await using city = await connect(connectAs('CityHospital', 'physician'));
    if (!network) throw new Error('The reader is not set up');
    const wallet = await network.patient();
    const { pseudonym } = wallet;
    const { desk, rings } = network;
    await eventually(() => registrar.ehr.getPatient(pseudonym));
    const custodianKey = rings.get(HARBOUR)?.current.publicKey ?? '';
    await registerRecords(
      [
        {
          ...{ recordId: 'harbours', category: 'laboratory', labels: [], name: 'Iron', links: [] },
          contentType: 'application/fhir+json',
          content: Buffer.from(TEXT),
        },
      ],
      wallet.known,
      { ...desk, mspId: HARBOUR, ehr: registrar.ehr, custodianKey },
    );
    const grantee = { mspId: city.mspId };
    const scope = { categoryTags: [wallet.tag('laboratory')] };
    await registrar.ehr.grantAccess((await wallet.grant({ grantee, scope })).jws);
    const { ehr: ledger } = keyService;
    const done = await sharePatientsDetails(pseudonym, { mspId: HARBOUR, ledger });
    expect(done).toMatchObject({ shared: 1, purged: 0, faults: [] });
    await eventually(async () => {
      const { details } = await city.ehr.readDetails({ pseudonym, recordId: 'harbours' });
      expect(details.category).toBe('laboratory');
    });
  });

  test('took no other version of a contract, and no other definition', async () => {
    expect(deployed).toHaveLength(2);
    expect(await committed()).toEqual(deployed);
  });
});
