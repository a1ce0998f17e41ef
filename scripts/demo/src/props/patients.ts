import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Shell } from '../stage/shell.js';
import type { Prop, Stage } from '../stage/stage.js';
import { channelConfig } from './services.js';

/** A patient as the play knows them: a shell beside the wallet, and files that a hospital has. */
export interface Patient {
  readonly name: string;
  readonly shell: Shell;
  readonly files: readonly string[];
  /** Whether references may lead to other servers, as those of single example resources do. */
  readonly allowExternal: boolean;
}

/** Both a visit and a medicine of this patient's were billed on this day. */
export const BILLED = { patient: 'Justine', day: '2025-03-26' };

const root = path.join(__dirname, '../../../..');
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

/** Who plays: so many patients, the one whose visit is billed first, HL7's example last. */
export const patients: Prop<readonly Patient[]> = {
  name: 'the patients',
  async make(stage) {
    const { bundles, patients: wanted } = stage.options;
    const bundled = bundleFiles(bundles).map((file) => ({ name: nameOf(file), files: [file] }));
    const example = { name: 'HL7 example f001', files: exampleFiles };
    const all = [...bundled, ...(bundles === undefined ? [example] : [])];
    const isBilled = ({ name }: { name: string }) => name === BILLED.patient;
    const playing = [...all.filter(isBilled), ...all.filter((one) => !isBilled(one))];
    return Promise.all(playing.slice(0, wanted).map((one) => withWallet(stage, one)));
  },
};

/** Makes a patient's wallet, and starts it. */
async function withWallet(
  stage: Stage,
  { name, files }: Pick<Patient, 'name' | 'files'>,
): Promise<Patient> {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const nationalId = process.env['SALUS_DEMO_NATIONAL_ID'] ?? `${slug}-${stage.run}`;
  const trust = { nationalId, channelConfig: await stage.use(channelConfig) };
  const shell = await stage.wallet(`patient-${slug}-${stage.run}`, trust);
  return { name, shell, files, allowExternal: files.length > 1 };
}

function nameOf(file: string): string {
  return path.basename(file).replace(/\d.*/, '');
}
