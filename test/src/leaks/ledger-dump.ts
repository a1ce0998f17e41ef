import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readState, takeSnapshot } from '@salus/network';
import { testInstance } from '../support/test-network.js';

/** Bytes to search, and where they are from. */
export interface Piece {
  readonly place: string;
  readonly bytes: Buffer;
}

/** The blocks of a channel, events among them, as every peer has them on its disk. */
export function* blocks(home: string, channel: string): Generator<Piece> {
  for (const node of readdirSync(path.join(home, 'nodes'))) {
    const folder = path.join(home, 'nodes', node, 'data/ledgersData/chains/chains', channel);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).filter((name) => name.startsWith('blockfile_'))) {
      yield { place: `${node} ${file}`, bytes: readFileSync(path.join(folder, file)) };
    }
  }
}

/**
 * The public state and the hashes of private state, record by record: a peer's own snapshot, for
 * LevelDB's files are compressed.
 */
export async function* state(
  home: string,
  { organization, channel }: { readonly organization: string; readonly channel: string },
): AsyncGenerator<Piece> {
  const folder = await takeSnapshot(testInstance(home), organization, channel);
  for (const kind of ['public', 'private'] as const) {
    for (const { namespace, key, value } of readState(folder, kind)) {
      const place = `${kind} state of ${namespace}`;
      yield { place, bytes: Buffer.concat([key, Buffer.of(0), value]) };
    }
  }
}

/**
 * All that a network's nodes and the actors around it have logged. The write-ahead logs of the peers'
 * databases belong to it: they hold private data of hospitals in the clear.
 */
export function* logs(folder: string): Generator<Piece> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.log')) continue;
    yield { place: name, bytes: readFileSync(path.join(folder, name)) };
  }
}
