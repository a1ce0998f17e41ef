import type { Command } from 'commander';
import { connectedContext, contextOf, withClient } from '../../command-line/context.js';
import type { ServeOptions } from './open-committee.js';
import { registerEndCommands } from './key-end.js';
import { registerProposalCommands } from './proposals.js';

/** `salus committee …`. */
export function defineCommittee(committee: Command): void {
  registerServe(committee);
  registerApprove(committee);
  registerProposalCommands(committee);
  registerEndCommands(committee);
}

function registerServe(committee: Command): void {
  committee
    .command('serve')
    .description("take this organisation's part in ceremonies and openings (SALUS_PASSPHRASE)")
    .option('--store <url...>', 'stores where members leave what others need (SALUS_STORES)')
    .option('--contract <name>', 'chaincode that carries the contract `computation`', 'claims')
    .action(async (options: ServeOptions, command: Command) => {
      const { serveCommittee } = await import('./open-committee.js');
      await serveCommittee(connectedContext(command, 'stores'), options);
    });
}

function registerApprove(committee: Command): void {
  committee
    .command('approve')
    .description('agree to the resharing of a key to another committee, as it is proposed now')
    .argument('<keyId>')
    .argument('<epoch>', 'that the resharing leads to')
    .option('--contract <name>', 'chaincode that carries the contract `computation`', 'claims')
    .action(
      async (keyId: string, epoch: string, options: { contract: string }, command: Command) => {
        const context = contextOf(command);
        const { Approvals } = await import('@salus/committee-service');
        await withClient(context, async (client) => {
          const { ceremony } = await client.computation(options.contract).getKey(keyId);
          const approvals = Approvals.in(context.settings.home);
          const { committee } = ceremony;
          await approvals.approveProposal({ keyId, epoch: Number(epoch) }, ceremony);
          context.output.result({ keyId, epoch: ceremony.epoch, ...committee });
        });
      },
    );
}
