import type { Command } from 'commander';
import { signingAlgorithms, type SigningAlgorithm } from '@salus/wallet';
import { contextOf } from '../../command-line/context.js';
import { portNumber, readBytes } from '../../command-line/input.js';
import { requireSettings } from '../../command-line/settings.js';
import { choice } from './input.js';

interface InitOptions {
  readonly alg: SigningAlgorithm;
  readonly recover?: boolean;
  readonly lostSince?: string;
  readonly retireOlder?: boolean;
}

/** `salus wallet init|serve|trust`: the wallet's home and process. */
export function registerHomeCommands(wallet: Command): void {
  wallet
    .command('init')
    .description('make a new wallet in --home (SALUS_NATIONAL_ID, SALUS_PASSPHRASE)')
    .addHelpText('after', '\nThe national ID stays in the wallet; only pseudonyms leave it.')
    .addOption(choice('--alg <algorithm>', 'of the signing keys', signingAlgorithms, 'ES256'))
    .option('--recover', 'wait for guardians, to take the place of a lost wallet')
    .option('--lost-since <time>', 'what the lost keys signed before then holds on')
    .option(
      '--retire-older',
      'what the older keys signed holds on: the wallet broke, nobody has it',
    )
    .action(async ({ alg, recover, lostSince, retireOlder }: InitOptions, command: Command) => {
      const { settings, output } = contextOf(command);
      const [{ fromEnvironment, passphraseFromEnvironment }, { WalletHome }] = await Promise.all([
        import('@salus/service-kit/run'),
        import('@salus/wallet-service/home'),
      ]);
      const nationalId = fromEnvironment('SALUS_NATIONAL_ID', "the patient's national ID");
      const older = {
        olderKeys: retireOlder === true ? ('RETIRED' as const) : ('LOST' as const),
        ...(lostSince !== undefined && retireOlder !== true && { lostSince }),
      };
      await new WalletHome(settings.home).init(
        { nationalId, alg, ...(recover === true && { recover: older }) },
        passphraseFromEnvironment(),
      );
      output.result({ wallet: settings.home });
    });

  wallet
    .command('trust')
    .description("pin the channel's configuration, by which peers' answers are checked")
    .argument('<file>', 'configuration block, from an institution that you trust')
    .action(async (file: string, _: object, command: Command) => {
      const { settings, output } = contextOf(command);
      const { WalletHome } = await import('@salus/wallet-service/home');
      const trust = await new WalletHome(settings.home).pin(await readBytes(file));
      const { channel, sequence, organisations } = trust;
      output.result({ channel, sequence, organisations: [...organisations.keys()] });
    });

  wallet
    .command('serve')
    .description(
      'unlock the wallet and run it on loopback over TLS, until told to end (SALUS_PASSPHRASE)',
    )
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .action(async (options: { port: string }, command: Command) => {
      const { home, channel } = requireSettings(contextOf(command).settings, 'channel');
      const [{ passphraseFromEnvironment, serveUntilTold }, { WalletHome, Wallet, startWallet }] =
        await Promise.all([import('@salus/service-kit'), import('@salus/wallet-service')]);
      const folder = new WalletHome(home);
      const { state, store, tls } = await folder.unlock(passphraseFromEnvironment());
      const trust = await folder.trust();
      const service = await startWallet({
        wallet: new Wallet(state, { channel, store, ...(trust && { trust }) }),
        tls,
        invitations: folder.invitations,
        ownerToken: await folder.ownerToken(),
        port: portNumber(options.port),
      });
      await serveUntilTold(service, { home, name: 'wallet' });
    });
}
