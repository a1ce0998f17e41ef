import pc from 'picocolors';
import type { NodeMessage } from '@salus/client/errors';
import { SalusError } from '@salus/protocol';
import { processTerminal, type Terminal } from './terminal.js';

/**
 * Tells an error on standard error: the code, what was wrong, what to do, and what each node said. With
 * `--json` it tells the same as one JSON object.
 */
export async function reportError(
  error: unknown,
  json: boolean,
  terminal: Terminal = processTerminal,
): Promise<void> {
  const told = await toldBy(error);
  terminal.err(json ? `${JSON.stringify(toObject(told))}\n` : toText(told));
}

interface Told {
  readonly error: SalusError;
  readonly nodes: readonly NodeMessage[];
}

/** Fabric's errors are read only where there may be one: reading them loads its client. */
async function toldBy(error: unknown): Promise<Told> {
  if (error instanceof SalusError && error.cause === undefined) return { error, nodes: [] };
  const { nodeMessages, unwrap } = await import('@salus/client/errors');
  const unwrapped = unwrap(error);
  return { error: unwrapped, nodes: nodeMessages(unwrapped) };
}

function toObject({ error, nodes }: Told) {
  const { code, message, argument, expected, got, remedy, transactionId } = error;
  return {
    error: {
      code,
      message,
      argument,
      expected,
      got,
      remedy,
      transactionId,
      ...(nodes.length > 0 && { nodes }),
    },
  };
}

function toText({ error, nodes }: Told): string {
  const lines = [`${pc.red(error.code)}: ${error.message}`];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) lines.push(`  ${pc.dim(`${name}:`)} ${value}`);
  };
  add('argument', error.argument);
  add('expected', error.expected);
  add('got', error.got);
  add('transaction', error.transactionId);
  for (const { mspId, address, message } of nodes) {
    if (!error.message.includes(message)) add(`${mspId} ${address}`, message);
  }
  add('remedy', error.remedy);
  return `${lines.join('\n')}\n`;
}
