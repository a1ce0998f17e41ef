import { randomInt } from 'node:crypto';
import * as people from '../props/people.js';
import { inStep } from '../stage/in-step.js';
import type { Report } from '../stage/report.js';
import type { Stage } from '../stage/stage.js';
import type { Chapter } from './chapter.js';

interface Verification {
  readonly genuine: boolean;
  readonly status: string;
}

interface TraceLine {
  readonly bizStep: string;
  readonly by: string;
}

const PACKS = 200;
/** Prefix of example numbers that GS1 keeps for documentation. */
const GTIN = '09506000134352';
const SSCC_PREFIX = '0950600';

/** A pack goes from the manufacturer to a patient, and is good for one only. */
export const medicines: Chapter = {
  name: 'medicines',
  title: 'A pack goes from its manufacturer to a patient, and is good for one only',
  after: [],
  needs: [people.manufacturer, people.pharmacy, people.outlet],
  play: onePack,
};

async function onePack(stage: Stage): Promise<void> {
  const { report, run } = stage;
  const [manufacturer, pharmacy, outlet] = await Promise.all([
    stage.use(people.manufacturer),
    stage.use(people.pharmacy),
    stage.use(people.outlet),
  ]);
  const sscc = newSscc();
  const lot = `L${run}`.toUpperCase().slice(0, 20);
  report.step(`Pharma registers lot ${lot} with ${PACKS} serialised packs`);
  const packs = await manufacturer.ask<Record<string, string>[]>('batch', {
    gtin: GTIN,
    lot,
    expiry: '2030-12-31',
    sscc,
    packs: PACKS,
  });
  const [pack] = packs;
  if (!pack) throw new Error('There is no pack');
  report.step('Pharma ships to City Hospital; the hospital receives, verifies and dispenses');
  const shipmentId = `shipment-${run}`;
  await manufacturer.ask('ship', { shipmentId, ssccs: [sscc], to: 'CityHospitalMSP' });
  await inStep(manufacturer, pharmacy, outlet);
  await pharmacy.ask('receive', { shipmentId });
  const before = await pharmacy.ask<Verification>('verify', pack);
  report.check(
    before.genuine && before.status === 'AVAILABLE',
    'the pack is genuine and available',
  );
  const forged = { ...pack, sgtin: `${pack['sgtin'] ?? ''}X` };
  const fake = await outlet.ask<Verification>('verify', forged);
  report.check(!fake.genuine, 'a serial number that was never made is told');
  await pharmacy.ask('dispense', pack);
  await mustBeRefused(report, pharmacy.ask('dispense', pack));
  await inStep(pharmacy, outlet);
  const after = await outlet.ask<Verification>('verify', pack);
  report.check(after.status === 'DISPENSED', 'everybody sees that the pack is dispensed');
  const trace = await outlet.ask<TraceLine[]>('trace', { sscc, sgtin: pack['sgtin'] });
  report.add(
    'Medicines',
    `${pack['sgtin'] ?? ''} of lot ${lot} (${PACKS} packs, one root on the ledger): genuine, dispensed once, second time refused, a forged serial number told`,
  );
  report.add(
    'Medicines',
    `Trace: ${trace.map(({ bizStep, by }) => `${bizStep} (${by})`).join(', ')}`,
  );
}

async function mustBeRefused(report: Report, attempt: Promise<unknown>): Promise<void> {
  const refused = await attempt.then(
    () => false,
    () => true,
  );
  report.check(refused, 'a pack is dispensed once only');
}

/** A serial shipping container code with its check digit (GS1 General Specifications 7.9.1). */
function newSscc(): string {
  const digits = `0${SSCC_PREFIX}${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
  const sum = Array.from(digits, Number).reduce(
    (total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1),
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
