import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry, HealthRecord, Referral } from '@salus/protocol/ehr';
import { nextRequest } from '@salus/testing/next-request';
import { furnish, salus, serve, type Ended, type Served } from '@salus/testing/salus-process';

const HOUR = 3_600_000;
const [CITY, VALLEY] = ['CityHospitalMSP', 'ValleyHospitalMSP'];
const resource = (resourceType: string, id: string, more: object = {}) =>
  JSON.stringify({ resourceType, id, ...more });
const finding = resource('Observation', 'finding', { status: 'final' });
const report = resource('DiagnosticReport', 'report', { status: 'final' });

/** Each of them a process, or the home of one who types commands. */
let folder: string;
const running: Served[] = [];
const stores: string[] = [];
const keys: Record<string, string> = {};
const home = (organisation: string, user: string) =>
  furnish(path.join(folder, `${organisation}-${user}`), organisation, user);
let wallet: string;
let city: string;
let valley: string;

async function start(at: string, ...args: string[]): Promise<string> {
  const served = await serve(at, ...args);
  running.push(served);
  return served.url;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'salus-referral-'));
  for (const name of ['CityHospital', 'ValleyHospital', 'Insurer']) {
    stores.push(`${name}MSP=${await start(home(name, 'store'), 'store', 'serve')}`);
  }
  for (const name of ['CityHospital', 'ValleyHospital']) {
    keys[name] = await start(home(name, 'keyservice'), 'keys', 'serve');
  }
  city = home('CityHospital', 'physician');
  valley = home('ValleyHospital', 'physician');
  wallet = path.join(folder, 'wallet');
  await mkdir(wallet, { mode: 0o700 });
  result(await salus(wallet, 'wallet', 'init'));
  await start(wallet, 'wallet', 'serve', '--channel', 'edge-east');
});

afterAll(async () => {
  for (const service of running) await service.stop();
  await rm(folder, { recursive: true });
});

