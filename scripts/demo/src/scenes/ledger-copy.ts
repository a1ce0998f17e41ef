import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from '../stage/cast.js';

/** The blocks that an organisation's peer has of a channel, as they lie on its disk. */
export function blocksOf(home: string, { domain }: Role, channel: string): Buffer {
  const ledgers = `nodes/peer0.${domain}/data/ledgersData/chains/chains`;
  const folder = path.join(home, ledgers, channel);
  const files = readdirSync(folder).filter((name) => name.startsWith('blockfile_'));
  return Buffer.concat(files.map((name) => readFileSync(path.join(folder, name))));
}

/** Which of these texts stand somewhere in the bytes. */
export const foundIn = (bytes: Buffer, texts: readonly string[]): string[] =>
  texts.filter((text) => bytes.includes(text));
