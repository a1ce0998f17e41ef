import path from 'node:path';
import type { OrganizationEntry, Topology } from './topology.js';

/** Offsets into an organization's own block of ports. */
const offset = {
  orderer: 0,
  ordererAdmin: 1,
  ordererOperations: 2,
  peer: 3,
  peerChaincode: 4,
  peerOperations: 5,
  ca: 6,
  caOperations: 7,
} as const;

/** Where the chaincode servers' ports begin in an organization's block. */
const firstChaincodePort = 8;
/** Ports at the end of the block for services; all between are for chaincode servers. */
const servicePorts = 4;

export type Ports = Record<keyof typeof offset, number> & {
  /** Ports for chaincode servers, in the order they are handed out. */
  readonly chaincode: readonly number[];
  /** Ports for the organization's own services: stores, key service. */
  readonly services: readonly number[];
};

/** One organization of an instance: names, ports and directories, all derived from the topology. */
export interface Organization {
  readonly name: string;
  readonly domain: string;
  readonly mspId: string;
  readonly kinds: OrganizationEntry['kinds'];
  readonly users: OrganizationEntry['users'];
  readonly ports: Ports;
  readonly peer: string;
  readonly ca: string;
  /** Host name of the organization's orderer, if it runs one. */
  readonly orderer: string | undefined;
  readonly ordererMspId: string;
  /** Names of the certificate authorities in the organization's CA server. */
  readonly caNames: { readonly identity: string; readonly tls: string; readonly orderer: string };
  readonly directories: {
    readonly peerOrganization: string;
    readonly ordererOrganization: string;
    readonly ca: string;
    /** State and control socket of the organization's supervisor. */
    readonly supervisor: string;
    /** TLS certificates of the organization's chaincode servers, and of the peer as their client. */
    readonly chaincodeTls: string;
  };
}

const range = (first: number, end: number) =>
  Array.from({ length: end - first }, (_, index) => first + index);

/** The ports of the organization at this place in the topology. */
export function portsOf(topology: Topology, portBase: number, index: number): Ports {
  const first = portBase + index * topology.portsPerOrganization;
  const end = first + topology.portsPerOrganization;
  const named = Object.fromEntries(
    Object.entries(offset).map(([key, value]) => [key, first + value]),
  ) as Record<keyof typeof offset, number>;
  return {
    ...named,
    chaincode: range(first + firstChaincodePort, end - servicePorts),
    services: range(end - servicePorts, end),
  };
}

export function organizationOf(
  topology: Topology,
  home: string,
  portBase: number,
  entry: OrganizationEntry,
): Organization {
  const { name, domain } = entry;
  const tree = path.join(home, 'organizations');
  const peerOrganization = path.join(tree, 'peerOrganizations', domain);
  const short = name.toLowerCase();
  return {
    name,
    domain,
    mspId: `${name}MSP`,
    kinds: entry.kinds,
    users: entry.users,
    ports: portsOf(topology, portBase, topology.organizations.indexOf(entry)),
    peer: `peer0.${domain}`,
    ca: `ca.${domain}`,
    orderer: entry.orderer ? `orderer.${domain}` : undefined,
    ordererMspId: `${name}OrdererMSP`,
    caNames: { identity: `ca-${short}`, tls: `tlsca-${short}`, orderer: `ordererca-${short}` },
    directories: {
      peerOrganization,
      ordererOrganization: path.join(tree, 'ordererOrganizations', domain),
      ca: path.join(tree, 'fabric-ca', domain),
      supervisor: path.join(home, 'supervisors', domain),
      chaincodeTls: path.join(peerOrganization, 'chaincode', 'tls'),
    },
  };
}
