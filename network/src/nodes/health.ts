import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkError } from '../instance/errors.js';
import { type Instance, logFile } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { status } from '../supervisor/client.js';
import { lastErrors } from '../supervisor/log-tail.js';
import { livenessOf } from '../supervisor/process-identity.js';

/** What answers for a node: its operations endpoint over TLS, or for a CA server its listening port. */
export interface HealthCheck {
  readonly organization: Organization;
  readonly node: string;
  readonly port: number;
  /** Where the node serves: its operations endpoint answers before that does. */
  readonly servicePort?: number;
  /** Root of the node's TLS certificate; without it an accepted connection is enough. */
  readonly tlsRoot?: string;
}

const startTimeoutMilliseconds = 60_000;
const requestTimeoutMilliseconds = 2_000;

export const caHealth = (organization: Organization): HealthCheck => ({
  organization,
  node: organization.ca,
  port: organization.ports.ca,
});

export const peerHealth = (organization: Organization, tlsRoot: string): HealthCheck => ({
  organization,
  node: organization.peer,
  port: organization.ports.peerOperations,
  servicePort: organization.ports.peer,
  tlsRoot,
});

/** The health checks of every node that this organization should be running. */
export function healthChecks(organization: Organization): HealthCheck[] {
  const tlsRoot = rootFile(organization, organization.directories.peerOrganization);
  const checks = [peerHealth(organization, tlsRoot)];
  const { orderer, ports } = organization;
  if (orderer) {
    const at = { port: ports.ordererOperations, servicePort: ports.orderer };
    // cryptogen gives an orderer organization a TLS authority of its own.
    const { ordererOrganization } = organization.directories;
    checks.push({
      organization,
      node: orderer,
      ...at,
      tlsRoot: rootFile(organization, ordererOrganization),
    });
  }
  return checks;
}

const rootFile = ({ domain }: Organization, tree: string) =>
  `${tree}/tlsca/tlsca.${domain}-cert.pem`;

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: requestTimeoutMilliseconds });
    const end = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}

/** Whether the node serves, and says that it is well. */
export async function isHealthy(
  instance: Pick<Instance, 'host'>,
  check: HealthCheck,
): Promise<boolean> {
  const { port, servicePort, tlsRoot } = check;
  if (servicePort !== undefined && !(await accepts(instance.host, servicePort))) return false;
  if (tlsRoot === undefined) return accepts(instance.host, port);
  return new Promise((resolve) => {
    const ca = readFileSync(tlsRoot);
    const options = { host: instance.host, port, path: '/healthz', ca, agent: false as const };
    const request = get({ ...options, timeout: requestTimeoutMilliseconds }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}

/**
 * Waits until a node that was just started is healthy.
 *
 * @throws NetworkError ERR_NODE_FAILED with the last error lines of its log if it ends or stays unhealthy
 */
export async function waitHealthy(instance: Instance, check: HealthCheck): Promise<void> {
  const deadline = Date.now() + startTimeoutMilliseconds;
  while (!(await isHealthy(instance, check))) {
    const state = status(check.organization).processes.find(
      (each) => each.spec.name === check.node,
    );
    const ended = state !== undefined && livenessOf(state.pid, state.startTicks) !== 'running';
    if (ended || Date.now() > deadline) throw notStarted(instance, check, ended);
    await delay(100);
  }
}

function notStarted(instance: Instance, { node }: HealthCheck, ended: boolean): NetworkError {
  const log = logFile(instance, node);
  const lines = lastErrors(log);
  const why = ended ? 'ended right after its start' : 'did not become healthy';
  return new NetworkError(
    'ERR_NODE_FAILED',
    [`${node} ${why}. The last lines of its log:`, ...lines].join('\n'),
    `Read network.sh logs ${node}, correct the cause, then network.sh restart ${node}.`,
  );
}
