import type { Context } from 'fabric-contract-api';
import { privateHash, transactionTime, whereDefined } from '@salus/chaincode-common';
import type { ConsentState } from '@salus/protocol';
import type { Copies, CopiesRequest, Patient, RecordCopies } from '@salus/protocol/ehr';
import { copiesOf, namedBy, nextChange, type Copy } from '../rules/copies.js';
import { consentOf } from '../rules/stored-grant.js';
import { organisationCollection, recordKeysAt } from '../state/keys.js';
import { everyGrant, readConsent } from './grants.js';
import { getRecord } from './records.js';
import { withVersions } from './series.js';
import { requirePatient } from './statements.js';

/** A patient's consent as it stands at the transaction's time. */
export interface ConsentNow {
  readonly consent: ConsentState;
  readonly at: string;
}

export async function consentNow(ctx: Context, pseudonym: string): Promise<ConsentNow> {
  return consentOfPatient(ctx, await requirePatient(ctx, pseudonym));
}

async function consentOfPatient(ctx: Context, patient: Patient): Promise<ConsentNow> {
  const { stored, truncated } = await readConsent(ctx, patient.pseudonym);
  return { consent: { ...consentOf(patient, stored), truncated }, at: transactionTime(ctx) };
}

/** Reads each patient's consent once in a transaction. */
export class ConsentsNow {
  readonly #ctx: Context;
  readonly #read = new Map<string, ConsentNow>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  async of(pseudonym: string): Promise<ConsentNow> {
    const known = this.#read.get(pseudonym) ?? (await consentNow(this.#ctx, pseudonym));
    this.#read.set(pseudonym, known);
    return known;
  }
}

/**
 * Which organisations hold a copy of records, by the hashes that every peer has of private data, and which
 * are to: by it a custodian's key service hands out copies, and takes them back. It also tells when that changes
 * without an event.
 */
export async function listCopies(
  ctx: Context,
  { pseudonym, records: recordIds }: CopiesRequest,
): Promise<Copies> {
  const patient = await requirePatient(ctx, pseudonym);
  const now = await consentOfPatient(ctx, patient);
  // Those too whose permits are put away: they may hold copies still.
  const holders = namedBy(consentOf(patient, await everyGrant(ctx, pseudonym)));
  const records: RecordCopies[] = [];
  for (const recordId of recordIds) {
    const record = await withVersions(ctx, await getRecord(ctx, { pseudonym, recordId }));
    const hashAt = (mspId: string) =>
      privateHash(ctx, organisationCollection(mspId), recordKeysAt(pseudonym, recordId));
    const copies: Copy[] = [];
    for (const holder of holders) {
      // A permit may name an organisation that is not on the channel, or has left it: it can hold none.
      const copy = await whereDefined(async () => ({ holder, keysHash: await hashAt(holder) }));
      if (copy) copies.push(copy);
    }
    records.push(copiesOf(record, await hashAt(record.custodian), { ...now, copies }));
  }
  const nextChangeAt = nextChange(now.consent, now.at, patient.endings);
  return { records, ...(nextChangeAt !== undefined && { nextChangeAt }) };
}
