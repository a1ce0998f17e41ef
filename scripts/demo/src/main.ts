import path from 'node:path';
import { parseArgs } from 'node:util';
import { cast, type Role } from './cast.js';
import { claims } from './claims.js';
import { makeEmergencyKey, startCustodians } from './emergency.js';
import { healthRecords } from './health-records.js';
import { medicines } from './medicines.js';
import { bundleFiles, makePatients } from './patients.js';
import { Report } from './report.js';
import { Stage } from './stage.js';
import { statistics } from './statistics.js';
import { views } from './views.js';

const root = path.join(__dirname, '../../..');

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
  await Promise.all(
    [cast.valleyCommittee, cast.insurerCommittee, cast.regulatorCommittee].map((role) =>
      stage.service(role, ['committee', 'serve', '--store', ...stores]),
    ),
  );

  report.step('Custodians of five organisations make a key that any three use in emergencies');
  const registry = stage.desk(cast.cityRegistrar);
  const channelConfig = path.join(registry, 'channel-config.block');
  const [custodians] = await Promise.all([
    startCustodians(stage),
    stage.salus(registry, ['channel-config', '--out', channelConfig]),
  ]);
  const emergencyKey = `emergency-${run}`;
  const files = bundleFiles(options.bundles);
  const [patients] = await Promise.all([
    makePatients(stage, { run, channelConfig, files, withExample: options.bundles === undefined }),
    makeEmergencyKey(stage, emergencyKey),
  ]);
  const sharing = {
    ...{ emergencyKey, custodians, channelConfig },
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
  await statistics({ stage, report, run, storeUrl, files });
  await views({
    ...{ stage, report, home, channel, sharing, patients, records },
    claimId: `claim-${run}`,
  });
  report.print();
}

main().catch((error: unknown) => {
  const { message, code } = error as Error & { code?: string };
  process.stderr.write(`${code ?? 'ERR_DEMO'}: ${message}\n`);
  process.exitCode = 1;
});
