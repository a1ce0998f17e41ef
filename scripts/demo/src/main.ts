import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cast, type Role } from './cast.js';
import { claims } from './claims.js';
import { healthRecords } from './health-records.js';
import { medicines } from './medicines.js';
import { Report } from './report.js';
import { Stage } from './stage.js';
import { statistics } from './statistics.js';
import { views } from './views.js';

const root = path.join(__dirname, '../../..');
const hl7 = path.join(root, 'node_modules/hl7.fhir.r4.examples');
const synthea = path.join(root, 'test/data/synthea');

/** HL7's example patient f001 with what belongs to it. */
const exampleFiles = [
  'Patient-f001',
  'RelatedPerson-f001',
  'Encounter-f001',
  'Encounter-f002',
  'Condition-f001',
  'Condition-f002',
  'Observation-f001',
  'Observation-f002',
  'Observation-f003',
  'Observation-f004',
  'Observation-f005',
  'Procedure-f001',
  'CarePlan-f001',
].map((name) => path.join(hl7, `${name}.json`));

/** Stores that go down. */
const unreliable = [cast.pharmaStore, cast.regulatorStore];

/** Both a visit and a medicine were billed on this day. */
const BILLED = { patient: 'Justine', day: '2025-03-26' };

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: { json: { type: 'boolean' }, bundles: { type: 'string' } },
  });
  const report = new Report({ json: options.json ?? false });
  const home = process.env['SALUS_HOME'] ?? path.join(root, '.salus');
  const channel = process.env['SALUS_CHANNEL'] ?? 'edge-east';
  const run = Date.now().toString(36);
  await using stage = new Stage({ home, channel });

  report.step('Starting the actors, each a process with its own identity and folder');
  const store = (role: Role) => stage.service(role, ['store', 'serve']);
  const [storeUrl, valleyStoreUrl, insurerStoreUrl, pharmaStoreUrl, regulatorStoreUrl] =
    await Promise.all([
      store(cast.cityStore),
      store(cast.valleyStore),
      store(cast.insurerStore),
      store(cast.pharmaStore),
      store(cast.regulatorStore),
    ]);
  const [custodianKeys, readerKeys] = await Promise.all([
    stage.service(cast.cityKeys, ['keys', 'serve']),
    stage.service(cast.valleyKeys, ['keys', 'serve']),
  ]);
  const [registrar, physician, billing, adjuster, auditor] = await Promise.all([
    stage.actor('registrar', cast.cityRegistrar),
    stage.actor('physician', cast.valleyPhysician),
    stage.actor('billing', cast.cityBilling),
    stage.actor('adjuster', cast.adjuster),
    stage.actor('auditor', cast.auditor),
  ]);
  const [manufacturer, pharmacy, outlet] = await Promise.all([
    stage.actor('medicines', cast.manufacturer),
    stage.actor('medicines', cast.cityPharmacy),
    stage.actor('medicines', cast.pharmacist),
  ]);
  const stores = [valleyStoreUrl, insurerStoreUrl, storeUrl];
  for (const role of [cast.valleyCommittee, cast.insurerCommittee, cast.regulatorCommittee]) {
    await stage.service(role, ['committee', 'serve', '--store', ...stores]);
  }

  const folder = options.bundles ?? synthea;
  const bundles = readdirSync(folder)
    .filter((file) => /\.json(?:\.gz)?$/.test(file))
    .sort();
  const examples = { name: 'HL7 example f001', run, files: exampleFiles };
  const patients = [
    ...(options.bundles === undefined ? [await patient(stage, examples)] : []),
    ...(await Promise.all(
      bundles.map((file) =>
        patient(stage, {
          name: file.replace(/\d.*/, ''),
          run,
          files: [path.join(folder, file)],
        }),
      ),
    )),
  ];
  const sharing = {
    stores: [
      `CityHospitalMSP=${storeUrl}`,
      `ValleyHospitalMSP=${valleyStoreUrl}`,
      `InsurerMSP=${insurerStoreUrl}`,
      `PharmaMSP=${pharmaStoreUrl}`,
      `RegulatorMSP=${regulatorStoreUrl}`,
    ],
    needed: 3,
    ...{ readerKeys, custodianKeys, unreliable },
  };
  const records = await healthRecords({
    stage,
    report,
    registrar,
    physician,
    sharing,
    patients,
  });
  await medicines({ report, run, manufacturer, pharmacy, outlet });

  const billed = patients.find(({ name }) => name === BILLED.patient);
  const [file] = billed?.files ?? [];
  if (!billed || file === undefined) throw new Error(`There is no patient ${BILLED.patient}`);
  await claims({
    stage,
    report,
    run,
    billing,
    adjuster,
    auditor,
    stores,
    patient: billed,
    file,
    serviceDate: BILLED.day,
  });
  const files = bundles.map((name) => path.join(folder, name));
  await statistics({ stage, report, run, storeUrl, files });
  await views({
    ...{ stage, report, home, channel, sharing, patients, records },
    claimId: `claim-${run}`,
  });
  report.print();
}

async function patient(
  stage: Stage,
  { name, run, files }: { name: string; run: string; files: readonly string[] },
) {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const walletHome = await stage.wallet(`patient-${slug}-${run}`, `${slug}-${run}`);
  return { name, walletHome, files, allowExternal: files.length > 1 };
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  process.stderr.write(`${code ?? 'ERR_DEMO'}: ${message}\n`);
  process.exitCode = 1;
});
