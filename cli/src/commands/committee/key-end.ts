import type { Command } from 'commander';
import { DEFAULT_PROFILE, profileOf } from '@salus/compute';
import type { ComputationClient } from '@salus/client/computation';
import { conflict, ifFound } from '@salus/protocol';
import type { CollectiveKey } from '@salus/protocol/computation';
import {
  follow,
  onComputation,
  whole,
  withContract,
  type CommitteeOptions,
} from './ceremony-progress.js';
import { DEFAULT_DAYS, proposalOf, requireLegal } from './key-terms.js';

interface RetireOptions {
  readonly contract: string;
  readonly successor?: string;
}

interface ReplaceOptions extends CommitteeOptions {
  readonly days: number;
  readonly slotBudget?: number;
}

/** `salus committee replace|retire`: how a key ends, and the next one begins. */
export function registerEndCommands(committee: Command): void {
  withContract(committee.command('replace'))
    .description(
      'make the key that comes after another one, on the same terms unless others are named',
    )
    .argument('<keyId>', 'the key that is to be replaced; it opens until it is retired')
    .argument('<successor>', 'ID of the new key')
    .option('--members <mspIds...>', 'its committee; by default the present one')
    .option('--threshold <number>', 'by default the present one', whole)
    .option('--days <number>', 'ciphertexts are registered for so long', whole, DEFAULT_DAYS)
    .option('--slot-budget <number>', 'slots to open before it is replaced', whole)
    .option('--wait <seconds>', 'how long to follow; 0 not at all', whole, 300)
    .action(async (keyId: string, successor: string, options: ReplaceOptions, command: Command) => {
      await onComputation(command, options, async (context, computation) => {
        const old = await computation.getKey(keyId);
        await begin(computation, old, successor, options);
        const about = { keyId: successor, epoch: 0, seconds: options.wait };
        await follow(context, computation, about);
        context.output.note(
          `${keyId} opens until ${old.committee.threshold} members have run ` +
            `salus committee retire ${keyId} --successor ${successor}`,
        );
      });
    });

  withContract(committee.command('retire'))
    .description("ask for a key's end; it ends once as many members ask as an opening takes")
    .argument('<keyId>', 'nothing is opened under it any more')
    .option('--successor <keyId>', 'the key that replaces it; named if all who ask name it')
    .action(async (keyId: string, options: RetireOptions, command: Command) => {
      await onComputation(command, options, async ({ output }, computation) => {
        const { successor } = options;
        const request = { keyId, ...(successor !== undefined && { successor }) };
        const { value } = await computation.retireKey(request);
        output.result(endOf(value));
      });
    });
}

/** Proposes the new key, unless another member has. */
async function begin(
  computation: ComputationClient,
  old: CollectiveKey,
  successor: string,
  options: ReplaceOptions,
): Promise<void> {
  const known = await ifFound(computation.getKey(successor));
  if (known && known.purpose !== old.purpose) {
    const message = `the key ${successor} is for another purpose`;
    throw conflict('successor', message, old.purpose, known.purpose);
  }
  if (known) return;
  const { purpose, slotBudget, committee } = old;
  // Keys that 0.1.0 made know no proofs, without which a new key takes no ciphertext.
  const profile = profileOf(old.profile).proven ? old.profile : DEFAULT_PROFILE;
  const terms = {
    ...{ purpose, profile, slotBudget, days: options.days },
    members: options.members ?? [...committee.members],
    threshold: options.threshold ?? committee.threshold,
    ...(options.slotBudget !== undefined && { slotBudget: options.slotBudget }),
  };
  await requireLegal(terms);
  await computation.proposeKey(proposalOf(successor, terms));
}

function endOf({ keyId, status, retirement = [], successor, committee }: CollectiveKey) {
  return { keyId, status, successor, asked: retirement, needed: committee.threshold };
}
