import path from 'node:path';
import type { WalletInvitation } from '@salus/client/wallet';
import type { Actor } from '../stage/actor.js';
import type { Prop, Stage } from '../stage/stage.js';
import { withApproval } from './approve.js';
import { patients, type Patient } from './patients.js';
import { registrar } from './people.js';
import { recordStores, STORES_NEEDED } from './services.js';

export interface Imported {
  readonly recordId: string;
  readonly name: string;
  readonly category: string;
  readonly textHash: string;
}

/** A patient whom City Hospital knows, with the records that it has imported. */
export interface Admitted {
  readonly patient: Patient;
  readonly pseudonym: string;
  readonly records: readonly Imported[];
}

/** Every patient registers, and City Hospital imports the patient's files. */
export const admitted: Prop<readonly Admitted[]> = {
  name: 'the admitted patients',
  async make(stage) {
    const desk = await stage.use(registrar);
    const all: Admitted[] = [];
    for (const patient of await stage.use(patients)) all.push(await admit(stage, desk, patient));
    return all;
  },
};

async function admit(stage: Stage, desk: Actor, patient: Patient): Promise<Admitted> {
  const { report } = stage;
  const { name, files, allowExternal, shell } = patient;
  const stores = await stage.use(recordStores);
  report.step(`${name} registers: the wallet signs, City Hospital proofs the identity`);
  const invitation = await shell.salus<WalletInvitation>('wallet', 'invite', 'CityHospital');
  const registering = desk.ask<{ pseudonym: string }>('register', { invitation });
  const { pseudonym } = await withApproval(shell, registering);

  report.step(`City Hospital imports ${files.map((file) => path.basename(file)).join(', ')}`);
  const request = { pseudonym, files, stores, needed: STORES_NEEDED, allowExternal };
  const records = await desk.ask<Imported[]>('import', request);
  report.add(
    'Stored',
    `${name}: ${records.length} FHIR resources, each encrypted and split over the stores of ${stores.length} organisations, ${STORES_NEEDED} of which restore it (${categoriesOf(records)})`,
  );
  return { patient, pseudonym, records };
}

function categoriesOf(records: readonly Imported[]): string {
  const counts = new Map<string, number>();
  for (const { category } of records) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].map(([category, count]) => `${category} ${count}`).join(', ');
}
