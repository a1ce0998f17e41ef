import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { NetworkError } from './errors.js';
import { type Organization, organizationOf } from './organization.js';
import { membersOf } from './recorded-layout.js';
import { loadTopology, type Topology } from './topology.js';

/** One network on this machine: where its files are and which ports it has. Several can run at once. */
export interface Instance {
  readonly topology: Topology;
  /** Directory that holds everything of the instance. */
  readonly home: string;
  readonly portBase: number;
  readonly host: string;
  /** The network's members: those of the topology, without any that wait for addOrg. */
  readonly organizations: readonly Organization[];
}

export interface InstanceOptions {
  /** Default: SALUS_HOME, else `.salus` in the repository. */
  home?: string;
  /** Default: SALUS_PORT_BASE, else 7000. */
  portBase?: number;
  /** Default: the file SALUS_TOPOLOGY names, else network/topology.json. */
  topology?: Topology;
}

const repository = path.join(__dirname, '..', '..', '..');

/** The instance directory: SALUS_HOME, else `.salus` in the repository. */
export function homeOf(home: string | undefined = process.env.SALUS_HOME): string {
  return home ? path.resolve(home) : path.join(repository, '.salus');
}

function portBaseOf(text: string | undefined): number {
  const value = text ? Number(text) : 7000;
  if (Number.isInteger(value) && value >= 1024 && value <= 60000) return value;
  throw new NetworkError(
    'ERR_ARGUMENT',
    `SALUS_PORT_BASE is ${JSON.stringify(text)}, not a port.`,
    'Give a whole number from 1024 to 60000.',
  );
}

/** Puts topology, home and ports together, from the options or the environment. */
export function instanceOf(options: InstanceOptions = {}): Instance {
  const topology = options.topology ?? loadTopology();
  const home = homeOf(options.home ?? process.env.SALUS_HOME);
  const portBase = options.portBase ?? portBaseOf(process.env.SALUS_PORT_BASE);
  return {
    topology,
    home,
    portBase,
    host: topology.host,
    organizations: membersOf({ home, topology }).map((entry) =>
      organizationOf(topology, home, portBase, entry),
    ),
  };
}

/**
 * Finds an organization by name, MSP ID or domain.
 *
 * @throws NetworkError ERR_ARGUMENT if the topology has none of that name.
 */
export function findOrganization(instance: Instance, name: string): Organization {
  const found = instance.organizations.find((each) =>
    [each.name, each.mspId, each.domain].includes(name),
  );
  if (found) return found;
  throw new NetworkError(
    'ERR_ARGUMENT',
    `There is no organization ${name}.`,
    `Give one of ${instance.organizations.map((each) => each.name).join(', ')}.`,
  );
}

/**
 * Checks that an organization has enrolled a user.
 *
 * @throws NetworkError ERR_ARGUMENT naming those it has
 */
export function checkUser(organization: Organization, user: string): Organization {
  const folder = path.join(organization.directories.peerOrganization, 'users');
  const suffix = `@${organization.domain}`;
  const accounts = existsSync(folder) ? readdirSync(folder) : [];
  if (accounts.includes(`${user}${suffix}`)) return organization;
  throw new NetworkError(
    'ERR_ARGUMENT',
    `${organization.name} has no user ${user}.`,
    `Give one of ${accounts.map((each) => each.slice(0, -suffix.length)).join(', ')}.`,
  );
}

/** Directory of a node: its data, its log. */
export const nodeDirectory = (instance: Pick<Instance, 'home'>, node: string) =>
  path.join(instance.home, 'nodes', node);

export const logFile = (instance: Pick<Instance, 'home'>, node: string) =>
  path.join(nodeDirectory(instance, node), `${node}.log`);
