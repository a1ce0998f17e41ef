import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import { withApproval } from '../props/approve.js';
import { STORES_NEEDED } from '../props/services.js';
import { cast, type Role } from '../stage/cast.js';
import type { Shell } from '../stage/shell.js';
import { TITLE, type CareScene } from './care-scene.js';
import { sourcesOf, VALLEY } from './record-desk.js';
import { refusedWith } from './refusals.js';

const HOUR_MS = 3_600_000;

/**
 * City Hospital's physician refers the patient to Valley Hospital, whose physician reads what is handed
 * over and nothing else, and answers.
 *
 * @returns the record that was handed over
 */
export async function referral(scene: CareScene): Promise<string> {
  const { stage, registrar, desk, custodians, patient, pseudonym, records } = scene;
  const { report } = stage;
  const [city, valley] = [stage.shell(cast.cityPhysician), stage.shell(cast.valleyPhysician)];
  const { stores, readerKeys, custodianKeys } = desk.sharing;
  const emergencyKey = custodians.keyId;
  const { recordId, textHash } = await desk.later('referred', emergencyKey);
  const named = ['--store', ...stores, '--needed', String(STORES_NEEDED)];
  const registering = [...named, '--emergency-key', emergencyKey];

  report.step(`City Hospital refers ${patient.name} to Valley Hospital, with one record`);
  const known = path.join(city.home, 'patient.json');
  await registrar.ask('handOver', { pseudonym, file: known });
  const request = await written(city, 'request.json', {
    resourceType: 'ServiceRequest',
    id: 'consultation',
    status: 'active',
    intent: 'order',
    priority: 'urgent',
    code: { text: 'Consultation' },
    subject: { identifier: { value: pseudonym } },
  });
  const until = new Date(Date.now() + HOUR_MS).toISOString();
  const cityWallet = await invitation(scene, cast.cityPhysician);
  const sending = city.salus<{ referralId: string; priority: string }>(
    ...['referral', 'send', request, '--patient', known, ...registering, '--until', until],
    ...['--wallet', cityWallet, '--record', recordId, '--to', VALLEY, '--role', 'physician'],
  );
  const { referralId, priority } = await withApproval(patient.shell, sending);

  report.step("Valley Hospital's physician accepts, reads exactly that, and answers");
  await valley.caughtUp(['ehr', 'accept-referral', pseudonym, referralId]);
  const read = async (reader: Shell, keys: readonly string[]) => {
    const out = path.join(reader.home, `referral-${referralId}`);
    const reading = ['referral', 'read', pseudonym, referralId, ...sourcesOf(desk.sharing, keys)];
    return reader.list<{ file: string; details: { recordId: string } }>(...reading, '--out', out);
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
  const own = path.join(valley.home, 'patient.json');
  await withApproval(patient.shell, valley.salus('ehr', 'admit', wallet, '--out', own));
  const result = { resourceType: 'DiagnosticReport', id: 'consultation', status: 'final' };
  const answer = await written(valley, 'report.json', { ...result, code: { text: 'Report' } });
  const answering = valley.salus(
    ...['referral', 'answer', pseudonym, referralId, answer, '--patient', own],
    ...[...registering, '--wallet', wallet],
  );
  await withApproval(patient.shell, answering);
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

/** The patient invites somebody to ask the wallet. @returns the file that tells where */
async function invitation({ stage, patient }: CareScene, role: Role): Promise<string> {
  const inviting = await patient.shell.salus<object>('wallet', 'invite', role.organisation);
  return written(stage.shell(role), 'wallet.json', inviting);
}

async function written({ home }: Shell, name: string, content: object): Promise<string> {
  const file = path.join(home, name);
  await writeFile(file, JSON.stringify(content), { mode: 0o600 });
  return file;
}
