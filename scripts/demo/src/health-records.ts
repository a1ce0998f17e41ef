import path from 'node:path';
import type { WalletInvitation } from '@salus/client/wallet';
import { care } from './care.js';
import { Desk } from './record-desk.js';
import {
  approveNext,
  GRANTED,
  refusedWith,
  VALLEY,
  type HealthRecordParts,
  type Imported,
  type PatientPart,
  type Reading,
} from './scene-parts.js';

interface AuditLine {
  readonly action: string;
  readonly permitted?: boolean;
  readonly reason?: string;
}

/** How many records of each granted category the physician reads back and compares. */
const READ_BACK = 8;

/** A record of a patient whose grants are all withdrawn, and what categories the patient's records have. */
export interface Tried {
  readonly pseudonym: string;
  readonly recordId: string;
  readonly categories: readonly string[];
}

/** Patients register, their records are imported, one hospital reads what another keeps. */
export async function healthRecords(parts: HealthRecordParts): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const patient of parts.patients) tried.push(await onePatient(parts, patient));
  return tried;
}

async function onePatient(parts: HealthRecordParts, patient: PatientPart): Promise<Tried> {
  const { report, registrar, sharing } = parts;
  const { name, files, allowExternal } = patient;
  report.step(`${name} registers: the wallet signs, City Hospital proofs the identity`);
  const pseudonym = await register(parts, patient);
  report.step(`City Hospital imports ${files.map((file) => path.basename(file)).join(', ')}`);
  const { stores, needed, emergencyKey } = sharing;
  const request = { pseudonym, files, stores, needed, emergencyKey, allowExternal };
  const records = await registrar.ask<Imported[]>('import', request);
  report.add(
    'Stored',
    `${name}: ${records.length} FHIR resources, each encrypted and split over the stores of ${stores.length} organisations, ${needed} of which restore it (${categoriesOf(records)})`,
  );
  const recordId = await readsOf(parts, { patient, pseudonym, records });
  return { pseudonym, recordId, categories: [...new Set(records.map(({ category }) => category))] };
}

async function register(
  { stage, registrar }: HealthRecordParts,
  { walletHome }: PatientPart,
): Promise<string> {
  const invitation = await stage.salus<WalletInvitation>(walletHome, [
    'wallet',
    'invite',
    'CityHospital',
  ]);
  const [{ pseudonym }] = await Promise.all([
    registrar.ask<{ pseudonym: string }>('register', { invitation }),
    approveNext(stage, walletHome),
  ]);
  return pseudonym;
}

/** @returns the ID of a record that was read under the grant, which is withdrawn */
async function readsOf(parts: HealthRecordParts, reading: Reading): Promise<string> {
  const { stage, report, physician, sharing, patients } = parts;
  const { patient, pseudonym, records } = reading;
  const { name } = patient;
  const covered = records.filter(({ category }) => GRANTED.includes(category));
  const [first] = covered;
  if (!first) throw new Error(`${name} has no record that the grant covers`);
  const desk = new Desk(parts, reading);

  await desk.caughtUp();
  const isFirst = patient === patients[0];
  if (isFirst) await care(desk, parts, reading);
  report.step(`Valley Hospital's physician asks without a grant`);
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(first.recordId));

  report.step(
    `${name} grants Valley Hospital all of ${GRANTED.join(' and ')}; the physician reads`,
  );
  const grant = await desk.grantCategories();
  const some = covered.slice(0, READ_BACK);
  for (const { recordId, textHash } of some) {
    const { contentHash, grantId: used } = await desk.read(recordId);
    report.check(contentHash === textHash, 'what is read equals what was imported, byte for byte');
    report.check(used === grant, 'the read names the grant');
  }

  report.step('A later result opens too; neither the patient nor City Hospital has to be there');
  const later = await desk.later('before');
  const { contentHash } = await desk.read(later.recordId, [sharing.readerKeys]);
  report.check(contentHash === later.textHash, 'a later record of the category opens');

  if (isFirst) await narrower(desk, parts, reading);
  report.step(`${name} denies Valley Hospital one record; the others stay open`);
  await desk.sign('deny', '--to', VALLEY, '--record', first.recordId);
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(first.recordId));
  await desk.read(later.recordId);

  if (patient === patients.at(-1)) {
    const names = sharing.unreliable.map(({ organisation }) => organisation).join(' and ');
    report.step(`The stores of ${names} go down; the other three restore the record`);
    for (const role of sharing.unreliable) await stage.end(role);
    const read = await desk.read(later.recordId);
    report.check(read.contentHash === later.textHash, 'three of five stores restore a record');
    report.add('Read', `${name}: while the stores of ${names} were down, from the other three`);
  }

  report.step(`${name} withdraws; the categories get new keys, and past records follow`);
  await desk.sign('withdraw', grant);
  const after = patient === patients.at(-1) ? undefined : await desk.later('after');
  for (const { recordId } of [later, ...(after ? [after] : [])]) {
    await refusedWith(report, 'ERR_NO_DECISION', desk.read(recordId));
  }
  const rewrapped = await desk.rewrapped();

  const audit = await physician.ask<AuditLine[]>('audit', { pseudonym });
  const decided = audit.filter(({ action }) => action === 'ACCESS_DECIDED');
  const denials = decided.filter(({ permitted }) => permitted === false);
  report.add(
    'Read',
    `${name}: Valley Hospital's physician read ${some.length} records under grant ${grant}, each equal to the import byte for byte, and one that came later; ${denials.length} reads denied and logged (${denials.map(({ reason }) => reason).join(', ')})`,
  );
  report.add('Read', `${name}: content keys of ${rewrapped} past records re-wrapped to new epochs`);
  return first.recordId;
}

/** One record of a category that was not granted, opened by its custodian's key service. */
async function narrower(
  desk: Desk,
  { report, sharing }: HealthRecordParts,
  { patient, records }: Reading,
): Promise<void> {
  const other = records.find(({ category }) => !GRANTED.includes(category));
  if (!other) return;
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(other.recordId));
  report.step(`${patient.name} grants one ${other.category} record, to physicians for treatment`);
  const scope = ['--record', other.recordId, '--role', 'physician', '--purpose', 'TREAT'];
  const grant = await desk.sign('grant', '--to', VALLEY, ...scope);
  await refusedWith(report, 'ERR_NOT_FOUND', desk.read(other.recordId, [sharing.readerKeys]));
  const { contentHash } = await desk.read(other.recordId);
  report.check(contentHash === other.textHash, "the custodian's key service opens the one record");
  await desk.sign('withdraw', grant);
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(other.recordId));
}

function categoriesOf(records: readonly Imported[]): string {
  const counts = new Map<string, number>();
  for (const { category } of records) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].map(([category, count]) => `${category} ${count}`).join(', ');
}
