import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { furnish, serve, type Served } from '@salus/testing/salus-process';
import { shellLines } from '../../scripts/documents/blocks.js';
import { repository } from './deployment.js';
import { Guide, passphrase } from './support/guide.js';
import { linesElsewhere } from './support/lines-elsewhere.js';
import { describeBackup } from './support/guide-backup.js';
import { describeClaims } from './support/guide-claims.js';
import { describeDrug } from './support/guide-drug.js';
import { networkCommand, testNetworkHome } from './support/test-network.js';
import { told, waitingRequest } from './support/told.js';

const STORE = 'salus store serve --home HOME';

/** A synthetic patient with a finding of the laboratory. */
const bundle = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: { resourceType: 'Patient', id: 'guide', birthDate: '1970-01-01' } },
    {
      resource: {
        resourceType: 'Observation',
        id: 'glucose',
        status: 'final',
        category: [
          {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/observation-category',
                code: 'laboratory',
              },
            ],
          },
        ],
        code: { coding: [{ system: 'http://loinc.org', code: '15074-8' }] },
        subject: { reference: 'Patient/guide' },
        effectiveDateTime: '2026-02-01T09:30:00Z',
        valueQuantity: { value: 6.3, unit: 'mmol/l' },
      },
    },
  ],
};

const guide = new Guide();
const networkLines = shellLines()
  .map(({ line }) => line)
  .filter((line) => line.startsWith('network/network.sh '))
  .filter((line) => !linesElsewhere.some(({ lines }) => lines.test(line)));

let wallet: Served | undefined;

afterAll(async () => {
  await wallet?.stop();
  await guide.close();
});

describe('the lines of the guides about a network', () => {
  it.each(networkLines)('%s', async (line) => {
    const [, ...words] = guide.claim(line).split(' ');
    await networkCommand(testNetworkHome(), ...words);
  });
});

