import { ownDetails, type EhrClient } from '@salus/client/ehr';
import { unwrap } from '@salus/client/errors';
import { copiesInBatches, purgeErased, recordsByHolder } from '@salus/client/records';
import type { ErrorCode } from '@salus/protocol';
import type { RecordCopies, RecordDeposit } from '@salus/protocol/ehr';

/** What a custodian hands out copies by. */
export type SharingLedger = Pick<
  EhrClient,
  | 'records'
  | 'listCopies'
  | 'readDetails'
  | 'depositDetails'
  | 'shareDetails'
  | 'purgeDetails'
  | 'getErasure'
>;

export interface Sharing {
  /** The custodian. */
  readonly mspId: string;
  readonly ledger: SharingLedger;
}

/** What was done for one patient. */
export interface Shared {
  /** Copies that were handed out. */
  readonly shared: number;
  /** Copies that were taken back. */
  readonly purged: number;
  /** Codes of what failed; the rest was done. */
  readonly faults: readonly ErrorCode[];
  /** When there may be more to do without an event: a permit, a deny or a share begins or ends. ISO 8601. */
  readonly nextChangeAt?: string;
}

/**
 * Brings the copies of a patient's records up to date, those that the custodian keeps: hands details and
 * sealed keys to organisations that a permit opens the record to, and purges them where consent has ended.
 * Of an erased record the custodian's own go too. The ledger says which. What is in order is left alone. Details that release
 * 0.1.0 left in the hospitals' common collection are deposited in the custodian's own.
 */
export async function sharePatientsDetails(
  pseudonym: string,
  { mspId, ledger }: Sharing,
): Promise<Shared> {
  const own: string[] = [];
  const erased: string[] = [];
  for await (const { recordId, custodian, erasedAt } of ledger.records(pseudonym)) {
    if (custodian === mspId) (erasedAt === undefined ? own : erased).push(recordId);
  }
  const { purged, faults } = await purgeErased({ pseudonym, records: erased }, ledger);
  let done: Shared = { shared: 0, purged, faults: faults.map(({ cause }) => unwrap(cause).code) };
  for await (const { records, nextChangeAt } of copiesInBatches(ledger, {
    pseudonym,
    records: own,
  })) {
    // Each batch tells the same of the patient's consent, unless it has changed meanwhile.
    const change = earlier(done.nextChangeAt, nextChangeAt);
    done = {
      ...added(done, await shareBatch(pseudonym, records, ledger)),
      ...(change !== undefined && { nextChangeAt: change }),
    };
  }
  return done;
}

interface Batch {
  readonly pseudonym: string;
  readonly records: readonly string[];
}

async function shareBatch(
  pseudonym: string,
  found: readonly RecordCopies[],
  ledger: SharingLedger,
): Promise<Shared> {
  const records = found.map(({ recordId }) => recordId);
  const isMoved = await moveEarlier({ pseudonym, records: notDeposited(found) }, ledger);
  const copies = isMoved ? (await ledger.listCopies({ pseudonym, records })).records : found;
  const faults: ErrorCode[] = [];
  const forEachHolder = async (
    kind: 'due' | 'over',
    act: (holder: string, recordIds: string[]) => Promise<unknown>,
  ): Promise<number> => {
    let acted = 0;
    for (const [holder, of] of recordsByHolder(copies, kind)) {
      try {
        await act(holder, of);
        acted += of.length;
      } catch (error) {
        // One organisation's peers that are away keep nothing from the others.
        faults.push(unwrap(error).code);
      }
    }
    return acted;
  };
  const shared = await forEachHolder('due', async (holder, recordIds) =>
    ledger.shareDetails(holder, await depositsOf({ pseudonym, records: recordIds }, ledger)),
  );
  const purged = await forEachHolder('over', (holder, recordIds) =>
    ledger.purgeDetails({ pseudonym, records: recordIds, holder }),
  );
  return { shared, purged, faults };
}

const notDeposited = (copies: readonly RecordCopies[]) =>
  copies.filter(({ deposited }) => !deposited).map(({ recordId }) => recordId);

/** Deposits what is found in an earlier place only. @returns whether there was anything */
async function moveEarlier({ pseudonym, records }: Batch, ledger: SharingLedger): Promise<boolean> {
  const deposits: RecordDeposit[] = [];
  for (const recordId of records) {
    const held = await ownDetails(ledger, { pseudonym, recordId });
    if (held) deposits.push(held);
  }
  if (deposits.length > 0) await ledger.depositDetails(deposits);
  return deposits.length > 0;
}

function depositsOf(
  { pseudonym, records }: Batch,
  ledger: SharingLedger,
): Promise<RecordDeposit[]> {
  return Promise.all(records.map((recordId) => ledger.readDetails({ pseudonym, recordId })));
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) < Date.parse(other) ? one : other;
}

function added(a: Shared, b: Shared): Shared {
  return {
    shared: a.shared + b.shared,
    purged: a.purged + b.purged,
    faults: [...a.faults, ...b.faults],
  };
}
