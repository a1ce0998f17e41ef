import { DAY_MS } from '@salus/protocol';
import { Option } from 'commander';
import type { WalletInvitation } from '@salus/client/wallet';
import type { Companion } from '@salus/wallet-service';
import { readJson } from '../../command-line/input.js';

/** An option that takes one of some words. */
export function choice(
  flags: string,
  text: string,
  words: readonly string[],
  usual?: string,
): Option {
  const option = new Option(flags, text).choices(words);
  return usual === undefined ? option : option.default(usual);
}

/** Reads `NAME=FILE`, a companion and the file with its wallet's invitation. */
export async function companion(text: string): Promise<Companion> {
  const at = text.indexOf('=');
  const [name, file] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, text];
  return { name, invitation: await readJson<WalletInvitation>(file) };
}

/** A time so many days from now. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}
