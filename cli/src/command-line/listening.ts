import type { Command } from 'commander';
import { invalidArgument } from '@salus/protocol';
import { portNumber } from './input.js';

/** What the command line of a service says of where it is. */
export interface ListeningOptions {
  readonly port: string;
  readonly publicUrl?: string;
}

/** Adds where an organisation's service listens, and by which address others reach it. */
export function listening(command: Command): Command {
  return command
    .option('--port <number>', 'port on loopback; 0 takes a free one', '0')
    .option(
      '--public-url <url>',
      'address by which others reach it, where a proxy stands before it',
    );
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
export function placeOf({ port, publicUrl }: ListeningOptions): {
  readonly port: number;
  readonly publicUrl?: string;
} {
  const number = portNumber(port);
  if (publicUrl === undefined) return { port: number };
  if (!URL.canParse(publicUrl) || new URL(publicUrl).origin !== publicUrl.replace(/\/$/, '')) {
    throw invalidArgument('--public-url', 'an https address without path', publicUrl);
  }
  return { port: number, publicUrl: new URL(publicUrl).origin };
}
