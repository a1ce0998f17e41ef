import type { SalusClient } from '@salus/client';
import type { ContractEvent } from '@salus/client/events';
import { ComputeError } from '@salus/compute';
import { identifier, SalusError } from '@salus/protocol';
import { followLedger } from '@salus/service-kit';
import type { CommitteeMember } from './committee-member.js';
import { followAnswer } from './own-answers.js';
import type { MemberParts } from './parts.js';
import { Worklist, type Task, type Turn } from './worklist.js';

export interface WatchOptions {
  readonly client: Pick<SalusClient, 'events' | 'height'>;
  readonly parts: Parameters<typeof followAnswer>[0] & Pick<MemberParts, 'home' | 'ledger'>;
  readonly signal: AbortSignal;
  readonly report: MemberParts['report'];
}

/**
 * Follows the chaincode's events and takes this member's steps, until told to end. It reads on where its
 * memory ends, so a memory that is an old one meets the answers that it does not know. A new home begins
 * at the chain's beginning: a member that joins finds the key that it joins.
 *
 * @throws SalusError `ERR_MEMORY_ALTERED`, `ERR_MEMORY_OUTDATED`, before anything is done
 */
export async function watchCommittee(
  member: Pick<CommitteeMember, 'advanceKey' | 'advanceOpening'>,
  options: WatchOptions,
): Promise<void> {
  await options.parts.register.load();
  const worklist = new Worklist(options.parts.home);
  await worklist.load();
  await Promise.all([follow(worklist, options), work(member, worklist, options)]);
}

async function follow(
  worklist: Worklist,
  { client, parts, signal, report }: WatchOptions,
): Promise<void> {
  const { register } = parts;
  const handle = async (event: ContractEvent) => {
    await followAnswer(parts, event);
    const task = taskOf(event);
    if (task) await worklist.add(task, signal);
    await register.advance(event.blockNumber);
  };
  await followLedger(
    { client, contract: parts.chaincode, from: await register.position() },
    { handle, signal, report: (fault) => report({ ...fault }) },
  );
}

/** Takes the steps that are due, one after the other. One that fails keeps no other from its turn. */
async function work(
  member: Pick<CommitteeMember, 'advanceKey' | 'advanceOpening'>,
  worklist: Worklist,
  { parts, signal, report }: WatchOptions,
): Promise<void> {
  const told = new Map<string, string>();
  const finish = async (turn: Turn) => {
    told.delete(JSON.stringify(turn.task));
    await worklist.finish(turn);
  };
  for (;;) {
    let turn = await worklist.next(signal);
    if (!turn) return;
    const { task } = turn;
    try {
      if (!turn.isFound) {
        await look(parts.ledger, task);
        turn = worklist.found(turn);
      }
      const standing = await perform(member, task);
      if (standing === 'DONE') await finish(turn);
      else worklist.postpone(turn);
    } catch (error) {
      const { code, message, isFinal } = describe(error);
      if (!turn.isFound && code === 'ERR_NOT_FOUND') {
        if (await worklist.miss(turn)) report({ ...task, code, message, isGivenUp: true });
        continue;
      }
      const name = JSON.stringify(task);
      if (told.get(name) !== code) report({ ...task, code, message });
      told.set(name, code);
      if (isFinal) await finish(turn);
      else worklist.postpone(turn);
    }
  }
}

/** @throws SalusError `ERR_NOT_FOUND` where the ledger does not have what an event told of */
async function look(ledger: MemberParts['ledger'], task: Task): Promise<void> {
  if ('keyId' in task) await ledger.getKey(task.keyId);
  else await ledger.getOpening(task.openingId);
}

function perform(member: Pick<CommitteeMember, 'advanceKey' | 'advanceOpening'>, task: Task) {
  return 'keyId' in task ? member.advanceKey(task.keyId) : member.advanceOpening(task.openingId);
}

/** Events of ceremonies and openings; others name keys as well. */
const CEREMONY = /^(Key|Contribution|Shares|Reshare|Ceremony)/;

/**
 * What an event gives a member to see to. Nobody answers a denial, however many are asked for. A peer with modified
 * code can put any text into an event: what is no identifier names nothing on the ledger.
 */
export function taskOf({
  name,
  payload,
}: Pick<ContractEvent, 'name' | 'payload'>): Task | undefined {
  const ids = Object(payload) as { keyId?: unknown; openingId?: unknown; permitted?: unknown };
  if (ids.permitted === false) return undefined;
  if (ids.openingId !== undefined) {
    const openingId = identifier.safeParse(ids.openingId);
    return openingId.success ? { openingId: openingId.data } : undefined;
  }
  const keyId = identifier.safeParse(ids.keyId);
  return CEREMONY.test(name) && keyId.success ? { keyId: keyId.data } : undefined;
}

/**
 * What no waiting changes: the member disagrees with the ledger, or is not asked at all. An outdated epoch
 * is none of these. A resharing may have come between reading and posting, and what is left to do shows
 * when the ledger is read again.
 */
const FINAL: ReadonlySet<string> = new Set([
  'ERR_OPENING_REFUSED',
  'ERR_HASH_MISMATCH',
  'ERR_BOUND_INVALID',
  'ERR_PARTIAL_INVALID',
  'ERR_PROFILE_UNKNOWN',
  'ERR_KEY_TERMS_CHANGED',
  'ERR_FORBIDDEN',
  'ERR_PASSPHRASE_WRONG',
]);

function describe(error: unknown): { code: string; message: string; isFinal: boolean } {
  const isOurs = error instanceof SalusError || error instanceof ComputeError;
  const code = isOurs ? error.code : 'ERR_INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  return { code, message, isFinal: FINAL.has(code) };
}
