import type { Command } from 'commander';
import {
  keyPurposes,
  type KeyPurpose,
  signingAlgorithms,
  type SigningAlgorithm,
} from '@salus/wallet';
import { wholeNumber } from '../../command-line/input.js';
import { choice, inDays } from './input.js';
import { checkedAsk, commandAndRelay, ownerOf } from './owner.js';

interface AddOptions {
  readonly alg?: SigningAlgorithm;
  readonly purpose?: KeyPurpose[];
  readonly days?: string;
}

/** `salus wallet keys …`: several keys, rotation, loss. */
export function registerKeyCommands(wallet: Command): void {
  const keys = wallet.command('keys').description('the signing keys of this wallet');

  keys
    .command('list')
    .description('the keys, private halves left out')
    .action(async (_: object, command: Command) => {
      const { owner, kind, result } = await ownerOf(command);
      result((await owner.command<{ keys: unknown }>({ type: 'keys' }, kind)).keys);
    });

  keys
    .command('add')
    .description('make one more key; print its addition and its proof of possession')
    .addOption(choice('--alg <algorithm>', 'of the key', signingAlgorithms))
    .option('--purpose <names...>', keyPurposes.join(', '))
    .option('--days <number>', 'how long it is valid')
    .action(async ({ alg, purpose: purposes, days }: AddOptions, command: Command) => {
      const notAfter =
        days === undefined
          ? undefined
          : inDays(wholeNumber('--days', days, { from: 1, to: 36_500 }));
      const ask = { type: 'add-key', alg, purposes, notAfter };
      await commandAndRelay(command, checkedAsk(ask, 'key'));
    });

  keys
    .command('retire <kid>')
    .description('end a key; what it signed holds on; print what the statement does')
    .action(async (kid: string, _: object, command: Command) => {
      await commandAndRelay(command, checkedAsk({ type: 'retire-key', kid }, 'key'));
    });

  keys
    .command('lost <kid>')
    .description('end a key that somebody else has; print what the statement does')
    .option(
      '--since <time>',
      'what it signed before then holds on (ISO 8601); what it added since goes',
    )
    .option('--by <kid>', 'the own key that signs; a closed one contradicts the key that closed it')
    .addHelpText(
      'after',
      '\nThe key is closed at once. The end is final after 72 hours, unless the key contradicts.' +
        '\nSay --since, so that keys and guardians that a thief brought by it go too.',
    )
    .action(
      async (kid: string, { since, by }: { since?: string; by?: string }, command: Command) => {
        const ask = { type: 'lose-key', kid, lostSince: since, by };
        await commandAndRelay(command, checkedAsk(ask, 'key'));
      },
    );
}
