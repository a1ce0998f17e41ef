import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TITLE, type CareScene } from './care-scene.js';
import { cast } from './cast.js';
import { emergency } from './emergency.js';
import type { Desk } from './record-desk.js';
import { referral } from './referral.js';
import { refusedWith, type HealthRecordParts, type Reading } from './scene-parts.js';

/** A referral, an emergency, an erasure, and what the patient sees of it all. */
export async function care(desk: Desk, parts: HealthRecordParts, reading: Reading): Promise<void> {
  const scene = { ...parts, ...reading, desk };
  const recordId = await referral(scene);
  await emergency(scene);
  await erasure(scene, recordId);
  await ownView(scene);
}

/** The patient has a record destroyed, and verifies the certificate without a network. */
async function erasure(scene: CareScene, recordId: string): Promise<void> {
  const { stage, report, sharing, desk, patient } = scene;
  const { name, walletHome } = patient;
  report.step(`${name} has the record that was handed over erased`);
  const { statement } = await stage.salus<{ statement: string }>(walletHome, [
    ...['wallet', 'erase', recordId],
  ]);
  const registry = stage.desk(cast.cityRegistrar);
  const [order, made] = [path.join(registry, 'order.jws'), path.join(registry, 'erasure.json')];
  await writeFile(order, statement);
  const carriedOut = ['--store', ...sharing.stores, '--out', made];
  await stage.salus(registry, ['ehr', 'erase', order, ...carriedOut]);
  await desk.caughtUp();
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(recordId));

  const certificate = path.join(walletHome, 'erasure.json');
  await copyFile(made, certificate);
  const [proven] = await stage.salus<{ recordId: string; stores: string[] }[]>(walletHome, [
    ...['verify', 'erasure', certificate, '--channel-config', sharing.channelConfig],
  ]);
  report.check(proven?.recordId === recordId, 'the certificate is of the record');
  report.add(
    TITLE,
    `${name}: one record erased; its certificate, verified offline, has the word of ${proven?.stores.length ?? 0} stores and of most organisations' peers`,
  );
}

interface OwnView {
  readonly entries: readonly { readonly action: string }[];
  readonly answeredBy: readonly string[];
}

/** The patient, who has no identity on the network, asks who did what. */
async function ownView({ stage, report, registrar, patient, pseudonym }: CareScene): Promise<void> {
  const { name, walletHome } = patient;
  report.step(`${name} looks at who did what, proven by the peers`);
  const trail = path.join(walletHome, 'trail.json');
  await writeFile(trail, JSON.stringify(await registrar.ask('signedTrail', { pseudonym })));
  const { entries, answeredBy } = await stage.salus<OwnView>(walletHome, [
    ...['wallet', 'audit', '--trail', trail],
  ]);
  const seen = ['REFERRED', 'EMERGENCY_REVIEWED', 'RECORDS_ERASED'];
  const actions = new Set(entries.map(({ action }) => action));
  report.check(
    seen.every((action) => actions.has(action)),
    'the patient sees referral, emergency and erasure',
  );
  report.add(
    TITLE,
    `${name}: own audit view of ${entries.length} entries in the wallet, signed by the peers of ${answeredBy.join(', ')}`,
  );
}
