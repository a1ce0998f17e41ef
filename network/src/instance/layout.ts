import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { NetworkError } from './errors.js';
import type { Instance } from './instance.js';
import { layoutFile, lineOf, recordedLayout, type Layout } from './recorded-layout.js';
import type { OrganizationEntry } from './topology.js';
import { writeSecret } from './write-secret.js';

/** Folders that only a network's start makes. */
const made = ['organizations', 'supervisors', 'nodes', 'channel-artifacts'];

function layoutOf({ host, portBase, topology, organizations }: Instance): Layout {
  return {
    host,
    portBase,
    portsPerOrganization: topology.portsPerOrganization,
    organizations: organizations.map(lineOf),
  };
}

/** Whether the instance directory holds anything that a start made. */
export const holdsNetwork = ({ home }: Pick<Instance, 'home'>): boolean =>
  [...made, 'instance.json'].some((name) => existsSync(path.join(home, name)));

/** The organizations that were appended to the topology and wait for addOrg. */
export const appendedTo = ({ topology, organizations }: Instance): readonly OrganizationEntry[] =>
  topology.organizations.slice(organizations.length);

/** Writes down what the instance is made for, before the first of its files is made. */
export function recordLayout(instance: Instance): void {
  const file = layoutFile(instance);
  // Renamed into place: a network whose layout is half written could not even be told apart.
  writeSecret(`${file}.new`, `${JSON.stringify(layoutOf(instance), null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** How what is on disk differs from the topology and ports of now; none if it doesn't. */
export function layoutDifferences(instance: Instance): string[] {
  const recorded = recordedLayout(instance);
  if (!recorded) return [];
  const now = layoutOf(instance);
  const text = (value: Layout[keyof Layout]) =>
    typeof value === 'object' ? value.join(', ') : String(value);
  return (Object.keys(now) as (keyof Layout)[])
    .filter((key) => text(recorded[key]) !== text(now[key]))
    .map((key) => `${key} was ${text(recorded[key])}, is ${text(now[key])}`);
}

/**
 * Checks that what is in the instance directory belongs to the topology and ports of now.
 *
 * @throws NetworkError ERR_STALE_STATE telling what differs
 */
export function checkLayout(instance: Instance): void {
  const differences = layoutDifferences(instance);
  if (differences.length === 0) return;
  throw new NetworkError(
    'ERR_STALE_STATE',
    `${instance.home} holds the network of another topology: ${differences.join('; ')}.`,
  );
}

/**
 * Checks that a directory may be removed as an instance's: that it is empty, or a network's.
 *
 * @throws NetworkError ERR_ARGUMENT for a directory with something else in it
 */
export function checkRemovable(instance: Pick<Instance, 'home'>): void {
  if (!existsSync(instance.home) || holdsNetwork(instance)) return;
  if (readdirSync(instance.home).length === 0) return;
  throw new NetworkError(
    'ERR_ARGUMENT',
    `${instance.home} has files in it, but no network: nothing was removed.`,
    'Set SALUS_HOME to the directory of a network.',
  );
}
