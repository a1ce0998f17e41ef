import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ownOf } from '@salus/protocol';
import type { Topology } from '../instance/topology.js';

/** What the organizations agree on for a chaincode of a channel. */
export interface ChaincodeDefinition {
  readonly channel: string;
  readonly name: string;
  readonly version: string;
  /** 1 for the first definition, one more with each that follows. */
  readonly sequence: number;
  /** Endorsement policy in Fabric's text form, or the place of one in the channel's configuration: `/Channel/…`. */
  readonly signaturePolicy: string;
  /** File with the private data collections, if the chaincode has any. */
  readonly collectionsFile: string | undefined;
}

/** The topology's endorsement policy for a chaincode, or its default. */
export function endorsementPolicyOf(
  topology: Pick<Topology, 'endorsement'>,
  name: string,
): string | undefined {
  return ownOf(topology.endorsement, name) ?? topology.endorsement.default;
}

/** Hash of the collections' meaning: layout and order of keys in the file do not count. */
export function collectionsHash(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}
