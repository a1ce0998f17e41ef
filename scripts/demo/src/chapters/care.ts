import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { admitted } from '../props/admitted.js';
import { registrar } from '../props/people.js';
import { channelConfig, custodianKeys, custodians, readerKeys } from '../props/services.js';
import { TITLE, type CareScene } from '../scenes/care-scene.js';
import { emergency } from '../scenes/emergency.js';
import { RecordDesk } from '../scenes/record-desk.js';
import { referral } from '../scenes/referral.js';
import { refusedWith } from '../scenes/refusals.js';
import { cast } from '../stage/cast.js';
import type { Chapter } from './chapter.js';

/** A referral, an emergency, an erasure, and what the patient sees of it all. */
export const care: Chapter = {
  name: 'care',
  title: 'A referral, an emergency, an erasure, and what the patient sees of it all',
  after: [],
  needs: [admitted, custodianKeys, readerKeys, custodians],
  async play(stage) {
    const [first] = await stage.use(admitted);
    if (!first) throw new Error('No patient is admitted');
    const scene: CareScene = {
      ...first,
      stage,
      desk: await RecordDesk.of(stage, first),
      registrar: await stage.use(registrar),
      custodians: await stage.use(custodians),
    };
    const recordId = await referral(scene);
    await emergency(scene);
    await erasure(scene, recordId);
    await ownView(scene);
  },
};

/** The patient has a record destroyed, and verifies the certificate without a network. */
async function erasure(scene: CareScene, recordId: string): Promise<void> {
  const { stage, desk, patient } = scene;
  const { report } = stage;
  const { name, shell } = patient;
  report.step(`${name} has the record that was handed over erased`);
  const { statement } = await shell.salus<{ statement: string }>('wallet', 'erase', recordId);
  const registry = stage.shell(cast.cityRegistrar);
  const [order, made] = [
    path.join(registry.home, 'order.jws'),
    path.join(registry.home, 'erasure.json'),
  ];
  await writeFile(order, statement);
  const carriedOut = ['--store', ...desk.sharing.stores, '--out', made];
  await registry.salus('ehr', 'erase', order, ...carriedOut);
  await desk.caughtUp();
  await refusedWith(report, 'ERR_NO_DECISION', desk.read(recordId));

  const certificate = path.join(shell.home, 'erasure.json');
  await copyFile(made, certificate);
  const config = ['--channel-config', await stage.use(channelConfig)];
  const [proven] = await shell.salus<readonly { recordId: string; stores: string[] }[]>(
    ...['verify', 'erasure', certificate, ...config],
  );
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
async function ownView({ stage, registrar: desk, patient, pseudonym }: CareScene): Promise<void> {
  const { report } = stage;
  const { name, shell } = patient;
  report.step(`${name} looks at who did what, proven by the peers`);
  const trail = path.join(shell.home, 'trail.json');
  await writeFile(trail, JSON.stringify(await desk.ask('signedTrail', { pseudonym })));
  const { entries, answeredBy } = await shell.salus<OwnView>('wallet', 'audit', '--trail', trail);
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
