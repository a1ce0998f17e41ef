import path from 'node:path';
import type { Command } from 'commander';
import { contextOf, withClient } from '../command-line/context.js';
import { wholeNumber } from '../command-line/input.js';

/** A peer doesn't tell that the past is over: without --follow, this much silence means it. */
const IDLE_MS = 1_500;
/** The longest that a timer can wait. */
const NEVER_MS = 2 ** 31 - 1;

interface EventsOptions {
  readonly contract: string;
  readonly follow?: boolean;
  readonly checkpoint?: string;
  readonly fromBlock?: string;
}

const firstBlock = (text: string) =>
  wholeNumber('--from-block', text, { from: 0, to: Number.MAX_SAFE_INTEGER });

/** `salus events`: what happened on a contract. */
export function defineEvents(events: Command): void {
  events
    .option('--contract <name>', 'ehr, drug, claims or another on the channel', 'ehr')
    .option('--from-block <number>', 'begin there; default: at the first block')
    .option('--follow', 'go on and wait for new events; end with Ctrl-C')
    .option('--checkpoint <file>', 'go on where the last run stopped (relative to --home)')
    .action(async (options: EventsOptions, command: Command) => {
      const context = contextOf(command);
      const { checkpoint, contract, fromBlock } = options;
      const first = fromBlock === undefined ? undefined : firstBlock(fromBlock);
      const stop = new AbortController();
      const abort = () => stop.abort();
      process.once('SIGINT', abort).once('SIGTERM', abort);
      const [{ fileCheckpointer }, { requireContract }] = await Promise.all([
        import('@salus/client/events'),
        import('@salus/client/transaction'),
      ]);
      await withClient(context, async (client) => {
        await requireContract(client, contract);
        const events = client.events({
          contract,
          from: first === undefined ? 'beginning' : BigInt(first),
          signal: stop.signal,
          ...(checkpoint !== undefined && {
            checkpointer: fileCheckpointer(path.resolve(context.settings.home, checkpoint)),
          }),
        });
        const idle = setTimeout(abort, options.follow ? NEVER_MS : IDLE_MS);
        for await (const event of events) {
          idle.refresh();
          const { blockNumber, name, transactionId, payload } = event;
          context.output.result(
            event,
            `${blockNumber} ${name} ${transactionId} ${JSON.stringify(payload)}`,
          );
        }
        clearTimeout(idle);
      });
      process.off('SIGINT', abort).off('SIGTERM', abort);
    });
}
