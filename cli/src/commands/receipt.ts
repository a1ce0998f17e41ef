import type { Command } from 'commander';
import type { VerifyOptions } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import { contextOf, onClient } from '../command-line/context.js';
import { readBytes, readText, wholeNumber } from '../command-line/input.js';

interface Demands {
  readonly chaincode: string;
  readonly endorsements: string;
  readonly at?: string;
}

/** `salus receipt`. */
export function defineReceipt(receipt: Command): void {
  demanding(receipt)
    .argument('<decisionId>', 'ID of the transaction that asked for access')
    .requiredOption('--out <file>', 'file to write')
    .action(
      onClient(async (client, decisionId: string, options: Demands & { out: string }) => {
        const [{ collectReceipt }, { writeReceipt }, { writeAtomically }] = await Promise.all([
          import('@salus/client/proofs'),
          import('@salus/proofs'),
          import('@salus/client/home'),
        ]);
        const receipt = await collectReceipt(client, decisionId, demands(options));
        await writeAtomically(options.out, Buffer.from(writeReceipt(receipt)));
        return { decisionId, attestations: receipt.attestations.length, file: options.out };
      }),
    );
}

/** `salus channel-config`. */
export function defineChannelConfig(channelConfig: Command): void {
  channelConfig.requiredOption('--out <file>', 'file to write').action(
    onClient(async (client, { out }: { out: string }) => {
      const [{ fetchChannelConfig }, { readChannelConfig }, { writeAtomically }] =
        await Promise.all([
          import('@salus/client/proofs'),
          import('@salus/proofs'),
          import('@salus/client/home'),
        ]);
      const block = await fetchChannelConfig(client);
      const { channel, sequence, organisations } = await readChannelConfig(block);
      await writeAtomically(out, block);
      return { channel, sequence, organisations: [...organisations.keys()], file: out };
    }),
  );
}

/** `salus verify …`. */
export function defineVerify(verify: Command): void {
  registerErasureCheck(verify);
  demanding(verify.command('receipt'))
    .description("check the receipt of an access decision against a channel's configuration alone")
    .argument('<file>', 'the receipt, or -')
    .requiredOption('--channel-config <file>', 'configuration block of the channel')
    .action(
      async (file: string, options: Demands & { channelConfig: string }, command: Command) => {
        const { readChannelConfig, readReceipt, verifyReceipt } = await import('@salus/proofs');
        const trust = await readChannelConfig(await readBytes(options.channelConfig));
        const verified = verifyReceipt(readReceipt(await readText(file)), trust, demands(options));
        contextOf(command).output.result(verified);
      },
    );
}

/** `salus verify erasure`. */
function registerErasureCheck(verify: Command): void {
  verify
    .command('erasure')
    .description("check a certificate of erasure against a channel's configuration alone")
    .argument('<file>', 'the certificate, or -')
    .requiredOption('--channel-config <file>', 'configuration block of the channel')
    .action(async (file: string, options: { channelConfig: string }, command: Command) => {
      const proofs = await import('@salus/proofs');
      const trust = await proofs.readChannelConfig(await readBytes(options.channelConfig));
      const certificate = proofs.readErasureCertificate(await readText(file));
      contextOf(command).output.result(proofs.verifyErasureCertificate(certificate, trust));
    });
}

function demanding(command: Command): Command {
  return command
    .option('--chaincode <name>', 'name under which the contract is deployed', 'ehr')
    .option('--endorsements <number>', 'organisations that have to have endorsed', '2')
    .option('--at <time>', 'when the attesting certificates have to be valid (ISO 8601); now');
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
function demands({ chaincode, endorsements, at }: Demands): VerifyOptions {
  return {
    chaincode,
    endorsements: wholeNumber('--endorsements', endorsements, { from: 1, to: 1_000 }),
    ...(at !== undefined && { at: time(at) }),
  };
}

function time(text: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  const expected = 'a time such as 2026-01-31T12:00:00Z';
  throw new SalusError('ERR_INVALID_ARGUMENT', `--at: expected ${expected}`, {
    argument: '--at',
    expected,
    got: text,
  });
}
