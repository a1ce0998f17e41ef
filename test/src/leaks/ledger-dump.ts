import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fabricBinaries, readState } from '@salus/network';
import { networkCommand } from '../support/test-network.js';

const run = promisify(execFile);
const POLL_MS = 200;

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
  const folder = await snapshot(home, organization, channel);
  for (const kind of ['public', 'private'] as const) {
    for (const { namespace, key, value } of readState(folder, kind)) {
      const place = `${kind} state of ${namespace}`;
      yield { place, bytes: Buffer.concat([key, Buffer.of(0), value]) };
    }
  }
}

/**
 * All that a network's nodes and the actors around it have logged, and the write-ahead logs of the peers'
 * databases, which hold private data of hospitals in the clear.
 */
export function* logs(folder: string): Generator<Piece> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.log')) continue;
    yield { place: name, bytes: readFileSync(path.join(folder, name)) };
  }
}

async function snapshot(home: string, organization: string, channel: string): Promise<string> {
  const printed = await networkCommand(home, 'env', organization);
  const exports = printed.matchAll(/^export (\w+)='([^']*)'$/gm);
  const settings = new Map([...exports].map(([, name = '', value = '']) => [name, value]));
  const target = [
    ...['--peerAddress', settings.get('CORE_PEER_ADDRESS') ?? ''],
    ...['--tlsRootCertFile', settings.get('CORE_PEER_TLS_ROOTCERT_FILE') ?? ''],
  ];
  const peer = `peer0.${organization.toLowerCase()}.salus.example`;
  const made = path.join(home, 'nodes', peer, 'data/snapshots/completed', channel);
  const before = existsSync(made) ? readdirSync(made).length : 0;
  const env = { ...process.env, ...Object.fromEntries(settings) };
  const { peer: command } = await fabricBinaries();
  await run(command, ['snapshot', 'submitrequest', '-c', channel, '-b', '0', ...target], { env });
  while (!existsSync(made) || readdirSync(made).length === before) await sleep(POLL_MS);
  return path.join(made, String(Math.max(...readdirSync(made).map(Number))));
}
