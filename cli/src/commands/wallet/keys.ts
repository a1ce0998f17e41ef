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
    .description('end a key; what it signed holds on')
    .action(async (kid: string, _: object, command: Command) => {
      await commandAndRelay(command, checkedAsk({ type: 'retire-key', kid }, 'key'));
    });

  keys
    .command('lost <kid>')
    .description('end a key that somebody else may have; what it signed is void, new epochs begin')
    .option('--since <time>', 'what it signed before then holds on (ISO 8601)')
    .action(async (kid: string, { since }: { since?: string }, command: Command) => {
      const ask = { type: 'lose-key', kid, lostSince: since };
      await commandAndRelay(command, checkedAsk(ask, 'key'));
    });
}
