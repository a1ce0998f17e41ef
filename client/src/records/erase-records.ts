import { type SignedAnswers, incomplete, type ErasureCertificate } from '@salus/proofs';
import { readStatement, SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';
import type { ReceiptSource } from '../proofs/collect-receipt.js';
import { collectSignedAnswers } from '../proofs/collect-signed-answers.js';
import type { HttpPartStore } from '../stores/http-part-store.js';
import { copiesInBatches, recordsByHolder } from './copies.js';

/** What an erasure is carried out with. */
export interface ErasureDesk {
  readonly mspId: string;
  readonly channel: string;
  readonly ehr: Pick<EhrClient, 'eraseRecords' | 'listCopies' | 'purgeDetails' | 'getRecord'>;
  /** Organisations' stores by MSP ID: all that keep parts of the records. */
  readonly stores: ReadonlyMap<string, Pick<HttpPartStore, 'erase'>>;
  /** Has peers of most organisations sign what the ledger says of a record. */
  readonly attest: (of: { pseudonym: string; recordId: string }) => Promise<SignedAnswers>;
}

/**
 * Carries out a patient's order of erasure. The ledger closes the records. Of those that this organisation
 * keeps, details, salts and sealed keys are purged, here and wherever a copy is. Each store deletes its parts
 * and signs that. Cut off, it is carried on by the same call with the same order.
 *
 * @param order - statement `ErasureOrder.v1`
 * @returns the certificate; anchors stay on the ledger, so what refers to them still verifies
 * @throws SalusError those of the ledger; `ERR_ERASURE_INCOMPLETE` while a store is away
 */
export async function eraseRecords(order: string, desk: ErasureDesk): Promise<ErasureCertificate> {
  const { pseudonym, recordIds } = await orderOnLedger(order, desk);
  const records = await Promise.all(
    recordIds.map((recordId) => desk.ehr.getRecord({ pseudonym, recordId })),
  );
  const own = records.filter(({ custodian }) => custodian === desk.mspId);
  await purgeOwn(pseudonym, own, desk);
  const erased = [];
  for (const record of records) {
    const { recordId } = record;
    const confirmations = await confirmationsOf(record, desk);
    erased.push({ recordId, confirmations, anchor: await desk.attest({ pseudonym, recordId }) });
  }
  return {
    type: 'ErasureCertificate.v1',
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
  if (own.length === 0) return;
  const records = own.map(({ recordId }) => recordId);
  await ehr.purgeDetails({ pseudonym, records });
  for await (const { records: copies } of copiesInBatches(ehr, { pseudonym, records })) {
    for (const [holder, held] of recordsByHolder(copies, 'over')) {
      await ehr.purgeDetails({ pseudonym, records: held, holder }).catch((cause: unknown) => {
        throw incomplete(held, `the peers of ${holder} did not purge their copy`, cause);
      });
    }
  }
}

/** How `ErasureDesk.attest` is done by a client. */
export function attestedBy(client: ReceiptSource): ErasureDesk['attest'] {
  return (request) =>
    collectSignedAnswers(client, { contract: 'ehr', transaction: 'getRecord', request });
}

async function orderOnLedger(order: string, { ehr }: ErasureDesk) {
  try {
    return (await ehr.eraseRecords(order)).value;
  } catch (error) {
    if (!(error instanceof SalusError) || error.code !== 'ERR_STATEMENT_REPLAYED') throw error;
    // It is on the ledger from before; what it says was verified then.
    const { pseudonym, records } = readStatement(order).payload;
    return { pseudonym: String(pseudonym), recordIds: records as readonly string[] };
  }
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
