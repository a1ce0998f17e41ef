import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createChannel } from './channel/create-channel.js';
import { caServerProcess, writeCaServerConfig } from './crypto/ca-server.js';
import { enrolOrganization } from './crypto/enrol.js';
import { writeSecret } from './crypto/files.js';
import { NetworkError } from './errors.js';
import { fabricBinaries } from './fabric/binaries.js';
import { type Instance, instanceOf } from './instance.js';
import { caHealth, healthChecks, waitHealthy } from './nodes/health.js';
import { ordererProcess } from './nodes/orderer.js';
import { peerProcess } from './nodes/peer.js';
import { writeProfiles } from './profile.js';
import { checkPorts } from './ports.js';
import { restartProcess, shutdown, startAll, startProcess, status } from './supervisor/client.js';
import { livenessOf } from './supervisor/process-identity.js';

export type Progress = (line: string) => void;

/** Written when everything of a first start has succeeded: without it a start was cut off. */
const completeFile = (instance: Instance) => path.join(instance.home, 'complete');

const silent: Progress = () => undefined;

/** Whether the instance was brought up completely, running or not. */
export const isComplete = (instance: Instance) => existsSync(completeFile(instance));

/**
 * Brings the network up: certificate authorities, identities, orderers, peers. Does nothing if it
 * runs, and starts it again if it was stopped.
 *
 * @throws NetworkError ERR_PARTIAL_START, ERR_PORT_TAKEN, ERR_NODE_FAILED, and those of fabricBinaries
 */
export async function up(instance = instanceOf(), progress: Progress = silent): Promise<void> {
  if (isComplete(instance)) return start(instance);
  if (existsSync(instance.home) && existsSync(path.join(instance.home, 'organizations'))) {
    throw new NetworkError(
      'ERR_PARTIAL_START',
      `${instance.home} holds a network whose first start was not completed.`,
      'Run network.sh down, then network.sh up.',
    );
  }
  const binaries = await fabricBinaries(progress);
  await checkPorts(instance);
  mkdirSync(instance.home, { recursive: true, mode: 0o700 });
  progress('Starting the certificate authorities and enrolling every identity');
  await Promise.all(
    instance.organizations.map(async (organization) => {
      writeCaServerConfig(instance, organization);
      const ca = caServerProcess(instance, organization, binaries.caServer);
      await startProcess(instance, organization, ca);
      await waitHealthy(instance, caHealth(organization));
      await enrolOrganization(instance, organization);
    }),
  );
  for (const organization of instance.organizations) writeProfiles(instance, organization);
  progress('Starting orderers and peers');
  await Promise.all(
    instance.organizations.map(async (organization) => {
      const { orderer } = organization;
      if (orderer) {
        await startProcess(
          instance,
          organization,
          ordererProcess(instance, organization, orderer, binaries),
        );
      }
      await startProcess(instance, organization, peerProcess(instance, organization, binaries));
    }),
  );
  await allHealthy(instance);
  writeSecret(completeFile(instance), `${new Date().toISOString()}\n`);
}

const allHealthy = (instance: Instance) =>
  Promise.all(
    instance.organizations.flatMap(healthChecks).map((check) => waitHealthy(instance, check)),
  );

/** Starts again everything that ran when the network was stopped. */
export async function start(instance = instanceOf()): Promise<void> {
  if (!isComplete(instance)) throw notUp(instance);
  await Promise.all(instance.organizations.map(startAll));
  await allHealthy(instance);
}

/** Stops every process and keeps the data. */
export async function stop(instance = instanceOf()): Promise<void> {
  await Promise.all(
    instance.organizations
      .filter((each) => existsSync(each.directories.supervisor))
      .map(async (organization) => {
        const view = status(organization);
        const alive = view.processes.some((p) => livenessOf(p.pid, p.startTicks) === 'running');
        if (view.supervisor === 'running' || alive) await shutdown(organization);
      }),
  );
}

/** Stops every process and removes every file of the instance. */
export async function down(instance = instanceOf()): Promise<void> {
  await stop(instance);
  rmSync(instance.home, { recursive: true, force: true });
}

/**
 * Restarts one node, running or dead, and waits until it is healthy.
 *
 * @throws NetworkError ERR_NODE_UNKNOWN, ERR_NODE_FAILED
 */
export async function restartNode(instance: Instance, node: string): Promise<void> {
  const organization = instance.organizations.find((each) =>
    status(each).processes.some((state) => state.spec.name === node),
  );
  if (!organization) {
    const remedy = 'network.sh status lists the nodes.';
    throw new NetworkError('ERR_NODE_UNKNOWN', `There is no node ${node}.`, remedy);
  }
  await restartProcess(organization, node);
  const checks = [caHealth(organization), ...healthChecks(organization)];
  const check = checks.find((each) => each.node === node);
  if (check) await waitHealthy(instance, check);
}

/** Creates a channel on the running network. */
export async function newChannel(instance: Instance, channel: string): Promise<void> {
  if (!isComplete(instance)) throw notUp(instance);
  await createChannel(instance, await fabricBinaries(), channel);
}

const notUp = (instance: Instance) =>
  new NetworkError('ERR_NOT_UP', `There is no network in ${instance.home}.`, 'Run network.sh up.');
