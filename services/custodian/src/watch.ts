/** What a custodian does by itself: takes its part in ceremonies, and escalates reviews that are overdue. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SalusClient } from '@salus/client';
import { unwrap } from '@salus/client/errors';
import type { ContractEvent } from '@salus/client/events';
import { allResults } from '@salus/client/transaction';
import { SalusError } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import { advanceCeremony, type CustodianParts } from './ceremony.js';
import { escalateOverdue } from './escalate.js';

export interface WatchOptions {
  readonly client: Pick<SalusClient, 'events' | 'ehr'>;
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
  const open = new Set<string>();
  await Promise.all([
    every(LOOK_MS, options.signal, parts, () => follow(parts, open, options)),
    every(LOOK_MS, options.signal, parts, () => look(parts, open, options)),
    every(STEP_MS, options.signal, parts, () => step(parts, open)),
    every(options.escalateEveryMs ?? ESCALATE_MS, options.signal, parts, async () => {
      for (const ref of await escalateOverdue(options.client.ehr)) {
        parts.report({ escalated: ref.decisionId });
      }
    }),
  ]);
}

async function follow(
  { report }: CustodianParts,
  open: Set<string>,
  { client, contract = 'ehr', signal }: WatchOptions,
): Promise<void> {
  for await (const { name, payload } of client.events({ contract, signal })) {
    const ids = (payload ?? {}) as { keyId?: unknown; decisionId?: unknown };
    if (isOfCeremony(name) && typeof ids.keyId === 'string') open.add(ids.keyId);
    if (name === 'EmergencyDecided.v1') report({ emergency: ids.decisionId });
  }
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
  const pages = (bookmark: string) => ehr.listCustodianKeys({ pageSize: 100, bookmark });
  for await (const key of allResults<CustodianKey>(pages)) {
    if (GOING.has(key.status) && key.custodians.includes(mspId)) open.add(key.keyId);
  }
}

async function step(parts: CustodianParts, open: Set<string>): Promise<void> {
  for (const keyId of open) {
    try {
      if ((await advanceCeremony(parts, keyId)) === 'DONE') open.delete(keyId);
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }
}

/** Somebody else acted first: the ledger's state, read again, tells what is left to do. */
function isOvertaken(error: unknown): boolean {
  return error instanceof SalusError && OVERTAKEN.has(error.code);
}

const OVERTAKEN: ReadonlySet<string> = new Set([
  'ERR_CONFLICT',
  'ERR_MVCC_CONFLICT',
  'ERR_ALREADY_EXISTS',
  'ERR_ENDORSEMENT_MISMATCH',
]);

/** Does something again and again; the same failure is told once. */
async function every(
  pauseMs: number,
  signal: AbortSignal,
  { report }: CustodianParts,
  act: () => Promise<void>,
): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    try {
      await act();
      told = '';
    } catch (error) {
      const { code, message } = unwrap(error);
      if (message !== told) report({ code, message });
      told = message;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
