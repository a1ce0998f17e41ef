import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createChannel } from '../channel/create-channel.js';
import { caServerProcess, writeCaServerConfig } from '../crypto/ca-server.js';
import { generateIdentities } from '../crypto/cryptogen.js';
import { enrolOrganization } from '../crypto/enrol.js';
import type { Progress } from '../fabric/progress.js';
import { fabricBinaries } from '../fabric/binaries.js';
import { NetworkError } from '../instance/errors.js';
import { type Instance, instanceOf } from '../instance/instance.js';
import { checkLayout, checkRemovable, holdsNetwork, recordLayout } from '../instance/layout.js';
import { makeDirectory } from '../instance/make-directory.js';
import type { Organization } from '../instance/organization.js';
import { writeSecret } from '../instance/write-secret.js';
import { notTakingPart, waitTakingPart } from '../nodes/consensus.js';
import { caHealth, healthChecks, waitHealthy } from '../nodes/health.js';
import { ordererProcess } from '../nodes/orderer.js';
import { peerProcess } from '../nodes/peer.js';
import {
  restartProcess,
  shutdown,
  startAll,
  startProcess,
  status,
  type SupervisorOwner,
} from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';
import { checkPorts, checkPortsToStart } from './ports.js';
import { writeProfiles } from './profile.js';

export interface UpSettings {
  /** Identities from cryptogen instead of Fabric CAs: quick, but without roles in the certificates. */
  readonly cryptogen?: boolean;
}

/** Written when everything of a first start has succeeded: without it a start was cut off. */
const completeFile = (instance: Instance) => path.join(instance.home, 'complete');

const silent: Progress = () => undefined;

/** Whether the instance was brought up completely, running or not. */
export const isComplete = (instance: Instance) => existsSync(completeFile(instance));

/**
 * Brings the network up: certificate authorities, identities, orderers, peers. Does nothing if it
 * runs, and starts it again if it was stopped.
 *
 * @throws NetworkError ERR_ARGUMENT for a SALUS_HOME that can't be written, ERR_PARTIAL_START,
 *   ERR_STALE_STATE, ERR_PORT_TAKEN, ERR_NODE_FAILED, and those of fabricBinaries
 */
export async function up(
  instance = instanceOf(),
  progress: Progress = silent,
  { cryptogen = false }: UpSettings = {},
): Promise<void> {
  if (isComplete(instance)) return start(instance);
  checkLayout(instance);
  if (holdsNetwork(instance)) throw partialStart(instance);
  makeDirectory(instance.home, 'SALUS_HOME');
  const binaries = await fabricBinaries(progress);
  await checkPorts(instance);
  recordLayout(instance);
  if (cryptogen) {
    progress('Making every identity with cryptogen');
    await generateIdentities(instance, binaries.cryptogen);
  } else {
    progress('Starting the certificate authorities and enrolling every identity');
    await enrolAll(instance, binaries.caServer);
  }
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

const enrolAll = (instance: Instance, caServer: string) =>
  Promise.all(
    instance.organizations.map((organization) => enrolWithCa(instance, organization, caServer)),
  );

/** Starts an organization's certificate authorities, and has them make its identities. */
export async function enrolWithCa(
  instance: Instance,
  organization: Organization,
  caServer: string,
): Promise<void> {
  writeCaServerConfig(instance, organization);
  await startProcess(instance, organization, caServerProcess(instance, organization, caServer));
  await waitHealthy(instance, caHealth(organization));
  await enrolOrganization(instance, organization);
}

const allHealthy = (instance: Instance) =>
  Promise.all(
    instance.organizations.flatMap(healthChecks).map((check) => waitHealthy(instance, check)),
  );

const allTakingPart = (instance: Instance) =>
  Promise.all(
    instance.organizations
      .filter(({ orderer }) => orderer !== undefined)
      .map((each) => takingPart(instance, each)),
  );

/** SmartBFT's controller can wait for ever for a view that was aborted: only a new start helps. */
const restartsOfStuck = 3;

async function takingPart(instance: Instance, organization: Organization): Promise<void> {
  for (let restarts = 0; ; restarts += 1) {
    if ((await waitTakingPart(instance, organization)) === 'taking part') return;
    if (restarts === restartsOfStuck) throw notTakingPart(organization);
    await restartHealthy(instance, organization, organization.orderer ?? '');
  }
}

/**
 * Starts again everything that ran when the network was stopped, and waits until every orderer
 * takes part in consensus.
 *
 * @throws NetworkError ERR_NOT_UP, ERR_PARTIAL_START, ERR_STALE_STATE, ERR_PORT_TAKEN, ERR_NODE_FAILED
 */
export async function start(instance = instanceOf()): Promise<void> {
  checkUp(instance);
  await checkPortsToStart(instance);
  await Promise.all(instance.organizations.map(startAll));
  await allHealthy(instance);
  await allTakingPart(instance);
}

/** The supervisors that the instance directory knows, whatever the topology says now. */
function supervisorsOf({ home, organizations }: Instance): SupervisorOwner[] {
  const folder = path.join(home, 'supervisors');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((domain) => {
    const known = organizations.find((each) => each.domain === domain);
    return known ?? { name: domain, directories: { supervisor: path.join(folder, domain) } };
  });
}

/** Stops every process and keeps the data. */
export async function stop(instance = instanceOf()): Promise<void> {
  await Promise.all(
    supervisorsOf(instance).map(async (owner) => {
      const view = status(owner);
      const alive = view.processes.some((p) => livenessOf(p.pid, p.startTicks) === 'running');
      if (view.supervisor === 'running' || alive) await shutdown(owner);
    }),
  );
}

/**
 * Stops every process and removes every file of the instance, also one of another topology.
 *
 * @throws NetworkError ERR_ARGUMENT if the directory holds something else than a network
 */
export async function down(instance = instanceOf()): Promise<void> {
  checkRemovable(instance);
  await stop(instance);
  rmSync(instance.home, { recursive: true, force: true });
}

/**
 * Restarts one node, running or dead, and waits until it is healthy; an orderer also until it takes
 * part in consensus.
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
  await restartHealthy(instance, organization, node);
  if (node === organization.orderer) await takingPart(instance, organization);
}

async function restartHealthy(instance: Instance, organization: Organization, node: string) {
  await restartProcess(organization, node);
  const checks = [caHealth(organization), ...healthChecks(organization)];
  const check = checks.find((each) => each.node === node);
  if (check) await waitHealthy(instance, check);
}

/** Creates a channel on the running network. */
export async function newChannel(instance: Instance, channel: string): Promise<void> {
  checkUp(instance);
  await createChannel(instance, await fabricBinaries(), channel);
}

const partialStart = (instance: Instance) =>
  new NetworkError(
    'ERR_PARTIAL_START',
    `${instance.home} holds a network whose first start was not completed.`,
  );

/**
 * Checks that there is a network to work with, and that it is the one the topology describes.
 *
 * @throws NetworkError ERR_NOT_UP, ERR_PARTIAL_START, ERR_STALE_STATE
 */
export function checkUp(instance: Instance): void {
  checkLayout(instance);
  if (isComplete(instance)) return;
  if (holdsNetwork(instance)) throw partialStart(instance);
  throw new NetworkError('ERR_NOT_UP', `There is no network in ${instance.home}.`);
}
