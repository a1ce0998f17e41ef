import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NetworkError } from '../instance/errors.js';

const recordSchema = z.strictObject({
  channel: z.string(),
  name: z.string(),
  version: z.string(),
  sequence: z.int().min(0),
  signaturePolicy: z.string(),
  collectionsHash: z.string().optional(),
  packageId: z.string(),
  service: z.string(),
  /** Whether the policy was given with -ccep; else it is the topology's. */
  policyGiven: z.boolean().optional(),
  /** Collections that were given with -cccg; else they are those of the folder. */
  collectionsFile: z.string().optional(),
  /** Folder the code came from. */
  folder: z.string(),
  /** Organizations that have installed, approved and serve it. */
  organizations: z.array(z.string()),
});

/** What was deployed to a channel, kept to tell a change from a repetition. */
export type DeploymentRecord = z.infer<typeof recordSchema>;

const folderOf = (home: string) => path.join(home, 'channel-artifacts', 'chaincode');
const fileOf = (home: string, channel: string, name: string) =>
  path.join(folderOf(home), channel, `${name}.json`);

/** @throws NetworkError ERR_STATE_UNREADABLE */
export function readRecord(
  home: string,
  channel: string,
  name: string,
): DeploymentRecord | undefined {
  const file = fileOf(home, channel, name);
  if (!existsSync(file)) return undefined;
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const message = `${file} is no record of a deployment that this release reads`;
    throw new NetworkError('ERR_STATE_UNREADABLE', message, undefined, { cause });
  }
}

export function writeRecord(home: string, record: DeploymentRecord): void {
  const file = fileOf(home, record.channel, record.name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Everything deployed, on every channel. */
export function readRecords(home: string): DeploymentRecord[] {
  const folder = folderOf(home);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'packages')
    .flatMap(({ name: channel }) =>
      readdirSync(path.join(folder, channel))
        .filter((file) => file.endsWith('.json'))
        .flatMap((file) => readRecord(home, channel, path.basename(file, '.json')) ?? []),
    );
}

/** Keeps a package where an operator finds it, and `peer lifecycle chaincode install` too. */
export function writePackage(home: string, packageId: string, bytes: Buffer): string {
  const [label = '', hash = ''] = packageId.split(':');
  const file = path.join(folderOf(home), 'packages', `${label}-${hash.slice(0, 12)}.tar.gz`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}
