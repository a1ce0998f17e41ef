import { X509Certificate } from 'node:crypto';
import type { Command } from 'commander';
import { SalusError } from '@salus/protocol';
import { contextOf, identityOf, withClient } from '../command-line/context.js';

/** `salus whoami`. */
export function defineWhoami(whoami: Command): void {
  whoami.action(async (_options: object, command: Command) => {
    const { settings, output } = contextOf(command);
    const identity = await identityOf(settings);
    const certificate = new X509Certificate(identity.certificate);
    output.result({
      mspId: identity.mspId,
      subject: certificate.subject.replaceAll('\n', ', '),
      issuer: certificate.issuer.replaceAll('\n', ', '),
      validUntil: certificate.validToDate.toISOString(),
    });
  });
}

/** `salus ping`. */
export function definePing(ping: Command): void {
  ping.action(async (_options: object, command: Command) => {
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
}

/** `salus transaction`. */
export function defineTransaction(transaction: Command): void {
  transaction
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
