'use strict';

// A newcomer's first shared record, by the example app of a hospital. Installs the packed SDK and the app
// into a folder of their own. Starts what two hospitals and a patient run: stores, key services, a wallet.
// Then City Hospital's app admits the patient, imports a finding and shares it, and Valley Hospital reads it.

const { readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
process.env.SALUS_TEST_HOME = process.env.SALUS_HOME ?? path.join(root, '.salus');

const { CareServices } = require('../test/dist/support/care-services.js');
const { InstalledSdk } = require('../test/dist/support/installed-sdk.js');

const FINDING = path.join(root, 'node_modules/hl7.fhir.r4.examples/Observation-f001.json');

/** What a program of the example prints as its only line. */
function printed({ exitCode, stdout, stderr }) {
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function firstRecord(sdk, services) {
  const app = path.join(sdk.example('hospital'), 'hospital.mjs');
  const city = services.settings('CityHospital', 'registrar');
  const valley = services.settings('ValleyHospital', 'physician');
  const patient = await services.patient('patient');
  const invitation = await patient.invite('City Hospital');

  console.error('== City Hospital admits a patient, imports a finding and shares it');
  const sharing = sdk.run([app, 'share', city, invitation, FINDING, 'ValleyHospitalMSP', 'TREAT']);
  const { pseudonym, records } = printed(await patient.agreeUntil(sharing));
  const [recordId] = records;

  console.error('== Valley Hospital reads it');
  const read = printed(await sdk.run([app, 'read', valley, pseudonym, recordId, 'TREAT']));
  if (read.bytes !== readFileSync(FINDING).length) throw new Error('Another content was read');
  console.log(JSON.stringify({ pseudonym, recordId, ...read }));
}

async function main() {
  console.error('== The packed SDK is installed, the services of two hospitals start');
  const made = await Promise.allSettled([InstalledSdk.install(), CareServices.start()]);
  const [sdk, services] = made.map(({ value }) => value);
  try {
    for (const { reason } of made) if (reason !== undefined) throw reason;
    await firstRecord(sdk, services);
  } finally {
    await services?.stop();
    sdk?.remove();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