describe('the lines of the guides about records', () => {
  const [desk, patient, cityKeys, cityStore, valleyStore, insurerStore, pharmaStore, office] = [
    ...['desk', 'patient', 'city-keys', 'city-store', 'valley-store', 'insurer-store'],
    ...['pharma-store', 'privacy-office'],
  ].map((actor) => guide.home(actor)) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  let stores: Record<string, string>;
  let keys: string;
  let pseudonym: string;
  let recordId: string;

  const place = (organisation: string) => `${organisation}=${stores[organisation] ?? ''}`;
  const textOf = (home: string, file: string) => readFileSync(path.join(home, file), 'utf8');
  const hand = (from: string, file: string, to: string, as = file) =>
    copyFileSync(path.join(from, file), path.join(to, as));
  const settle = (home: string, more: object) => {
    const file = path.join(home, 'salus.json');
    const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
    writeFileSync(file, JSON.stringify({ ...kept, ...more }));
  };
  const idIn = (output: string) => {
    const [, id] = /^recordId: ([0-9a-f]{64})$/m.exec(output) ?? [];
    if (id === undefined) throw new Error(`No record in: ${output}`);
    return id;
  };

  beforeAll(async () => {
    furnish(cityKeys, 'CityHospital', 'keyservice');
    furnish(cityStore, 'CityHospital', 'store');
    furnish(valleyStore, 'ValleyHospital', 'store');
    furnish(insurerStore, 'Insurer', 'store');
    furnish(pharmaStore, 'Pharma', 'store');
    furnish(office, 'Regulator', 'privacy-officer');
    furnish(desk, 'CityHospital', 'registrar');
    const serveStore = (home: string) => guide.serve(STORE, home, { HOME: home });
    const [city, valley, insurer] = await Promise.all(
      [cityStore, valleyStore, insurerStore].map(serveStore),
    );
    stores = {
      CityHospitalMSP: city ?? '',
      ValleyHospitalMSP: valley ?? '',
      InsurerMSP: insurer ?? '',
    };
    keys = await guide.serve('SALUS_PASSPHRASE=… salus keys serve', cityKeys, passphrase);
    settle(desk, { stores, keys: [keys] });
    await told(patient, '--channel', 'edge-east', 'wallet', 'init');
    settle(patient, { channel: 'edge-east' });
    wallet = await serve(patient, 'wallet', 'serve');
    writeFileSync(path.join(desk, 'bundle.json'), JSON.stringify(bundle));
    for (const file of ['scan.dcm', 'scan2.dcm']) {
      writeFileSync(path.join(desk, file), `synthetic ${file}`);
    }
  });

  it('start a store behind a proxy, which tells the address that others reach it by', async () => {
    const line = `${STORE} --port 8401 --public-url https://store.cityhospital.example`;
    const url = await guide.serve(line, pharmaStore, { HOME: pharmaStore, 8401: '0' });
    expect(url).toBe('https://store.cityhospital.example');
  });

  it('admit a patient, who approves in the wallet', async () => {
    await guide.type("salus wallet invite 'City Hospital' --out city.invitation", patient);
    hand(patient, 'city.invitation', desk);
    const admitting = guide.type('salus ehr admit city.invitation --out patient.json --new', desk);
    const id = await waitingRequest(patient, admitting);
    expect(await guide.type('salus wallet requests', patient)).toContain(id);
    await guide.type('salus wallet approve REQUEST', patient, { REQUEST: id });
    await admitting;
    ({ pseudonym } = JSON.parse(textOf(desk, 'patient.json')) as { pseudonym: string });
    expect(pseudonym).toHaveLength(43);
  });

  it('import a bundle, register a file, and amend it', async () => {
    await guide.type('salus import bundle.json --patient patient.json --needed 3', desk);
    const label = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R';
    const scan = await guide.type(
      "salus ehr register scan.dcm --patient patient.json --category imaging --label 'system|code'",
      desk,
      { 'system|code': label },
    );
    const amended = await guide.type(
      'salus ehr amend RECORD scan2.dcm --patient patient.json',
      desk,
      { RECORD: idIn(scan) },
    );
    recordId = idIn(amended);
    type Listed = { readonly recordId: string };
    const listed = await told<Listed>(desk, 'ehr', 'records', pseudonym);
    expect(listed.map((one) => one.recordId)).toEqual(
      expect.arrayContaining([idIn(scan), recordId]),
    );
    expect(listed).toHaveLength(4);
  });

  it('read a record with the stores and key services of salus.json', async () => {
    const filled = { PSEUDONYM: pseudonym, RECORD: recordId };
    await guide.type('salus ehr read PSEUDONYM RECORD --purpose TREAT --out file', desk, filled);
    expect(textOf(desk, 'file')).toBe('synthetic scan2.dcm');
    const line =
      'salus ehr readable-records PSEUDONYM --purpose TREAT --category laboratory --from 2026-01-01';
    const readable = await guide.type(line, desk, { PSEUDONYM: pseudonym });
    expect(readable.match(/[0-9a-f]{64}/)).not.toBeNull();
    expect(readable).not.toContain(recordId);
  });

  it('let the patient read a record that an institution fetches', async () => {
    await guide.type('salus --json wallet request-access RECORD > request.json', patient, {
      RECORD: recordId,
    });
    hand(patient, 'request.json', desk);
    await guide.type('salus ehr fetch request.json --out sealed.json', desk);
    expect(textOf(desk, 'sealed.json')).not.toContain('synthetic');
    hand(desk, 'sealed.json', patient);
    await guide.type('salus wallet open sealed.json --out file', patient);
    expect(textOf(patient, 'file')).toBe('synthetic scan2.dcm');
  });

  it('prove a decision with a receipt, without a network', async () => {
    expect(await guide.type('npx salus --help', desk)).toContain('Usage: salus');
    await guide.type('npx salus channel-config --out channel.block', desk);
    type Entry = { readonly decisionId?: string };
    const trail = await told<Entry>(desk, 'ehr', 'audit', pseudonym);
    const { decisionId = '' } = trail.find((entry) => entry.decisionId !== undefined) ?? {};
    await guide.type('npx salus receipt DECISION_ID --out receipt.json', desk, {
      DECISION_ID: decisionId,
    });
    const verify = 'npx salus verify receipt receipt.json --channel-config channel.block';
    expect(await guide.type(verify, desk)).toContain(decisionId);
    const receipt = textOf(desk, 'receipt.json');
    writeFileSync(
      path.join(desk, 'receipt.json'),
      receipt.replace('"permitted":true', '"permitted":false'),
    );
    await expect(guide.type(verify, desk)).rejects.toThrow(/ERR_RECEIPT_/);
  });

  it('run many commands in one shell', async () => {
    const line = `printf '%s\\n' '["whoami"]' '["ehr","details","PSEUDONYM","RECORD"]' | salus shell`;
    const answers = await guide.type(line, desk, { PSEUDONYM: pseudonym, RECORD: recordId });
    const lines = answers.split('\n').filter((one) => one !== '');
    expect(lines.map((one) => JSON.parse(one) as object)).toMatchObject([
      { exitCode: 0, results: [{ mspId: 'CityHospitalMSP' }] },
      { exitCode: 0, results: [{ details: { recordId } }] },
    ]);
  });

  it('look at keys, emergencies and stores', async () => {
    const registry = await guide.type('salus ehr hpke-keys CityHospitalMSP', desk);
    expect(registry).toContain('CityHospitalMSP');
    await guide.type('salus ehr emergencies --overdue', office);
    const filled = { 'https://localhost:…': keys };
    await guide.type('salus keys status --keys https://localhost:…', desk, filled);
    await guide.type('salus store check --home HOME', cityStore, { HOME: cityStore });
  });

  it('repair a store from the others', async () => {
    const others = `${place('ValleyHospitalMSP')} ${place('InsurerMSP')}`;
    const filled = { HOME: cityStore, 'MSP=URL …': others };
    const one = 'salus store repair --home HOME --pseudonym P --record R --store MSP=URL …';
    await guide.type(one, cityStore, {
      ...filled,
      '--pseudonym P': `--pseudonym ${pseudonym}`,
      '--record R': `--record ${recordId}`,
    });
  });

  it('erase a record by the order of the patient, and prove it without a network', async () => {
    const [order] = await told<object>(patient, 'wallet', 'erase', recordId);
    writeFileSync(path.join(desk, 'order.jws'), JSON.stringify(order));
    const every = Object.keys(stores).map(place).join(' ');
    const erase = 'salus ehr erase order.jws --store MSP=URL … --out certificate.json';
    await guide.type(erase, desk, { 'MSP=URL …': every });
    hand(desk, 'channel.block', desk, 'edge-east.block');
    const verify = 'salus verify erasure certificate.json --channel-config edge-east.block';
    expect(await guide.type(verify, desk)).toContain(recordId);
  });

  it('register what a new member is, if a majority agrees', async () => {
    const [city, insurer] = ['CityHospital', 'Insurer'].map((organisation) =>
      furnish(guide.home(`${organisation}-admin`), organisation, 'Admin'),
    ) as [string, string];
    await guide.type('salus membership propose LaboratoryMSP hospital', city);
    expect(await guide.type('salus membership proposals', insurer)).toContain('LaboratoryMSP');
    type Listed = { readonly proposalId: string; readonly change: object; readonly status: string };
    const open = (await told<Listed>(insurer, 'membership', 'proposals')).find(
      ({ change, status }) => status === 'OPEN' && JSON.stringify(change).includes('LaboratoryMSP'),
    );
    const id = open?.proposalId ?? '';
    const approve = 'salus membership approve PROPOSAL';
    const approved = await guide.type(approve, insurer, { PROPOSAL: id });
    expect(approved).toContain('InsurerMSP');
    // Two of five are no majority.
    expect(await guide.type('salus membership list', city)).not.toContain('LaboratoryMSP');
  });

  it('give an organisation a new key', async () => {
    await guide.type('SALUS_PASSPHRASE=… salus keys rotate', cityKeys, passphrase);
  });

  it('complete commands in bash', async () => {
    await guide.type('source <(salus completion bash)', desk);
    const folder = path.join(desk, '.local/share/bash-completion/completions');
    mkdirSync(folder, { recursive: true });
    await guide.type(
      'salus completion bash > ~/.local/share/bash-completion/completions/salus',
      desk,
    );
    expect(readFileSync(path.join(folder, 'salus'), 'utf8')).toContain('complete ');
  });
});

describeClaims(guide);
describeDrug(guide);
describeBackup(guide);

describe('every line of the guides', () => {
  it('is typed here, or run by a test that is named', () => {
    const open = shellLines().filter(
      ({ line }) => !guide.typed.has(line) && !linesElsewhere.some(({ lines }) => lines.test(line)),
    );
    expect(open).toEqual([]);
  });

  it('that is left to another test is in a guide, and that test runs it', () => {
    const faults = linesElsewhere.filter(({ lines, by: [file, text] }) => {
      const isThere = shellLines().some(({ line }) => lines.test(line));
      return !isThere || !readFileSync(path.join(repository, file), 'utf8').includes(text);
    });
    expect(faults).toEqual([]);
  });
});
