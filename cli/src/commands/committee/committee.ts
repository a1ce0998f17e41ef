import type { Command } from 'commander';
import {
  connectedContext,
  contextOf,
  withClient,
  withServiceClient,
} from '../../command-line/context.js';
import { withContract, withContracts } from './ceremony-progress.js';
import type { ServeOptions } from './open-committee.js';
import { registerEndCommands } from './key-end.js';
import { registerProposalCommands } from './proposals.js';

/** `salus committee …`. */
export function defineCommittee(committee: Command): void {
  registerServe(committee);
  registerApprove(committee);
  registerRecover(committee);
  registerProtect(committee);
  registerProposalCommands(committee);
  registerEndCommands(committee);
}

function registerServe(committee: Command): void {
  withContracts(committee.command('serve'))
    .description(
      "take this organisation's part in ceremonies and openings (SALUS_PASSPHRASE or SALUS_HSM_PIN)",
    )
    .option('--store <url...>', 'stores where members leave what others need (SALUS_STORES)')
    .action(async (options: ServeOptions, command: Command) => {
      const { serveCommittee } = await import('./open-committee.js');
      await serveCommittee(connectedContext(command, 'stores'), options);
    });
}

function registerApprove(committee: Command): void {
  withContract(committee.command('approve'))
    .description('agree to the resharing of a key to another committee, as it is proposed now')
    .argument('<keyId>')
    .argument('<epoch>', 'that the resharing leads to')
    .action(
      async (keyId: string, epoch: string, options: { contract: string }, command: Command) => {
        const context = contextOf(command);
        const [{ Approvals }, { openMemberHome }] = await Promise.all([
          import('@salus/committee-service'),
          import('./member-home.js'),
        ]);
        await withClient(context, async (client) => {
          const { ceremony } = await client.computation(options.contract).getKey(keyId);
          const home = await openMemberHome(context.settings, client, options.contract);
          const approvals = new Approvals(home);
          const { committee } = ceremony;
          await approvals.approveProposal({ keyId, epoch: Number(epoch) }, ceremony);
          context.output.result({ keyId, epoch: ceremony.epoch, ...committee });
        });
      },
    );
}

function registerRecover(committee: Command): void {
  withContracts(committee.command('recover'))
    .description(
      'have a member whose memory is lost believe its ledger, once; end its service first',
    )
    .requiredOption('--believe-ledger', 'to say that the own peer is trusted for what was opened')
    .action(async ({ contract }: ServeOptions, command: Command) => {
      const context = contextOf(command);
      const { recoverHome } = await import('./recover.js');
      await withServiceClient(context, async (client) => {
        for (const one of contract) {
          context.output.result(await recoverHome(context.settings, client, one));
        }
      });
    });
}

function registerProtect(committee: Command): void {
  committee
    .command('protect')
    .description("put a home's secrets under a key in a token, or under another passphrase")
    .requiredOption('--by <what>', '`token` (salus.json, SALUS_HSM_PIN) or `passphrase`')
    .option('--new-key', 'make the key in the token first')
    .action(async (options: { by: string; newKey?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { protectHome } = await import('./protect.js');
      context.output.result(await protectHome(context.settings, options));
    });
}
