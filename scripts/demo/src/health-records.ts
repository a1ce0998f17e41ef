import path from 'node:path';
import type { WalletInvitation } from '@salus/client';
import { inStep, type ActorProcess } from './actor-process.js';
import type { Report } from './report.js';
import type { Stage } from './stage.js';

/** A patient as the play knows them: a wallet, and files that a hospital has. */
export interface PatientPart {
  readonly name: string;
  readonly walletHome: string;
  readonly files: readonly string[];
  /** Whether references may lead to other servers, as those of single example resources do. */
  readonly allowExternal: boolean;
}

export interface HealthRecordParts {
  readonly stage: Stage;
  readonly report: Report;
  readonly registrar: ActorProcess;
  readonly physician: ActorProcess;
  readonly storeUrl: string;
  readonly keysUrl: string;
  readonly patients: readonly PatientPart[];
}

interface Imported {
  readonly recordId: string;
  readonly name: string;
  readonly category: string;
  readonly textHash: string;
}

interface Read {
  readonly grantId?: string;
  readonly contentHash: string;
}

interface AuditLine {
  readonly action: string;
  readonly permitted?: boolean;
  readonly reason?: string;
}

/** How many records of each granted category the physician reads back and compares. */
const READ_BACK = 8;
const GRANTED = ['laboratory', 'demographics'];

/** A record of a patient whose grants are all withdrawn, and what categories the patient's records have. */
export interface Tried {
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
  const { report, registrar, storeUrl, keysUrl } = parts;
  const { name, files, allowExternal } = patient;
  report.step(`${name} registers: the wallet signs, City Hospital proofs the identity`);
  const pseudonym = await register(parts, patient);
  report.step(`City Hospital imports ${files.map((file) => path.basename(file)).join(', ')}`);
  const request = { pseudonym, files, storeUrl, keysUrl, allowExternal };
  const records = await registrar.ask<Imported[]>('import', request);
  report.add(
    'Stored',
    `${name}: ${records.length} FHIR resources, encrypted one by one at City Hospital (${categoriesOf(records)})`,
  );
  const recordId = await readsOf(parts, { patient, pseudonym, records });
  return { recordId, categories: [...new Set(records.map(({ category }) => category))] };
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

/** The patient looks at what is asked, and approves it. */
export async function approveNext(stage: Stage, walletHome: string): Promise<void> {
  for (;;) {
    const requests = await stage.salus<{ id: string; status: string }[]>(walletHome, [
      'wallet',
      'requests',
    ]);
    const waiting = requests.find(({ status }) => status === 'PENDING');
    if (!waiting) continue;
    await stage.salus(walletHome, ['wallet', 'approve', waiting.id]);
    return;
  }
}

interface Reading {
  readonly patient: PatientPart;
  readonly pseudonym: string;
  readonly records: readonly Imported[];
}

/** @returns the ID of a record that was read under the grant, which is withdrawn */
async function readsOf(
  parts: HealthRecordParts,
  { patient, pseudonym, records }: Reading,
): Promise<string> {
  const { stage, report, registrar, physician, storeUrl, keysUrl } = parts;
  const { name, walletHome } = patient;
  const covered = records.filter(({ category }) => GRANTED.includes(category));
  const [first] = covered;
  if (!first) throw new Error(`${name} has no record that the grant covers`);
  const read = (recordId: string) => physician.ask<Read>('read', { recordId, storeUrl, keysUrl });

  await inStep(registrar, physician);
  report.step(`Valley Hospital's physician asks without a grant`);
  await refusedWith(report, 'ERR_NO_DECISION', read(first.recordId));

  const { statement, grantId } = await stage.salus<{ statement: string; grantId: string }>(
    walletHome,
    [
      'wallet',
      'grant',
      '--to',
      'ValleyHospitalMSP',
      '--category',
      ...GRANTED,
      '--purpose',
      'TREAT',
    ],
  );
  await registrar.ask('relayGrant', { statement });
  await inStep(registrar, physician);
  report.step(`${name} grants Valley Hospital ${GRANTED.join(' and ')}; the physician reads`);
  const some = covered.slice(0, READ_BACK);
  for (const { recordId, textHash } of some) {
    const { contentHash, grantId: used } = await read(recordId);
    report.check(contentHash === textHash, 'what is read equals what was imported, byte for byte');
    report.check(used === grantId, 'the read names the grant');
  }
  const other = records.find(({ category }) => !GRANTED.includes(category));
  if (other) await refusedWith(report, 'ERR_NO_DECISION', read(other.recordId));

  report.step(`${name} withdraws; the physician asks again`);
  const withdrawal = await stage.salus<{ statement: string }>(walletHome, [
    'wallet',
    'withdraw',
    grantId,
  ]);
  await registrar.ask('relayWithdrawal', { statement: withdrawal.statement });
  await inStep(registrar, physician);
  await refusedWith(report, 'ERR_NO_DECISION', read(first.recordId));

  const audit = await physician.ask<AuditLine[]>('audit', { pseudonym });
  const decided = audit.filter(({ action }) => action === 'ACCESS_DECIDED');
  const denials = decided.filter(({ permitted }) => permitted === false);
  report.add(
    'Read',
    `${name}: Valley Hospital's physician read ${some.length} records under grant ${grantId}, each equal to the import byte for byte; ${denials.length} reads denied and logged (${denials.map(({ reason }) => reason).join(', ')})`,
  );
  return first.recordId;
}

/** Something that has to be refused, with this code. */
export async function refusedWith(
  report: Report,
  code: string,
  attempt: Promise<unknown>,
): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if ((error as { code?: unknown }).code === code) return;
    throw error;
  }
  report.check(false, `a refusal with ${code}`);
}

function categoriesOf(records: readonly Imported[]): string {
  const counts = new Map<string, number>();
  for (const { category } of records) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].map(([category, count]) => `${category} ${count}`).join(', ');
}
