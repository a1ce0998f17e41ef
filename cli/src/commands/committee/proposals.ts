import type { Command } from 'commander';
import { DEFAULT_PROFILE } from '@salus/compute';
import { PURPOSE } from '@salus/protocol/statistics';
import {
  follow,
  onComputation,
  standingOf,
  whole,
  withContract,
  type CommitteeOptions,
} from './ceremony-progress.js';
import { DEFAULT_DAYS, proposalOf, requireLegal, type KeyTerms } from './key-terms.js';

type CeremonyOptions = CommitteeOptions &
  Omit<KeyTerms, 'profile' | 'purpose'> & {
    readonly parameters: string;
    readonly purpose?: string;
  };

/** What the contract serves that the deployment names so; a contract of one's own has its own name for it. */
function purposeOf(contract: string): string {
  return contract === 'statistics' ? PURPOSE : contract;
}

/** `salus committee ceremony|reshare|status`: by an officer, while the members' services work. */
export function registerProposalCommands(committee: Command): void {
  withContract(committee.command('ceremony'))
    .description('propose a collective key, and follow how the members that serve make it')
    .argument('<keyId>')
    .requiredOption('--members <mspIds...>', 'the organisations, in the order that numbers them')
    .requiredOption(
      '--threshold <number>',
      'so many of them open: at most half of the members, rounded up',
      whole,
    )
    .option(
      '--purpose <name>',
      'what is computed under the key; by default what the contract serves',
    )
    .option('--parameters <name>', 'parameter profile; see docs/compute.md', DEFAULT_PROFILE)
    .option('--days <number>', 'ciphertexts are registered for so long', whole, DEFAULT_DAYS)
    .option('--slot-budget <number>', 'slots to open before the key is replaced', whole)
    .option('--wait <seconds>', 'how long to follow; 0 not at all', whole, 300)
    .action(async (keyId: string, options: CeremonyOptions, command: Command) => {
      await requireLegal(options);
      await onComputation(command, options, async (context, computation) => {
        const { parameters: profile, contract, ...terms } = options;
        const purpose = options.purpose ?? purposeOf(contract);
        await computation.proposeKey(proposalOf(keyId, { ...terms, purpose, profile }));
        await follow(context, computation, { keyId, epoch: 0, seconds: options.wait });
      });
    });

  withContract(committee.command('reshare'))
    .description('ask for new shares of a key: for the same members, or for another committee')
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
