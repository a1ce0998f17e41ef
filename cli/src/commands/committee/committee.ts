import { once } from 'node:events';
import type { Command } from 'commander';
import { aloneIn } from '@salus/client/home';
import { Approvals, watchCommittee } from '@salus/committee-service';
import { passphraseFromEnvironment } from '@salus/service-kit';
import { contextOf, withClient } from '../../command-line/context.js';
import { openCommittee } from './open-committee.js';
import { registerProposalCommands } from './proposals.js';

/** `salus committee …`. */
export function registerCommitteeCommands(program: Command): void {
  const committee = program
    .command('committee')
    .description('the organisations that together hold the key of encrypted values');
  registerServe(committee);
  registerApprove(committee);
  registerProposalCommands(committee);
}

function registerServe(committee: Command): void {
  committee
    .command('serve')
    .description("take this organisation's part in ceremonies and openings (SALUS_PASSPHRASE)")
    .requiredOption('--store <url...>', 'stores where members leave what others need')
    .option('--contract <name>', 'chaincode that carries the contract `computation`', 'claims')
    .action(async (options: { store: string[]; contract: string }, command: Command) => {
      const context = contextOf(command);
      const report = (line: object) => process.stderr.write(`${JSON.stringify(line)}\n`);
      await withClient(context, async (client) => {
        await using opened = await openCommittee({
          settings: context.settings,
          client,
          passphrase: passphraseFromEnvironment(),
          storeUrls: options.store,
          chaincode: options.contract,
          report,
        });
        const ending = new AbortController();
        const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
        void told.then(() => ending.abort());
        const { member, home } = opened;
        const { signal } = ending;
        const { contract: chaincode } = options;
        await aloneIn(home.folder, `the committee service of ${chaincode}`, async () => {
          process.stdout.write(`${JSON.stringify({ service: 'committee' })}\n`);
          await watchCommittee(member, { client, chaincode, home, signal, report });
        });
      });
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
