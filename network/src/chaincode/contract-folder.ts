import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { NetworkError } from '../instance/errors.js';
import type { ArchiveEntry } from './archive.js';

/** A contract as it lies in a folder: a package.json, and the code its `main` names. */
export interface ContractFolder {
  readonly folder: string;
  /** What runs: package.json, the folder of `main`, metadata. Names are relative to the folder. */
  readonly files: readonly ArchiveEntry[];
  /** State database indexes and the like, which go into a package as they are. */
  readonly metaInf: readonly ArchiveEntry[];
  /** SHA-256, hex, of names and contents of what runs. */
  readonly contentHash: string;
  /** `collections_config.json` in the folder, if there is one. */
  readonly collectionsFile: string | undefined;
}

const metadataFolders = ['META-INF', 'contract-metadata'];
const neverCode = new Set(['node_modules', '.git', 'coverage', 'test', 'testdata']);

function filesBelow(folder: string, relative: string): ArchiveEntry[] {
  const directory = path.join(folder, relative);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(relative, entry.name);
    if (neverCode.has(entry.name) || entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return filesBelow(folder, name);
    return entry.isFile() ? [{ name, content: readFileSync(path.join(folder, name)) }] : [];
  });
}

function mainOf(folder: string): string {
  const file = path.join(folder, 'package.json');
  try {
    const { main } = JSON.parse(readFileSync(file, 'utf8')) as { main?: unknown };
    if (typeof main === 'string') return path.posix.normalize(main);
  } catch (cause) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `${folder} holds no contract: its package.json can't be read.`,
      'Give the folder of a Node.js contract with -ccp.',
      { cause },
    );
  }
  throw new NetworkError(
    'ERR_CHAINCODE',
    `${file} names no main file.`,
    'Add "main": the file that exports `contracts`.',
  );
}

/** Length-prefixed, so that no two sets of files run together into the same bytes. */
function hashOf(files: readonly ArchiveEntry[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of files) {
    hash.update(`${Buffer.byteLength(name)}:${name}:${content.length}:`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Reads what a contract folder would run.
 *
 * @throws NetworkError ERR_CHAINCODE if the folder is no contract or isn't built.
 */
export function readContractFolder(folder: string): ContractFolder {
  const main = mainOf(folder);
  if (!existsSync(path.join(folder, main)) || !statSync(path.join(folder, main)).isFile()) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `${folder} isn't built: ${main} is missing.`,
      'Run npm run build first.',
    );
  }
  const codeFolder = path.posix.dirname(main);
  const files = [
    ...(codeFolder === '.'
      ? []
      : [{ name: 'package.json', content: readFileSync(path.join(folder, 'package.json')) }]),
    ...filesBelow(folder, codeFolder === '.' ? '' : codeFolder),
    ...(codeFolder === '.' ? [] : metadataFolders.flatMap((each) => filesBelow(folder, each))),
  ].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const collectionsFile = path.join(folder, 'collections_config.json');
  return {
    folder,
    files,
    metaInf: filesBelow(folder, 'META-INF'),
    contentHash: hashOf(files),
    collectionsFile: existsSync(collectionsFile) ? collectionsFile : undefined,
  };
}
