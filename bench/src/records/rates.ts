import type { SalusClient } from '@salus/client';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import type { BenchNetwork } from '../bench-network.js';
import { median } from '../stats.js';
import { measureRate, type Rate } from '../throughput.js';
import { GRANTEE } from './population.js';
import { SyntheticPatient } from './synthetic-patient.js';

const PAIRS = 5;
const PATIENTS = 20;
const GRANTS_EACH = 10;
const BATCH = 100;
const BATCH_LOAD = { seconds: 8, inFlight: 8 };
/** More than any of these machines commits in one run. */
const GRANTS_PER_RUN = 3_000;

const operations = ['grant', 'registerRecord', 'requestAccess', 'batch'] as const;
type Operation = (typeof operations)[number];

/** Each operation beside the bare contract in one round after the other. */
export interface Rates {
  readonly rounds: readonly ({ readonly bare: Rate } & Readonly<Record<Operation, Rate>>)[];
  /** Medians of the rounds' ratios to the bare contract; of a batch, per record to a single one. */
  readonly ratios: Readonly<Record<Operation, number>>;
  readonly medians: Readonly<
    Record<Operation | 'bare', { perSecond: number; serverCpuMs: number }>
  >;
  readonly recordsInBatch: number;
}

/** Committed consent, registration and access decisions against a contract that writes one key. */
export async function rates(
  network: BenchNetwork,
  registrar: SalusClient,
  physician: SalusClient,
  report: (line: string) => void,
): Promise<Rates> {
  const bare = registrar.contract('bare');
  const patients = await registeredPatients(network.channel, registrar);
  const patientOf = (index: number) => patients[index % patients.length] as SyntheticPatient;
  const asked: { pseudonym: string; recordId: string }[] = [];
  for (const [number, patient] of patients.entries()) {
    const anchor = patient.anchor(number % GRANTS_EACH);
    await registrar.ehr.registerRecords([anchor]);
    asked.push({ pseudonym: patient.pseudonym, recordId: anchor.recordId });
  }
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();

  const rounds: Rates['rounds'][number][] = [];
  for (let round = 0; round < PAIRS; round += 1) {
    const bareRate = await measureRate(network, (index) =>
      bare.submit('put', { args: [`${round}-${index}-${Date.now()}`, 'x'.repeat(64)] }),
    );
    // Beyond what a patient may have in force, so that they go to patients of this round alone.
    const fresh = await registeredPatients(network.channel, registrar, 0);
    const statements = await Promise.all(
      Array.from({ length: GRANTS_PER_RUN }, (_, index) =>
        (fresh[index % fresh.length] as SyntheticPatient).grant(index, GRANTEE),
      ),
    );
    const grant = await measureRate(network, () =>
      registrar.ehr.grantAccess(statements.pop() ?? ''),
    );
    const registerRecord = await measureRate(network, (index) =>
      registrar.ehr.registerRecords([patientOf(index).anchor(index)]),
    );
    const requestAccess = await measureRate(network, async (index) => {
      const record = asked[index % asked.length] as (typeof asked)[number];
      const request = { ...record, purpose: 'TREAT', hpkePublicKey } as const;
      const { value } = await physician.ehr.requestAccess(request);
      if (!value.permitted) throw new Error(`Denied: ${value.reason}`);
    });
    // A history that comes whole is that of a patient who is new, as in an import.
    const newcomerOf = (index: number) => fresh[index % fresh.length] as SyntheticPatient;
    const batch = await measureRate(
      network,
      (index) =>
        registrar.ehr.registerRecords(
          Array.from({ length: BATCH }, (_, number) => newcomerOf(index).anchor(number)),
        ),
      BATCH_LOAD,
    );
    const measured = { bare: bareRate, grant, registerRecord, requestAccess, batch };
    report(JSON.stringify({ round: round + 1, ...measured }));
    rounds.push(measured);
  }
  return summary(rounds);
}

function summary(rounds: Rates['rounds']): Rates {
  const ratioOf = (operation: Operation) =>
    median(
      rounds.map((round) =>
        operation === 'batch'
          ? (round.batch.perSecond * BATCH) / round.registerRecord.perSecond
          : round[operation].perSecond / round.bare.perSecond,
      ),
    );
  const medianOf = (operation: Operation | 'bare') => ({
    perSecond: median(rounds.map((round) => round[operation].perSecond)),
    serverCpuMs: median(rounds.map((round) => round[operation].serverCpuMs)),
  });
  const ratios = Object.fromEntries(operations.map((each) => [each, ratioOf(each)]));
  const medians = Object.fromEntries(
    (['bare', ...operations] as const).map((each) => [each, medianOf(each)]),
  );
  return {
    rounds,
    ratios: ratios as Rates['ratios'],
    medians: medians as Rates['medians'],
    recordsInBatch: BATCH,
  };
}

async function registeredPatients(
  channel: string,
  registrar: SalusClient,
  grants = GRANTS_EACH,
): Promise<SyntheticPatient[]> {
  const patients = Array.from({ length: PATIENTS }, () => new SyntheticPatient(channel));
  await Promise.all(
    patients.map(async (patient) => {
      await registrar.ehr.registerPatient(await patient.registration());
      for (let number = 0; number < grants; number += 1) {
        await registrar.ehr.grantAccess(await patient.grant(number, GRANTEE));
      }
    }),
  );
  return patients;
}
