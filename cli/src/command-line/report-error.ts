import pc from 'picocolors';
import { nodeMessages, unwrap } from '@salus/client/errors';
import { SalusError } from '@salus/protocol';
import { processTerminal, type Terminal } from './terminal.js';

/**
 * Tells an error on standard error: the code, what was wrong, what to do, and what each node said;
 * with `--json` the same as one JSON object.
 */
export function reportError(
  error: unknown,
  json: boolean,
  terminal: Terminal = processTerminal,
): void {
  const salusError = unwrap(error);
  terminal.err(json ? `${JSON.stringify(toObject(salusError))}\n` : toText(salusError));
}

function toObject(error: SalusError) {
  const { code, message, argument, expected, got, remedy, transactionId } = error;
  const nodes = nodeMessages(error);
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

function toText(error: SalusError): string {
  const lines = [`${pc.red(error.code)}: ${error.message}`];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) lines.push(`  ${pc.dim(`${name}:`)} ${value}`);
  };
  add('argument', error.argument);
  add('expected', error.expected);
  add('got', error.got);
  add('transaction', error.transactionId);
  for (const { mspId, address, message } of nodeMessages(error)) {
    if (!error.message.includes(message)) add(`${mspId} ${address}`, message);
  }
  add('remedy', error.remedy);
  return `${lines.join('\n')}\n`;
}
