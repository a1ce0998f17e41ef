import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { PatientPart } from './scene-parts.js';
import type { Stage } from './stage.js';

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

/** Bundles of one patient each: of a folder, or the synthetic patients. */
export function bundleFiles(folder: string = synthea): readonly string[] {
  return readdirSync(folder)
    .filter((file) => /\.json(?:\.gz)?$/.test(file))
    .sort()
    .map((file) => path.resolve(folder, file));
}

export interface PatientsWish {
  readonly run: string;
  /** The channel's configuration, which wallets believe peers by. */
  readonly channelConfig: string;
  readonly files: readonly string[];
  /** HL7's example patient too. */
  readonly withExample: boolean;
}

/** Makes each patient's wallet, and starts it. */
export async function makePatients(
  stage: Stage,
  { run, channelConfig, files, withExample }: PatientsWish,
): Promise<readonly PatientPart[]> {
  const make = async (name: string, own: readonly string[]): Promise<PatientPart> => {
    const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const nationalId = process.env['SALUS_DEMO_NATIONAL_ID'] ?? `${slug}-${run}`;
    const walletHome = await stage.wallet(`patient-${slug}-${run}`, { nationalId, channelConfig });
    return { name, walletHome, files: own, allowExternal: own.length > 1 };
  };
  const example = withExample ? [make('HL7 example f001', exampleFiles)] : [];
  const others = files.map((file) => make(path.basename(file).replace(/\d.*/, ''), [file]));
  return Promise.all([...example, ...others]);
}
