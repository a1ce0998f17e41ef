import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import { TITLE, type CareScene } from './care-scene.js';
import { cast, type Role } from './cast.js';
import { approveNext, refusedWith, VALLEY } from './scene-parts.js';

const HOUR_MS = 3_600_000;

/**
 * City Hospital's physician refers the patient to Valley Hospital, whose physician reads what is handed
 * over and nothing else, and answers.
 *
 * @returns the record that was handed over
 */
export async function referral(scene: CareScene): Promise<string> {
  const { stage, report, registrar, desk, sharing, patient, pseudonym, records } = scene;
  const [city, valley] = [stage.desk(cast.cityPhysician), stage.desk(cast.valleyPhysician)];
  const { readerKeys, custodianKeys, emergencyKey } = sharing;
  const { recordId, textHash } = await desk.later('referred');
  const named = ['--store', ...sharing.stores, '--needed', String(sharing.needed)];
  const registering = [...named, '--emergency-key', emergencyKey];

  report.step(`City Hospital refers ${patient.name} to Valley Hospital, with one record`);
  const known = path.join(city, 'patient.json');
  await registrar.ask('handOver', { pseudonym, file: known });
  const request = await written(city, 'request.json', {
    ...{ resourceType: 'ServiceRequest', id: 'consultation', status: 'active', intent: 'order' },
    ...{ priority: 'urgent', code: { text: 'Consultation' } },
    subject: { identifier: { value: pseudonym } },
  });
  const until = new Date(Date.now() + HOUR_MS).toISOString();
  const sent = await asked<{ referralId: string; priority: string }>(scene, city, [
    ...['referral', 'send', request, '--patient', known, ...registering, '--until', until],
    ...['--wallet', await invitation(scene, cast.cityPhysician), '--record', recordId],
    ...['--to', VALLEY, '--role', 'physician'],
  ]);
  const { referralId, priority } = sent;

  report.step("Valley Hospital's physician accepts, reads exactly that, and answers");
  const accepting = ['ehr', 'accept-referral', pseudonym, referralId];
  await stage.caughtUp(valley, accepting);
  const read = async (home: string, keys: readonly string[]) => {
    const out = path.join(home, `referral-${referralId}`);
    const from = ['--store', ...sharing.stores, '--keys', ...keys, '--out', out];
    return stage.lines<{ file: string; details: { recordId: string } }>(home, [
      ...['referral', 'read', pseudonym, referralId, ...from],
    ]);
  };
  const handed = await read(valley, [readerKeys, custodianKeys]);
  const finding = handed.find(({ details }) => details.recordId === recordId);
  report.check(handed.length === 2, 'the request and one record are handed over');
  report.check(
    sha256Hex(await readFile(finding?.file ?? '')) === textHash,
    'what is handed over is what was registered',
  );
  const [other] = records;
  if (other) await refusedWith(report, 'ERR_NO_DECISION', desk.read(other.recordId));

  const wallet = await invitation(scene, cast.valleyPhysician);
  const admitted = path.join(valley, 'patient.json');
  await asked(scene, valley, ['ehr', 'admit', wallet, '--out', admitted]);
  const result = { resourceType: 'DiagnosticReport', id: 'consultation', status: 'final' };
  const answer = await written(valley, 'report.json', { ...result, code: { text: 'Report' } });
  await asked(scene, valley, [
    ...['referral', 'answer', pseudonym, referralId, answer, '--patient', admitted],
    ...[...registering, '--wallet', wallet],
  ]);
  await desk.caughtUp();
  const [back] = await read(city, [custodianKeys, readerKeys]);
  const [came, wrote] = await Promise.all([readFile(back?.file ?? ''), readFile(answer)]);
  report.check(came.equals(wrote), 'the answer comes back');
  report.add(
    TITLE,
    `${patient.name}: ${priority} referral to Valley Hospital, which read the request and one record, and no other, and answered; City Hospital read the answer`,
  );
  return recordId;
}

/** A command that waits for the patient, who agrees. */
async function asked<T>(
  { stage, patient }: CareScene,
  home: string,
  command: readonly string[],
): Promise<T> {
  const [answer] = await Promise.all([
    stage.salus<T>(home, command),
    approveNext(stage, patient.walletHome),
  ]);
  return answer;
}

/** The patient invites somebody to ask the wallet. @returns the file that tells where */
async function invitation({ stage, patient }: CareScene, role: Role): Promise<string> {
  const inviting = ['wallet', 'invite', role.organisation];
  return written(
    stage.desk(role),
    'wallet.json',
    await stage.salus<object>(patient.walletHome, inviting),
  );
}

async function written(home: string, name: string, content: object): Promise<string> {
  const file = path.join(home, name);
  await writeFile(file, JSON.stringify(content), { mode: 0o600 });
  return file;
}
