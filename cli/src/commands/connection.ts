import { X509Certificate } from 'node:crypto';
import type { Command } from 'commander';
import { loadProfile } from '@salus/client/connection';
import { resolveIdentity } from '@salus/client/identity';
import { SalusError } from '@salus/protocol';
import { contextOf, withClient } from '../command-line/context.js';
import { requireSettings } from '../command-line/settings.js';

/** `salus whoami`, `salus ping`, `salus transaction`. */
export function registerConnectionCommands(program: Command): void {
  program
    .command('whoami')
    .description('show the identity that commands act as, without a call to the network')
    .action(async (_options: object, command: Command) => {
      const { settings, output } = contextOf(command);
      const { profile, mspDir, mspId } = requireSettings(settings, 'profile', 'mspDir');
      const identity = await resolveIdentity(
        { mspDir, ...(mspId !== undefined && { mspId }) },
        loadProfile(profile).mspId,
      );
      const certificate = new X509Certificate(identity.certificate);
      output.result({
        mspId: identity.mspId,
        subject: certificate.subject.replaceAll('\n', ', '),
        issuer: certificate.issuer.replaceAll('\n', ', '),
        validUntil: certificate.validToDate.toISOString(),
      });
    });

  program
    .command('ping')
    .description('connect, and check peer, TLS, identity and channel')
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const began = performance.now();
      await withClient(context, async (client) => {
        const milliseconds = Math.round(performance.now() - began);
        const blocks = await client.height();
        context.output.result({
          channel: client.channel,
          servedBy: client.servedBy,
          actingFor: client.mspId,
          blocks,
          milliseconds,
        });
      });
    });

  program
    .command('transaction')
    .description('show what became of a transaction')
    .argument('<transactionId>')
    .action(async (transactionId: string, _options: object, command: Command) => {
      const context = contextOf(command);
      await withClient(context, async (client) => {
        const status = await client.transactionStatus(transactionId);
        if (!status) {
          throw new SalusError('ERR_NOT_FOUND', 'No peer knows the transaction', {
            argument: 'transactionId',
            got: transactionId,
            remedy: 'check its ID; one that was just sent may take a few seconds, so ask again',
          });
        }
        context.output.result({ transactionId, ...status, applied: status.code === 0 });
      });
    });
}
