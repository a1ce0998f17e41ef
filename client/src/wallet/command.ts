import { parseRequest } from '@salus/chaincode-common';
import type { Command } from 'commander';
import { contextOf } from '../cli/context.js';
import { portNumber, wholeNumber } from '../cli/input.js';
import { requireSettings } from '../cli/settings.js';
import { fromEnvironment, passphraseFromEnvironment, serveUntilTold } from '../service/run.js';
import { MAX_GRANT_DAYS, walletRequest } from './requests.js';
import { deviceTls, institutionKinds, type InstitutionKind } from './secrets.js';
import { WalletOwner } from './wallet-client.js';
import { WalletHome } from './wallet-home.js';
import { startWallet } from './wallet-service.js';
import { Wallet } from './wallet.js';

interface GrantOptions {
  to: string;
  role?: string;
  practitioner?: string;
  category?: string[];
  record?: string[];
  purpose: string[];
  days: string;
}

/** `salus wallet …`: the patient's own commands. Only the process that serves holds the keys. */
export function registerWalletCommands(program: Command): void {
  const wallet = program.command('wallet').description("a patient's wallet: keys and consent");

  wallet
    .command('init')
    .description('make a new wallet in --home (SALUS_NATIONAL_ID, SALUS_PASSPHRASE)')
    .addHelpText('after', '\nThe national ID stays in the wallet; only pseudonyms leave it.')
    .action(async (_: object, command: Command) => {
      const { settings, output } = contextOf(command);
      const id = fromEnvironment('SALUS_NATIONAL_ID', "the patient's national ID");
      await new WalletHome(settings.home).init(id, passphraseFromEnvironment());
      output.result({ wallet: settings.home });
    });

  wallet
    .command('serve')
    .description(
      'unlock the wallet and run it on loopback over TLS, until told to end (SALUS_PASSPHRASE)',
    )
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .action(async (options: { port: string }, command: Command) => {
      const { home, channel } = requireSettings(contextOf(command).settings, 'channel');
      const folder = new WalletHome(home);
      const secrets = await folder.unlock(passphraseFromEnvironment());
      const service = await startWallet({
        wallet: new Wallet(secrets, channel),
        tls: deviceTls(secrets),
        invitations: folder.invitations,
        ownerToken: await folder.ownerToken(),
        port: portNumber(options.port),
      });
      await serveUntilTold(service, { home, name: 'wallet' });
    });

  wallet
    .command('invite <institution>')
    .description('hand an institution the right to ask')
    .option('--kind <kind>', institutionKinds.join(', '), 'hospital')
    .action(async (institution: string, options: { kind: InstitutionKind }, command: Command) => {
      const { output, owner } = await ownerOf(command);
      output.result(await owner.invite(institution, options.kind));
    });

  wallet
    .command('requests')
    .description('what institutions have asked')
    .action(async (_: object, command: Command) => {
      const { output, owner } = await ownerOf(command);
      output.result(await owner.requests());
    });

  for (const verdict of ['approve', 'refuse'] as const) {
    wallet
      .command(`${verdict} <request>`)
      .description(`${verdict} what an institution has asked`)
      .action(async (id: string, _: object, command: Command) => {
        const { output, owner } = await ownerOf(command);
        await owner.decide(id, verdict);
        output.result({ id, verdict });
      });
  }

  wallet
    .command('grant')
    .description('print a signed grant; anybody may relay it to the ledger')
    .requiredOption('--to <mspId>', 'organisation that may read')
    .option('--role <role>', 'only staff of this role')
    .option('--practitioner <id>', 'only this practitioner')
    .option('--category <names...>', 'whole categories')
    .option('--record <ids...>', 'single records')
    .option('--purpose <codes...>', 'HL7 purpose of use', ['TREAT'])
    .option('--days <number>', 'for how long', '30')
    .action(async ({ to, role, practitioner, ...options }: GrantOptions, command: Command) => {
      const { output, owner } = await ownerOf(command);
      const request = {
        type: 'grant',
        grantee: { mspId: to, role, practitioner },
        categories: options.category,
        records: options.record,
        purposes: options.purpose,
        days: wholeNumber('--days', options.days, { from: 1, to: MAX_GRANT_DAYS }),
      };
      const checked = parseRequest(walletRequest, JSON.stringify(request), 'grant');
      output.result(await owner.command(checked));
    });

  wallet
    .command('withdraw <grant>')
    .description('print a signed withdrawal; anybody may relay it to the ledger')
    .action(async (grant: string, _: object, command: Command) => {
      const { output, owner } = await ownerOf(command);
      output.result(await owner.command({ type: 'withdraw', grant }));
    });
}

async function ownerOf(command: Command) {
  const { settings, output } = contextOf(command);
  return { output, owner: new WalletOwner(await new WalletHome(settings.home).owner()) };
}