/** What a command printed that has to succeed. */
// The type is the caller's knowledge of the command.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
function result<T>({ exitCode, stdout, stderr }: Ended): T {
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

function lines<T>({ exitCode, stdout, stderr }: Ended): T[] {
  expect([exitCode, stderr]).toEqual([0, '']);
  const printed = stdout.split('\n').filter((line) => line !== '');
  return printed.map((line) => JSON.parse(line) as T);
}

function codeOf({ stderr }: Ended): string {
  return (JSON.parse(stderr) as { error: { code: string } }).error.code;
}

async function written(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

/** The patient approves what a command asks, while it waits for that; or refuses it. */
async function approved(
  command: Promise<Ended>,
  verdict: 'approve' | 'refuse' = 'approve',
): Promise<Ended> {
  const ending = new AbortController();
  const ended = command.finally(() => ending.abort());
  const id = await nextRequest(wallet, ending.signal);
  if (id !== undefined) result(await salus(wallet, 'wallet', verdict, id));
  return ended;
}

/** The hospital is invited, and gets what registering records needs. */
async function admitted(organisation: string, at: string, ...more: string[]) {
  const invitation = result<object>(await salus(wallet, 'wallet', 'invite', organisation));
  const asking = await written(`${organisation}.invitation`, JSON.stringify(invitation));
  const out = path.join(folder, `${organisation}.patient`);
  const known = result<{ pseudonym: string }>(
    await approved(salus(at, 'ehr', 'admit', asking, '--out', out, ...more)),
  );
  const office = ['--wallet', asking, '--patient', out, '--store', ...stores];
  return { pseudonym: known.pseudonym, patient: out, office };
}

async function registered(patient: string, name: string, content: string): Promise<string> {
  const file = await written(`${name}.json`, content);
  const options = ['--patient', patient, '--store', ...stores];
  return result<HealthRecord>(await salus(city, 'ehr', 'register', file, ...options)).recordId;
}

it('hands over what is needed, brings the answer back, and ends', async () => {
  const registrar = home('CityHospital', 'registrar');
  const { pseudonym, patient, office } = await admitted('CityHospital', registrar, '--new');
  const handed = await registered(patient, 'finding', finding);
  const other = await registered(patient, 'other', resource('Observation', 'other'));

  const sending = async (priority: string, until: string) => {
    const request = resource('ServiceRequest', priority, { status: 'active', priority });
    const file = await written(`${priority}.json`, request);
    const terms = ['--to', VALLEY, '--role', 'physician', '--record', handed, '--until', until];
    return { request, sent: salus(city, 'referral', 'send', file, ...office, ...terms) };
  };
  const send = async (priority: string, until: string) => {
    const { request, sent } = await sending(priority, until);
    return { request, ...result<Referral>(await approved(sent)) };
  };
  const later = new Date(Date.now() + HOUR).toISOString();
  // Nobody is referred whom the wallet doesn't agree for; asked again, it goes on.
  const unwanted = await approved((await sending('urgent', later)).sent, 'refuse');
  expect(codeOf(unwanted)).toBe('ERR_APPROVAL_NEEDED');
  const none = await salus(valley, 'referral', 'list');
  expect(lines<Referral>(none).filter((one) => one.pseudonym === pseudonym)).toEqual([]);
  const began = Date.now();
  const lasting = await send('urgent', later);
  // Sending and listing once more take less than that: a busy machine needs more time for each.
  let forMs = 3 * (Date.now() - began);
  expect(lasting).toMatchObject({ priority: 'urgent', status: 'REQUESTED', from: CITY });

  // The receiving hospital looks at the most pressing first, and takes it on.
  const listed = async () => {
    const all = lines<Referral>(await salus(valley, 'referral', 'list'));
    return all.filter((one) => one.pseudonym === pseudonym);
  };
  /** A referral that ends soon, and what is listed before. */
  const pressing = async () => {
    const end = Date.now() + forMs;
    const short = await send('stat', new Date(end).toISOString());
    return { end, short, ofPatient: await listed() };
  };
  let { end, short, ofPatient } = await pressing();
  while (Date.now() > end) {
    forMs *= 2;
    ({ end, short, ofPatient } = await pressing());
  }
  expect(ofPatient.map(({ priority }) => priority)).toEqual(['stat', 'urgent']);
  const { referralId, request } = lasting;
  result(await salus(valley, 'ehr', 'accept-referral', pseudonym, referralId));

  // It reads exactly what was handed over; and of its staff only those whom the patient named do.
  const sources = ['--store', ...stores, '--keys', keys['ValleyHospital']!, keys['CityHospital']!];
  const inbox = path.join(folder, 'inbox');
  const read = (at: string, out: string) =>
    salus(at, 'referral', 'read', pseudonym, referralId, ...sources, '--out', out);
  lines(await read(valley, inbox));
  expect(await readFile(path.join(inbox, referralId), 'utf8')).toBe(request);
  expect(await readFile(path.join(inbox, handed), 'utf8')).toBe(finding);
  const one = (at: string, recordId: string) =>
    salus(
      ...[at, 'ehr', 'read', pseudonym, recordId, ...sources],
      ...['--purpose', 'TREAT', '--out', path.join(folder, 'none')],
    );
  expect(codeOf(await one(valley, other))).toBe('ERR_NO_DECISION');
  const billing = home('ValleyHospital', 'billing');
  expect(codeOf(await one(billing, handed))).toBe('ERR_NO_DECISION');

  // The answer is a record of the receiving hospital, which the referring one reads.
  const visited = await admitted('ValleyHospital', valley);
  expect(visited.pseudonym).toBe(pseudonym);
  const answer = await written('report.json', report);
  const answering = ['referral', 'answer', pseudonym, referralId, answer];
  const answered = result<Referral>(await approved(salus(valley, ...answering, ...visited.office)));
  const [recordId = ''] = answered.answers?.[0]?.records ?? [];
  const post = path.join(folder, 'post');
  const [opened] = lines<{ details: object }>(await read(city, post));
  expect(await readFile(path.join(post, recordId), 'utf8')).toBe(report);
  expect(opened?.details).toMatchObject({
    author: { mspId: VALLEY },
    links: [{ relation: 'based-on', recordId: referralId }],
  });

  // The other one ends at its time: nothing of it is read, and nobody takes it on.
  await sleep(Math.max(0, end - Date.now()));
  expect(codeOf(await one(valley, short.referralId))).toBe('ERR_NO_DECISION');
  const late = await salus(valley, 'ehr', 'accept-referral', pseudonym, short.referralId);
  expect(codeOf(late)).toBe('ERR_CONFLICT');
  expect(await listed()).toEqual([]);

  const trail = lines<AuditEntry>(await salus(city, 'ehr', 'audit', pseudonym));
  expect(trail.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['REFERRED', 'REFERRAL_ACCEPTED', 'REFERRAL_ANSWERED']),
  );
});
