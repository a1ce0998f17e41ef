/** What a custodian does by itself: takes its part in ceremonies, and escalates reviews that are overdue. */
import type { SalusClient } from '@salus/client';
import { unwrap } from '@salus/client/errors';
import type { ContractEvent } from '@salus/client/events';
import { allResults } from '@salus/client/transaction';
import { identifier, MAX_PAGE_SIZE } from '@salus/protocol';
import { transactionId, type CustodianKey } from '@salus/protocol/ehr';
import { followLedger, isOvertaken, repeatedly, type Fault } from '@salus/service-kit';
import { advanceCeremony, type CustodianParts } from './ceremony.js';
import { escalateOverdue } from './escalate.js';

export interface WatchOptions {
  readonly client: Pick<SalusClient, 'events' | 'height' | 'ehr'>;
  /** Name under which the ehr contract is deployed. */
  readonly contract?: string;
  readonly signal: AbortSignal;
  /** Default 1 min. */
  readonly escalateEveryMs?: number;
}

const STEP_MS = 500;
/** Events tell of new ceremonies at once; this finds those that they did not tell of. */
const LOOK_MS = 30_000;
const ESCALATE_MS = 60_000;

/** Works until told to end. Failures are reported, and tried again. */
export async function watchCustodian(parts: CustodianParts, options: WatchOptions): Promise<void> {
  const { signal, escalateEveryMs = ESCALATE_MS } = options;
  const open = new Set<string>();
  const report = (fault: Fault) => parts.report({ ...fault });
  const every = (everyMs: number, act: () => Promise<void>) =>
    repeatedly(act, { everyMs, signal, report });
  await Promise.all([
    follow(parts, open, options),
    every(LOOK_MS, () => look(parts, open, options)),
    every(STEP_MS, () => step(parts, open)),
    every(escalateEveryMs, async () => {
      for (const ref of await escalateOverdue(options.client.ehr)) {
        parts.report({ escalated: ref.decisionId });
      }
    }),
  ]);
}

function follow(
  { report }: CustodianParts,
  open: Set<string>,
  { client, contract = 'ehr', signal }: WatchOptions,
): Promise<void> {
  const handle = ({ name, payload }: ContractEvent) => {
    const ids = (payload ?? {}) as { keyId?: unknown; decisionId?: unknown };
    const keyId = identifier.safeParse(ids.keyId);
    if (isOfCeremony(name) && keyId.success) open.add(keyId.data);
    const decisionId = transactionId.safeParse(ids.decisionId);
    if (name === 'EmergencyDecided.v1' && decisionId.success)
      report({ emergency: decisionId.data });
  };
  return followLedger(
    { client, contract, from: 'now' },
    { handle, signal, report: (fault) => report({ ...fault }) },
  );
}

function isOfCeremony(name: ContractEvent['name']): boolean {
  return /^(CustodianKey|Dealing)/.test(name);
}

const GOING: ReadonlySet<CustodianKey['status']> = new Set(['PROPOSED', 'COMMITTED', 'DEALT']);

async function look(
  { mspId }: CustodianParts,
  open: Set<string>,
  { client: { ehr } }: WatchOptions,
): Promise<void> {
  const pages = (bookmark: string) => ehr.listCustodianKeys({ pageSize: MAX_PAGE_SIZE, bookmark });
  for await (const key of allResults<CustodianKey>(pages)) {
    if (GOING.has(key.status) && key.custodians.includes(mspId)) open.add(key.keyId);
  }
}

/**
 * Takes the next step of each open ceremony. One that fails keeps no other from its step. One that the ledger
 * does not have was told of by a forged event, or is not on the own peer yet: {@link look} finds it then.
 */
async function step(parts: CustodianParts, open: Set<string>): Promise<void> {
  const failures: unknown[] = [];
  for (const keyId of open) {
    try {
      if ((await advanceCeremony(parts, keyId)) === 'DONE') open.delete(keyId);
    } catch (error) {
      if (unwrap(error).code === 'ERR_NOT_FOUND') open.delete(keyId);
      else if (!isOvertaken(error)) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
