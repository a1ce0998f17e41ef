import { readFile } from 'node:fs/promises';
import { SalusError } from '@salus/protocol/errors';
import { writeAtomically } from '../home/atomic-file.js';
import { ifFileExists } from '../home/missing-file.js';

/** The last event that was dealt with. */
export interface Checkpoint {
  readonly blockNumber: bigint;
  readonly transactionId: string;
}

/** Remembers how far a reader of events has come. One reader, one checkpointer. */
export interface Checkpointer {
  load(): Promise<Checkpoint | undefined>;
  save(checkpoint: Checkpoint): Promise<void>;
}

/** Remembers as long as the process lives: enough to survive a lost connection. */
export function memoryCheckpointer(): Checkpointer {
  let last: Checkpoint | undefined;
  return {
    load: () => Promise.resolve(last),
    save: (checkpoint) => {
      last = checkpoint;
      return Promise.resolve();
    },
  };
}

/**
 * Remembers in a file, which is replaced as a whole: a crash leaves the old checkpoint or the new one.
 *
 * @throws SalusError `ERR_CHECKPOINT_INVALID` when the file holds something else
 */
export function fileCheckpointer(file: string): Checkpointer {
  return {
    load: async () => {
      const text = await ifFileExists(readFile(file, 'utf8'));
      return text === undefined ? undefined : parse(file, text);
    },
    save: (checkpoint) => writeAtomically(file, Buffer.from(format(checkpoint))),
  };
}

function format({ blockNumber, transactionId }: Checkpoint): string {
  return `${JSON.stringify({ blockNumber: String(blockNumber), transactionId })}\n`;
}

function parse(file: string, text: string): Checkpoint {
  try {
    const { blockNumber, transactionId } = JSON.parse(text) as Record<string, unknown>;
    if (typeof blockNumber !== 'string' || !/^\d+$/.test(blockNumber)) {
      throw new TypeError('blockNumber is not a number in decimal digits');
    }
    if (typeof transactionId !== 'string') throw new TypeError('transactionId is not a text');
    return { blockNumber: BigInt(blockNumber), transactionId };
  } catch (cause) {
    throw new SalusError('ERR_CHECKPOINT_INVALID', `${file} is not an event checkpoint`, {
      argument: 'checkpointer',
      remedy: 'restore the file, or remove it to read all events anew',
      cause,
    });
  }
}
