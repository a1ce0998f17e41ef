import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { ComputationClient } from '@salus/client/computation';
import { SalusError } from '@salus/protocol';
import type { CollectiveKey } from '@salus/protocol/computation';
import { contextOf, withClient, type CliContext } from '../../command-line/context.js';

export interface CommitteeOptions {
  readonly contract: string;
  readonly members?: string[];
  readonly threshold?: number;
  readonly wait: number;
}

const POLL_MS = 500;

export function withContract(command: Command): Command {
  return command.option(
    '--contract <name>',
    'chaincode that carries the contract `computation`',
    'claims',
  );
}

/** Where a command takes part in the work of several contracts. */
export function withContracts(command: Command): Command {
  return command.option(
    '--contract <name...>',
    'chaincodes that carry the contract `computation`',
    ['claims'],
  );
}

export async function onComputation(
  command: Command,
  { contract }: { readonly contract: string },
  run: (context: CliContext, computation: ComputationClient) => Promise<void>,
): Promise<void> {
  const context = contextOf(command);
  await withClient(context, (client) => run(context, client.computation(contract)));
}

/** Tells each phase as it comes, until the ceremony is over. */
export async function follow(
  { output }: CliContext,
  computation: ComputationClient,
  about: { readonly keyId: string; readonly epoch: number; readonly seconds: number },
): Promise<void> {
  const { keyId, epoch, seconds } = about;
  const end = Date.now() + seconds * 1000;
  let told = '';
  for (;;) {
    const key = await computation.getKey(keyId);
    const { complaint } = key.ceremony;
    const phase = key.ceremony.epoch < epoch ? waitingFor(key) : key.ceremony.phase;
    if (phase !== told) output.note(`${keyId} (epoch ${epoch}): ${phase}`);
    told = phase;
    if (phase === 'FAILED') {
      throw new SalusError('ERR_CEREMONY_FAILED', `The ceremony of ${keyId} failed`, {
        got: complaint ? JSON.stringify(complaint) : 'no end within seven days',
      });
    }
    if (phase === 'DONE' || Date.now() >= end) {
      output.result(standingOf(key));
      return;
    }
    await sleep(POLL_MS);
  }
}

/** A resharing that too few members have asked for. */
function waitingFor({ wishes = [], committee }: CollectiveKey): string {
  const asked = wishes.map(({ by }) => by).join(', ');
  return `asked for by ${asked}; begins when ${committee.threshold} members ask for the same`;
}

/** A key without the hashes: who has taken which step. */
export function standingOf(key: CollectiveKey) {
  const { keyId, status, epoch, committee, openedSlots, slotBudget, publicKeyHash } = key;
  const { kind, phase, complaint, dissenting, members, ...ceremony } = key.ceremony;
  const taken = (member: (typeof members)[number]) =>
    Object.keys(member).filter((name) => name !== 'mspId');
  return {
    keyId,
    status,
    epoch,
    committee,
    openedSlots,
    slotBudget,
    publicKeyHash,
    wishes: key.wishes,
    retirement: key.retirement,
    successor: key.successor,
    endedBy: key.endedBy,
    ceremony: {
      kind,
      phase,
      epoch: ceremony.epoch,
      committee: ceremony.committee,
      complaint,
      dissenting,
      members: Object.fromEntries(members.map((member) => [member.mspId, taken(member)])),
    },
  };
}

export function whole(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('expected a whole number');
}
