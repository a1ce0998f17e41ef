import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import type { ComputationClient } from '@salus/client/computation';
import { DEFAULT_PROFILE, profileOf } from '@salus/compute';
import { DAY_MS, SalusError } from '@salus/protocol';
import type { CollectiveKey } from '@salus/protocol/computation';
import { contextOf, withClient, type CliContext } from '../../command-line/context.js';

interface CommitteeOptions {
  readonly contract: string;
  readonly members?: string[];
  readonly threshold?: number;
  readonly wait: number;
}

interface CeremonyOptions extends CommitteeOptions {
  readonly members: string[];
  readonly threshold: number;
  readonly purpose: string;
  readonly parameters: string;
  readonly days: number;
  readonly slotBudget?: number;
}

const POLL_MS = 500;

/** `salus committee ceremony|reshare|status`: by an officer, while the members' services work. */
export function registerProposalCommands(committee: Command): void {
  withContract(committee.command('ceremony'))
    .description('propose a collective key, and follow how the members that serve make it')
    .argument('<keyId>')
    .requiredOption('--members <mspIds...>', 'the organisations, in the order that numbers them')
    .requiredOption('--threshold <number>', 'so many of them open', whole)
    .option('--purpose <name>', 'what is computed under the key', 'claims')
    .option('--parameters <name>', 'parameter profile; see docs/compute.md', DEFAULT_PROFILE)
    .option('--days <number>', 'ciphertexts are registered for so long', whole, 365)
    .option('--slot-budget <number>', 'slots to open before the key is replaced', whole)
    .option('--wait <seconds>', 'how long to follow; 0 not at all', whole, 300)
    .action(async (keyId: string, options: CeremonyOptions, command: Command) => {
      await onComputation(command, options, async (context, computation) => {
        await computation.proposeKey(proposalOf(keyId, options));
        await follow(context, computation, { keyId, epoch: 0, seconds: options.wait });
      });
    });

  withContract(committee.command('reshare'))
    .description('give a key new shares: for the same members, or for another committee')
    .argument('<keyId>')
    .option('--members <mspIds...>', 'the new committee; by default the present one')
    .option('--threshold <number>', 'by default the present one', whole)
    .option('--wait <seconds>', 'how long to follow; 0 not at all', whole, 300)
    .action(async (keyId: string, options: CommitteeOptions, command: Command) => {
      await onComputation(command, options, async (context, computation) => {
        const { committee: present, ceremony } = await computation.getKey(keyId);
        const epoch = ceremony.epoch + 1;
        const { members = [...present.members], threshold = present.threshold } = options;
        await computation.proposeReshare({ keyId, epoch, members, threshold });
        await follow(context, computation, { keyId, epoch, seconds: options.wait });
      });
    });

  withContract(committee.command('status'))
    .description('show how far the ceremony of a key is, or an opening')
    .argument('[keyId]')
    .option('--opening <openingId>', 'an opening instead of a key')
    .action(
      async (
        keyId: string | undefined,
        options: { contract: string; opening?: string },
        command: Command,
      ) => {
        await onComputation(command, options, async ({ output }, computation) => {
          if (options.opening !== undefined) {
            output.result(await computation.getOpening(options.opening));
          } else if (keyId !== undefined) {
            output.result(standingOf(await computation.getKey(keyId)));
          } else command.help({ error: true });
        });
      },
    );
}

function withContract(command: Command): Command {
  return command.option(
    '--contract <name>',
    'chaincode that carries the contract `computation`',
    'claims',
  );
}

async function onComputation(
  command: Command,
  { contract }: { readonly contract: string },
  run: (context: CliContext, computation: ComputationClient) => Promise<void>,
): Promise<void> {
  const context = contextOf(command);
  await withClient(context, (client) => run(context, client.computation(contract)));
}

function proposalOf(keyId: string, options: CeremonyOptions) {
  const { members, threshold, purpose, parameters: profile, days } = options;
  const now = Date.now();
  return {
    keyId,
    profile,
    members,
    threshold,
    purpose,
    aSeed: randomBytes(32).toString('hex'),
    validFrom: new Date(now).toISOString(),
    validTo: new Date(now + days * DAY_MS).toISOString(),
    slotBudget: options.slotBudget ?? profileOf(profile).openedSlotBudget,
  };
}

/** Tells each phase as it comes, until the ceremony is over. */
async function follow(
  { output }: CliContext,
  computation: ComputationClient,
  about: { readonly keyId: string; readonly epoch: number; readonly seconds: number },
): Promise<void> {
  const { keyId, epoch, seconds } = about;
  const end = Date.now() + seconds * 1000;
  let told = '';
  for (;;) {
    const key = await computation.getKey(keyId);
    const { phase, complaint } = key.ceremony;
    if (phase !== told) output.note(`${keyId} (epoch ${epoch}): ${phase}`);
    told = phase;
    if (phase === 'FAILED') {
      throw new SalusError('ERR_CEREMONY_FAILED', `The ceremony of ${keyId} failed`, {
        got: JSON.stringify(complaint),
      });
    }
    if (phase === 'DONE' || Date.now() >= end) {
      output.result(standingOf(key));
      return;
    }
    await sleep(POLL_MS);
  }
}

/** A key without the hashes: who has taken which step. */
function standingOf(key: CollectiveKey) {
  const { keyId, status, epoch, committee, openedSlots, slotBudget, publicKeyHash } = key;
  const { kind, phase, complaint, members, ...ceremony } = key.ceremony;
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
    ceremony: {
      kind,
      phase,
      epoch: ceremony.epoch,
      committee: ceremony.committee,
      complaint,
      members: Object.fromEntries(members.map((member) => [member.mspId, taken(member)])),
    },
  };
}

function whole(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('expected a whole number');
}
