import type { Command } from 'commander';
import { delegationTerms } from '@salus/wallet';
import { wholeNumber } from '../../command-line/input.js';
import { choice, companion, inDays } from './input.js';
import { checkedAsk, commandAndRelay, ownerOf, relayAll } from './owner.js';

const HOUR_SECONDS = 3600;

interface GuardianOptions {
  readonly guardian: string[];
  readonly threshold: string;
  readonly delayHours: string;
}

interface DelegateOptions {
  readonly relation: string;
  readonly action: string[];
  readonly category?: string[];
  readonly days: string;
  readonly when: string;
}

/** `salus wallet guardians|recover|veto|delegate …`: what takes the wallets of other people. */
export function registerCompanionCommands(wallet: Command): void {
  registerGuardians(wallet);
  registerDelegates(wallet);
}

function registerGuardians(wallet: Command): void {
  const guardians = wallet
    .command('guardians')
    .description('people who together can recover this wallet');

  guardians
    .command('set')
    .description(
      'ask guardians, hand out shares, print the statements; others make way after 72 hours',
    )
    .requiredOption('--guardian <name=file...>', "each guardian, and the wallet's invitation")
    .requiredOption('--threshold <number>', 'how many have to agree; 2 at least')
    .option('--delay-hours <number>', 'how long a recovery waits for a veto', '72')
    .action(async (options: GuardianOptions, command: Command) => {
      const { owner, portal, result } = await ownerOf(command);
      const companions = await Promise.all(options.guardian.map(companion));
      const threshold = wholeNumber('--threshold', options.threshold, { from: 2, to: 15 });
      const hours = wholeNumber('--delay-hours', options.delayHours, { from: 0, to: 8760 });
      const delaySeconds = hours * HOUR_SECONDS;
      const { appointGuardians } = await import('@salus/wallet-service/ceremonies');
      const statements = await appointGuardians(owner, companions, { threshold, delaySeconds });
      for (const one of statements) if (portal) await relayAll(portal, one);
      result({ statements });
    });

  guardians
    .command('end')
    .description('end guardianship: shares that were handed out recover nothing on the ledger')
    .action(async (_: object, command: Command) => {
      const ask = { type: 'set-guardians', threshold: 0, guardians: [], delaySeconds: 0 };
      await commandAndRelay(command, checkedAsk(ask, 'guardians'));
    });

  wallet
    .command('recover')
    .description('rebuild a lost wallet with its guardians; print what the ledger takes')
    .requiredOption('--guardian <name=file...>', "each guardian, and the wallet's invitation")
    .action(async (options: { guardian: string[] }, command: Command) => {
      const { owner, portal, result } = await ownerOf(command);
      const companions = await Promise.all(options.guardian.map(companion));
      const onCode = (code: string) =>
        process.stderr.write(`Read this to each guardian: ${code}\n`);
      const { recoverWallet } = await import('@salus/wallet-service/ceremonies');
      const requests = await recoverWallet(owner, companions, { onCode });
      for (const one of requests) await portal?.recover(one);
      result({ requests });
    });

  wallet
    .command('veto')
    .description('stop a recovery, or a change of guardians, that you did not ask for')
    .action((_: object, command: Command) => commandAndRelay(command, { type: 'veto' }));
}

function registerDelegates(wallet: Command): void {
  const delegates = wallet.command('delegate').description('people who sign for this patient');

  delegates
    .command('add <name=file>')
    .description("ask somebody's wallet to be the delegate; print the delegation")
    .requiredOption('--action <names...>', 'grant, withdraw, access, erase')
    .addOption(
      choice('--relation <name>', 'who it is', delegationTerms.shape.relation.options, 'PROXY'),
    )
    .addOption(choice('--when <status>', 'when', delegationTerms.shape.when.options, 'ALWAYS'))
    .option('--category <names...>', 'only records of these')
    .option('--days <number>', 'for how long', '365')
    .action(async (whom: string, options: DelegateOptions, command: Command) => {
      const { owner, kind, portal, result } = await ownerOf(command);
      const { relation, when, action: actions, category: categories } = options;
      const terms = delegationTerms.parse({
        relation,
        when,
        actions,
        ...(categories && { categories }),
        notBefore: inDays(0),
        notAfter: inDays(wholeNumber('--days', options.days, { from: 1, to: 36_500 })),
      });
      const { appointDelegate } = await import('@salus/wallet-service/ceremonies');
      const signed = await appointDelegate(owner, await companion(whom), { terms, kind });
      result({ ...signed, ...(portal && { relayed: await relayAll(portal, signed) }) });
    });

  delegates
    .command('end <delegation>')
    .description('end a delegation, as the patient or as the delegate')
    .action((delegate: string, _: object, command: Command) =>
      commandAndRelay(command, checkedAsk({ type: 'end-delegation', delegate }, 'delegation')),
    );
}
