import { setTimeout as sleep } from 'node:timers/promises';
import {
  answerOf,
  incomplete,
  keptBy,
  type ErasureCertificate,
  type SignedAnswers,
} from '@salus/proofs';
import { hashOf, readStatement, SalusError, type ErasureOrder } from '@salus/protocol';
import type { Erasure, GetErasureRequest, HealthRecord } from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';
import type { ReceiptSource } from '../proofs/collect-receipt.js';
import { collectSignedAnswers } from '../proofs/collect-signed-answers.js';
import type { HttpPartStore } from '../stores/http-part-store.js';
import { purgeErased } from './purge-erased.js';

/** What an erasure is carried out with. */
export interface ErasureDesk {
  readonly mspId: string;
  readonly channel: string;
  readonly ehr: Pick<
    EhrClient,
    'eraseRecords' | 'getErasure' | 'purgeDetails' | 'getRecord' | 'recordVersions'
  >;
  /** Organisations' stores by MSP ID: all that keep parts of the records. */
  readonly stores: ReadonlyMap<string, Pick<HttpPartStore, 'erase'>>;
  /** Has peers of most organisations sign what the ledger says of a record's erasure. */
  readonly attest: (request: Required<GetErasureRequest>) => Promise<SignedAnswers>;
}

/**
 * Carries out a patient's order of erasure. The ledger closes the records. Of those that this organisation
 * keeps, details, salts and sealed keys are purged, here and wherever a copy is. Each store deletes its parts
 * and signs that. Peers of most organisations sign that nobody keeps a key any more. Cut off, it is carried on by
 * the same call with the same order.
 *
 * @param order - statement `ErasureOrder.v1`
 * @returns the certificate; anchors stay on the ledger, so what refers to them still verifies
 * @throws SalusError those of the ledger; `ERR_ERASURE_INCOMPLETE` while a store is away, or an organisation's
 *   peers keep keys: those of other custodians' records go when their key services see the order
 */
export async function eraseRecords(order: string, desk: ErasureDesk): Promise<ErasureCertificate> {
  const { pseudonym, recordIds } = await orderOnLedger(order, desk);
  const records = await Promise.all(
    recordIds.map((recordId) => desk.ehr.getRecord({ pseudonym, recordId })),
  );
  const own = records.filter(({ custodian }) => custodian === desk.mspId);
  await purgeOwn(pseudonym, own, desk);
  const erased: ErasureCertificate['records'] = [];
  for (const record of records) {
    const { recordId } = record;
    const confirmations = await confirmationsOf(record, desk);
    const evidence = hashOf(confirmations);
    const erasure = await attestedPurge({ pseudonym, recordId, evidence }, desk);
    erased.push({ recordId, confirmations, erasure });
  }
  return {
    type: 'ErasureCertificate.v2',
    channel: desk.channel,
    pseudonym,
    issuedAt: new Date().toISOString(),
    records: erased,
  };
}

/** Purges what describes and opens records: here, and at every organisation that holds a copy. */
async function purgeOwn(
  pseudonym: string,
  own: readonly HealthRecord[],
  { ehr }: ErasureDesk,
): Promise<void> {
  const records = own.map(({ recordId }) => recordId);
  const { faults } = await purgeErased({ pseudonym, records }, ehr);
  const [fault] = faults;
  if (fault === undefined) return;
  const why = `the peers of ${fault.holder} did not purge their copy`;
  throw incomplete(fault.records, why, fault.cause);
}

/** Peers may be some blocks behind the last purge. */
const PATIENCE_MS = 10_000;
const POLL_MS = 300;

async function attestedPurge(
  request: Required<GetErasureRequest>,
  { attest }: ErasureDesk,
): Promise<SignedAnswers> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const answers = await attest(request);
    const { holders } = answerOf(answers) as Erasure;
    if (holders.length === 0) return answers;
    if (Date.now() >= until) throw incomplete(request.recordId, keptBy(holders));
    await sleep(POLL_MS);
  }
}

/** How `ErasureDesk.attest` is done by a client. */
export function attestedBy(client: ReceiptSource): ErasureDesk['attest'] {
  return (request) =>
    collectSignedAnswers(client, { contract: 'ehr', transaction: 'getErasure', request });
}

async function orderOnLedger(order: string, { ehr }: ErasureDesk) {
  try {
    return (await ehr.eraseRecords(order)).value;
  } catch (error) {
    if (!(error instanceof SalusError) || error.code !== 'ERR_STATEMENT_REPLAYED') throw error;
    // It is on the ledger from before; what it says was verified then.
    const { payload } = readStatement(order);
    const { pseudonym, records, versions } = payload as unknown as ErasureOrder;
    if (versions === undefined) return { pseudonym, recordIds: records };
    return { pseudonym, recordIds: await erasedWith({ pseudonym, records }, ehr) };
  }
}

/** The versions that an order ended with those that it names; what was registered after it stays. */
async function erasedWith(
  { pseudonym, records }: Pick<ErasureOrder, 'pseudonym' | 'records'>,
  ehr: ErasureDesk['ehr'],
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const recordId of records) {
    const { earlier, later } = await ehr.recordVersions({ pseudonym, recordId });
    for (const one of [...earlier, recordId, ...later.map((each) => each.recordId)]) found.add(one);
  }
  return [...found];
}

async function confirmationsOf(record: HealthRecord, { stores }: ErasureDesk): Promise<string[]> {
  const { pseudonym, recordId, layout } = record;
  const keepers = [...new Set(layout.parts.map(({ store }) => store))];
  return Promise.all(
    keepers.map(async (mspId) => {
      const store = stores.get(mspId);
      if (!store) throw incomplete(recordId, `the store of ${mspId} is not named`);
      try {
        return await store.erase({ pseudonym, recordId });
      } catch (cause) {
        throw incomplete(recordId, `the store of ${mspId} did not confirm`, cause);
      }
    }),
  );
}
