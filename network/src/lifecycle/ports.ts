import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { servingPorts } from '../chaincode/builder/address-book.js';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { status } from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';
import { portHolders } from './port-holder.js';

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

async function takenOf(host: string, ports: readonly number[]): Promise<number[]> {
  const free = await Promise.all(ports.map((port) => isFree(host, port)));
  return ports.filter((_, index) => !free[index]);
}

function portTaken(host: string, ports: readonly number[]): NetworkError {
  const holders = portHolders(ports);
  const told = ports.map((port) => {
    const holder = holders.get(port);
    return `${host}:${port}${holder ? ` (process ${holder.pid}, ${holder.name})` : ''}`;
  });
  const firstOutgoing = firstOutgoingPort();
  const outgoing = ports.some((port) => port >= firstOutgoing && !holders.has(port));
  return outgoing
    ? new NetworkError(
        'ERR_PORT_TAKEN',
        `In use, some perhaps by outgoing connections: ${told.join(', ')}.`,
        `Give the network ports below ${firstOutgoing} with SALUS_PORT_BASE: from there on the system takes ports for outgoing connections, at any time.`,
      )
    : new NetworkError('ERR_PORT_TAKEN', `Another process listens on ${told.join(', ')}.`);
}

/** The first port that the kernel gives to outgoing connections (ip(7), ip_local_port_range). */
function firstOutgoingPort(): number {
  try {
    return parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return Infinity;
  }
}

/**
 * Checks that nothing listens where the network's nodes and services will.
 *
 * @throws NetworkError ERR_PORT_TAKEN naming the ports, and the processes where they can be told
 */
export async function checkPorts(instance: Instance): Promise<void> {
  const ports = instance.organizations.flatMap((each) => Object.values(each.ports).flat());
  const taken = await takenOf(instance.host, ports);
  if (taken.length > 0) throw portTaken(instance.host, taken);
}

/** The ports that an organization's nodes and chaincode servers have now, without those in reserve. */
function portsInUse(organization: Organization): number[] {
  const { ports, orderer } = organization;
  return [
    ...(orderer === undefined ? [] : [ports.orderer, ports.ordererAdmin, ports.ordererOperations]),
    ...[ports.peer, ports.peerChaincode, ports.peerOperations, ports.ca, ports.caOperations],
    ...servingPorts(organization),
  ];
}

/**
 * Checks that nobody but the network's own processes listens where its nodes will. Ports that none of them
 * has are left out, and so are those of services. They are processes of their own and may have gone on
 * while the nodes were stopped.
 *
 * @throws NetworkError ERR_PORT_TAKEN naming the ports, and the processes where they can be told
 */
export async function checkPortsToStart(instance: Instance): Promise<void> {
  const own = new Set(
    instance.organizations
      .flatMap((each) => status(each).processes)
      .filter((each) => livenessOf(each.pid, each.startTicks) === 'running')
      .map((each) => each.pid),
  );
  const ports = instance.organizations.flatMap(portsInUse);
  const taken = await takenOf(instance.host, ports);
  if (taken.length === 0) return;
  const holders = portHolders(taken);
  const foreign = taken.filter((port) => !own.has(holders.get(port)?.pid));
  if (foreign.length > 0) throw portTaken(instance.host, foreign);
}
