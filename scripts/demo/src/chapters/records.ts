import { admitted, type Admitted } from '../props/admitted.js';
import { custodianKeys, readerKeys, unreliable } from '../props/services.js';
import { GRANTED, RecordDesk, VALLEY } from '../scenes/record-desk.js';
import { refusedWith } from '../scenes/refusals.js';
import { cast } from '../stage/cast.js';
import type { Stage } from '../stage/stage.js';
import type { Chapter } from './chapter.js';

interface AuditLine {
  readonly action: string;
  readonly permitted?: boolean;
  readonly reason?: string;
  readonly grantId?: string;
}

/** How many records of each granted category the physician reads back and compares. */
const READ_BACK = 8;
const TITLE = 'Read';

/** Patients register, their records are imported, one hospital reads what another keeps. */
export const records: Chapter = {
  name: 'records',
  title: 'One hospital reads what another keeps, as far as the patient lets it',
  after: [],
  needs: [admitted, custodianKeys, readerKeys],
  async play(stage) {
    const all = await stage.use(admitted);
    for (const [index, one] of all.entries()) await readsOf(stage, one, { isFirst: index === 0 });
  },
};

async function readsOf(
  stage: Stage,
  one: Admitted,
  { isFirst }: { readonly isFirst: boolean },
): Promise<void> {
  const { report } = stage;
  const { patient, pseudonym, records: imported } = one;
  const { name } = patient;
  const covered = imported.filter(({ category }) => GRANTED.includes(category));
  const [first] = covered;
  if (!first) throw new Error(`${name} has no record that the grant covers`);
  const desk = await RecordDesk.of(stage, one);

  await desk.caughtUp();
  report.step(`Valley Hospital's physician asks without a grant`);
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(first.recordId));

  report.step(
    `${name} grants Valley Hospital all of ${GRANTED.join(' and ')}; the physician reads`,
  );
  const grant = await desk.grantCategories();
  const some = covered.slice(0, READ_BACK);
  for (const { recordId, textHash } of some) {
    report.check(
      (await desk.read(recordId)) === textHash,
      'what is read equals what was imported, byte for byte',
    );
  }

  report.step('A later result opens too; neither the patient nor City Hospital has to be there');
  const later = await desk.later('before');
  await desk.shared(later.recordId);
  report.check(
    (await desk.read(later.recordId, [desk.sharing.readerKeys])) === later.textHash,
    'a later record of the category opens',
  );

  if (isFirst) await oneRecord(stage, one, desk);
  report.step(`${name} denies Valley Hospital one record; the others stay open`);
  await desk.sign('deny', '--to', VALLEY, '--record', first.recordId);
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(first.recordId));
  await desk.read(later.recordId);
  if (isFirst)
    await outage(stage, name, async () => (await desk.read(later.recordId)) === later.textHash);

  report.step(`${name} withdraws; the categories get new keys, and past records follow`);
  await desk.sign('withdraw', grant);
  const after = await desk.later('after');
  for (const { recordId } of [later, after]) {
    await refusedWith(report, 'ERR_NO_DECISION', desk.read(recordId));
  }
  const rewrapped = await desk.rewrapped();

  const physician = stage.shell(cast.valleyPhysician);
  const audit = await physician.list<AuditLine>('ehr', 'audit', pseudonym);
  const decided = audit.filter(({ action }) => action === 'ACCESS_DECIDED');
  const underGrant = decided.filter(({ grantId }) => grantId === grant);
  report.check(underGrant.length > some.length, 'each read names the grant');
  const denials = decided.filter(({ permitted }) => permitted === false);
  report.add(
    TITLE,
    `${name}: Valley Hospital's physician read ${some.length} records under grant ${grant}, each equal to the import byte for byte, and one that came later; ${denials.length} reads denied and logged (${denials.map(({ reason }) => reason).join(', ')})`,
  );
  report.add(TITLE, `${name}: content keys of ${rewrapped} past records re-wrapped to new epochs`);
}

/** One record of a category that was not granted, opened by its custodian's key service. */
async function oneRecord(stage: Stage, one: Admitted, desk: RecordDesk): Promise<void> {
  const { report } = stage;
  const { patient, records: imported } = one;
  const other = imported.find(({ category }) => !GRANTED.includes(category));
  if (!other) return;
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(other.recordId));
  report.step(`${patient.name} grants one ${other.category} record, to physicians for treatment`);
  const scope = ['--record', other.recordId, '--role', 'physician', '--purpose', 'TREAT'];
  const grant = await desk.sign('grant', '--to', VALLEY, ...scope);
  await desk.shared(other.recordId);
  const byReader = desk.read(other.recordId, [desk.sharing.readerKeys]);
  await refusedWith(report, 'ERR_NOT_FOUND', byReader);
  report.check(
    (await desk.read(other.recordId)) === other.textHash,
    "the custodian's key service opens the one record",
  );
  await desk.sign('withdraw', grant);
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(other.recordId));
}

/** Some stores go down, a record is read, and they come up again. */
async function outage(stage: Stage, name: string, reads: () => Promise<boolean>): Promise<void> {
  const { report } = stage;
  const names = unreliable.map(({ organisation }) => organisation).join(' and ');
  report.step(`The stores of ${names} go down; the other three restore the record`);
  await Promise.all(unreliable.map((role) => stage.end(role)));
  report.check(await reads(), 'three of five stores restore a record');
  report.add(TITLE, `${name}: while the stores of ${names} were down, from the other three`);
  await Promise.all(unreliable.map((role) => stage.restart(role)));
}
