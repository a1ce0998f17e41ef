import type { Command } from 'commander';
import { SalusError } from '@salus/protocol';
import type { MemberKind, MembershipChange } from '@salus/protocol/membership';
import { onClient, onClientList } from '../command-line/context.js';

/** `salus membership …`: what each organisation of the channel is. */
export function defineMembership(membership: Command): void {
  membership
    .command('list')
    .description('show the members in force, with their kinds')
    .action(onClient(({ membership }) => membership.registry()));

  membership
    .command('propose')
    .description('propose what an organisation is to be (administrator of a member)')
    .argument('<mspId>')
    .argument('[kind...]', 'hospital, insurer, manufacturer, pharmacy, overseer')
    .option('--remove', 'propose that it is no member any more')
    .action(
      onClient(
        ({ membership }, mspId: string, kinds: MemberKind[], { remove }: { remove?: boolean }) =>
          membership.propose(changeOf(mspId, kinds, remove ?? false)),
      ),
    );

  membership
    .command('approve')
    .description('approve a proposal (administrator of a member)')
    .argument('<proposalId>')
    .action(onClient(({ membership }, proposalId: string) => membership.approve(proposalId)));

  membership
    .command('proposals')
    .description('list all proposals, with what became of them')
    .action(onClientList(({ membership }) => membership.proposals()));

  membership
    .command('history')
    .description('list every revision of the registry, with who approved it')
    .action(onClientList(({ membership }) => membership.history()));
}

/** The contract checks the kinds. */
function changeOf(mspId: string, kinds: readonly MemberKind[], remove: boolean): MembershipChange {
  if (!remove) return { action: 'register', member: { mspId, kinds: [...kinds] } };
  if (kinds.length === 0) return { action: 'remove', mspId };
  throw new SalusError('ERR_INVALID_ARGUMENT', 'Who is removed has no kinds', {
    argument: 'kind',
    expected: 'no kinds beside --remove',
    got: kinds.join(', '),
  });
}
