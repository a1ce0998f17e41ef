import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CollectionConfig } from '@salus/memory-ledger';
import type { Member } from '@salus/protocol/membership';

export const repository = path.join(__dirname, '..', '..');

/** A contract as the tests deploy it, in memory and on a network. */
export interface Deployment {
  readonly name: string;
  /** Folder of the contract, from the top of the repository. */
  readonly folder: string;
  /** The endorsement policy, where the topology names none: that of another contract. */
  readonly endorsedAs?: string;
}

/** Every contract that a behaviour suite speaks to. */
export const deployments: readonly Deployment[] = [
  { name: 'membership', folder: 'chaincode/membership-contract' },
  { name: 'ehr', folder: 'chaincode/ehr-contract' },
  { name: 'drug', folder: 'chaincode/drug-contract' },
  { name: 'claims', folder: 'chaincode/claims-contract' },
  { name: 'statistics', folder: 'chaincode/statistics-contract' },
  { name: 'semantics', folder: 'test/semantics-contract' },
  { name: 'figures', folder: 'test/figures-contract', endorsedAs: 'claims' },
];

interface TopologyUser {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Topology {
  readonly channels: readonly [string, ...string[]];
  readonly endorsement: Readonly<Record<string, string>>;
  readonly organizations: readonly {
    readonly name: string;
    readonly domain: string;
    readonly kinds: Member['kinds'];
    readonly users: readonly TopologyUser[];
  }[];
}

/** The topology that networks are made from: the ledger in memory has the same members and users. */
export function readTopology(): Topology {
  return readJson('network/topology.json') as Topology;
}

/** The members with which the topology has the membership registry founded. */
export function foundingMembers(): readonly Member[] {
  return readTopology().organizations.map(({ name, kinds }) => ({ mspId: `${name}MSP`, kinds }));
}

/** The endorsement policy with which the topology has a contract deployed. */
export function endorsementOf(name: string): string {
  const { endorsement } = readTopology();
  const policy = endorsement[name] ?? endorsement['default'];
  if (policy === undefined) throw new Error(`The topology has no endorsement policy for ${name}`);
  return policy;
}

/** The private data collections in a contract's folder. */
export function collectionsOf(folder: string): readonly CollectionConfig[] {
  try {
    return readJson(path.join(folder, 'collections_config.json')) as readonly CollectionConfig[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(repository, file), 'utf8'));
}
