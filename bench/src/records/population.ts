import type { StateEntry } from '@salus/network';
import { makeIdentity, MemoryLedger, type LedgerClient } from '@salus/memory-ledger';
import { contracts } from '@salus/ehr-contract';
import { deployMembership } from '@salus/testing/membership-in-memory';
import { SyntheticPatient } from './synthetic-patient.js';

const CUSTODIAN = 'CityHospitalMSP';
export const GRANTEE = 'ValleyHospitalMSP';
const GRANTS = 10;
const RECORDS = 100;

/** What was made. */
export interface Populated {
  readonly patients: number;
  readonly grants: number;
  readonly records: number;
}

/**
 * State of patients with ten grants and a hundred records each, as the contract itself writes it. The ehr
 * contract runs on a ledger in memory, and what it writes is handed out.
 *
 * @param sample - is told of patients to ask about, with one of their records
 */
export async function* populate(
  channel: string,
  patients: number,
  sample: (pseudonym: string, recordId: string) => void,
): AsyncGenerator<StateEntry> {
  for (let made = 0; made < patients; made += 1) {
    const written = new Map<string, Buffer>();
    const registrar = await registrarOf(channel, written);
    const patient = new SyntheticPatient(channel);
    const submit = (transaction: string, request: unknown) =>
      registrar.submit('ehr', transaction, { args: [JSON.stringify(request)] });
    await submit('registerPatient', { registration: await patient.registration() });
    for (let number = 0; number < GRANTS; number += 1) {
      await submit('grantAccess', { statement: await patient.grant(number, GRANTEE) });
    }
    // All of a category that one of the grants is about.
    const records = Array.from({ length: RECORDS }, (_, number) => patient.anchor(number % GRANTS));
    await submit('registerRecords', { records });
    for (const [key, value] of written) yield { key: Buffer.from(key, 'utf8'), value };
    sample(patient.pseudonym, records[made % RECORDS]?.recordId ?? '');
  }
}

/** How many patients hold so many grants, and what else there is then. */
export function populationOf(grants: number): Populated {
  const patients = grants / GRANTS;
  return { patients, grants, records: patients * RECORDS };
}

/** A hospital's registrar on a ledger of its own, whose writes are kept in a map. */
async function registrarOf(channel: string, written: Map<string, Buffer>): Promise<LedgerClient> {
  const ledger = new MemoryLedger({
    channel,
    organisations: [CUSTODIAN],
    observer: {
      endorsed: (_, endorsements) => {
        const set = endorsements[0]?.results.namespaces.get('ehr');
        for (const [key, value] of set?.writes ?? []) {
          if (value === null) written.delete(key);
          else written.set(key, value);
        }
      },
    },
  });
  await deployMembership(ledger, { [CUSTODIAN]: ['hospital'] });
  ledger.deploy('ehr', contracts, { endorsement: `OutOf(1, '${CUSTODIAN}.peer')` });
  const attributes = { 'salus.role': 'registrar' };
  return ledger.as(makeIdentity({ mspId: CUSTODIAN, name: 'registrar', attributes }));
}
