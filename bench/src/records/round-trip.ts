import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SalusClient } from '@salus/client';
import { registerRecords } from '@salus/client/records';
import { Actor } from '../actor.js';
import type { BenchNetwork } from '../bench-network.js';
import { percentile } from '../stats.js';
import { GRANTEE } from './population.js';
import { SyntheticPatient } from './synthetic-patient.js';

const ORGANIZATIONS = ['CityHospital', 'ValleyHospital', 'Insurer', 'Pharma', 'Regulator'];
const BYTES = 1_048_576;
const NEEDED = 3;
const WARM_UP = 3;
const TIMES = 20;

/** A record of 1 MB there and back, in milliseconds. */
export interface RoundTrip {
  readonly registerMs: { readonly p50: number; readonly worst: number };
  readonly readMs: { readonly p50: number; readonly worst: number };
  readonly totalMs: { readonly p50: number; readonly worst: number };
}

/**
 * Encrypts, splits 3 of 5, stores, seals and registers a record at one hospital. Another hospital, which
 * holds a grant, asks for it, opens its key, fetches, joins, verifies and decrypts it. Five stores and a
 * key service run, a process each.
 */
export async function roundTrips(
  network: BenchNetwork,
  registrar: SalusClient,
  physician: SalusClient,
): Promise<RoundTrip> {
  using services = new DisposableStack();
  const serve = async (user: readonly [string, string], args: string[]) =>
    services.use(await Actor.serve(network, user, args)).url;
  const urls = await Promise.all(
    ORGANIZATIONS.map((organization) => serve([organization, 'store'], ['store', 'serve'])),
  );
  const keysUrl = await serve(['CityHospital', 'keyservice'], ['keys', 'serve']);
  const places = urls.map((url, at) => `${ORGANIZATIONS[at] ?? ''}MSP=${url}`);

  const patient = new SyntheticPatient(network.channel);
  await registrar.ehr.registerPatient(await patient.registration());
  await registrar.ehr.grantAccess(await patient.grant(0, GRANTEE));
  const home = path.join(network.folder, 'desk');
  await mkdir(home);
  const settings = { stores: places, keyServices: [keysUrl], needed: NEEDED };
  const desk = await registrar.records.using({ ...settings, home }).desk();
  const reading = physician.records.using(settings);

  const sample: { registerMs: number; readMs: number }[] = [];
  for (let time = -WARM_UP; time < TIMES; time += 1) {
    const content = randomBytes(BYTES);
    const recordId = randomUUID();
    const { pseudonym } = patient;
    const started = performance.now();
    await registerRecords([described(recordId, content, patient)], patient.forImport(), desk);
    const registered = performance.now();
    const read = await reading.read({ pseudonym, recordId, purpose: 'TREAT' });
    const ended = performance.now();
    if (hash(read.content) !== hash(content)) throw new Error('The record came back otherwise');
    if (time >= 0) sample.push({ registerMs: registered - started, readMs: ended - registered });
  }
  const of = (times: number[]) => ({ p50: percentile(times, 50), worst: Math.max(...times) });
  return {
    registerMs: of(sample.map(({ registerMs }) => registerMs)),
    readMs: of(sample.map(({ readMs }) => readMs)),
    totalMs: of(sample.map(({ registerMs, readMs }) => registerMs + readMs)),
  };
}

function described(recordId: string, content: Buffer, patient: SyntheticPatient) {
  return {
    recordId,
    content,
    category: patient.category(0),
    labels: [],
    name: 'image',
    contentType: 'application/dicom',
    links: [],
  };
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
