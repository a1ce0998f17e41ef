import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DeployResult } from '../chaincode/deploy.js';
import { participantsOf } from '../chaincode/participants.js';
import type { ChannelConfig } from '../channel/config-files.js';
import { configtxTemplate, fillConfigtx } from '../channel/configtx.js';
import { joinPeer } from '../channel/create-channel.js';
import {
  addToChannel,
  channelConfig,
  memberGroup,
  waitCaughtUp,
  waitForMember,
} from '../channel/member-update.js';
import { caServerProcess, rootCertificateFile } from '../crypto/ca-server.js';
import { generateIdentities } from '../crypto/cryptogen.js';
import { type FabricBinaries, fabricBinaries } from '../fabric/binaries.js';
import type { Progress } from '../fabric/progress.js';
import { withLock } from '../fabric/lock.js';
import { type Instance, instanceOf, nodeDirectory } from '../instance/instance.js';
import { recordLayout } from '../instance/layout.js';
import type { Organization } from '../instance/organization.js';
import { checkUp, enrolWithCa } from '../lifecycle/network.js';
import { checkPorts, checkPortsToStart } from '../lifecycle/ports.js';
import { writeProfiles } from '../lifecycle/profile.js';
import { caHealth, healthChecks, waitHealthy } from '../nodes/health.js';
import { peerProcess } from '../nodes/peer.js';
import { type ProcessRequest, shutdown, startProcess, status } from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';
import { checkChaincodes, deployAgain } from './chaincodes.js';
import {
  checkAppended,
  checkOrderers,
  checkUnknown,
  checkUnused,
  nextOrganization,
  signersOf,
} from './checks.js';
import { endJoining, joiningOf, writeJoining } from './joining.js';

/** What adding an organization came to. */
export interface Addition {
  readonly organization: string;
  /** False if it was a member already. */
  readonly changed: boolean;
  readonly channels: readonly string[];
  readonly chaincodes: readonly DeployResult[];
}

/** An addition that nothing stands against. */
interface Prepared {
  readonly binaries: FabricBinaries;
  readonly joining: Organization;
  /** Members whose peers can be reached. */
  readonly reached: readonly Organization[];
  readonly signers: readonly Organization[];
  readonly channels: readonly string[];
  readonly progress: Progress;
}

/**
 * Makes an organization that was appended to the topology a member of the running network and all of its
 * channels. It gets identities, a peer, configuration updates that a majority signs, and the chaincodes.
 * What stands against it is found before anything is written; an addition that was cut off goes on where it
 * was.
 *
 * @throws NetworkError ERR_ARGUMENT, ERR_TOPOLOGY, ERR_STALE_STATE, ERR_ORGANIZATION_TAKEN,
 *   ERR_ORGANIZATION_PARTIAL, ERR_PORT_TAKEN, ERR_PEER_UNREACHABLE, ERR_SIGNATURES_MISSING,
 *   ERR_CHANNEL, ERR_CHAINCODE and those of checkUp
 */
export async function addOrganization(
  instance: Instance,
  name: string,
  progress: Progress = () => undefined,
): Promise<Addition> {
  checkAppended(instance);
  checkUp(instance);
  const { home, portBase, topology } = instance;
  return withLock(
    path.join(home, 'joining.lock'),
    // Looked at again: another process may have added it meanwhile.
    () => addNext(instanceOf({ home, portBase, topology }), name, progress),
    (pid) => progress(`Waiting for process ${String(pid)}, which adds an organization too`),
  );
}

async function addNext(instance: Instance, name: string, progress: Progress): Promise<Addition> {
  const joining = nextOrganization(instance, name);
  if (!joining) return { organization: name, changed: false, channels: [], chaincodes: [] };
  const prepared = await prepare(instance, joining, await fabricBinaries(progress), progress);
  const { binaries, channels } = prepared;
  const extended = { ...instance, organizations: [...instance.organizations, joining] };
  await startOrganization(extended, prepared);
  await joinChannels(extended, prepared);
  for (const each of extended.organizations) writeProfiles(extended, each);
  const chaincodes = await deployAgain({ instance: extended, tools: binaries, report: progress });
  recordLayout(extended);
  endJoining(extended);
  return { organization: name, changed: true, channels, chaincodes };
}

/** Checks everything that can be checked before the first file is written. */
async function prepare(
  instance: Instance,
  joining: Organization,
  binaries: FabricBinaries,
  progress: Progress,
): Promise<Prepared> {
  const begun = joiningOf(instance, joining);
  const alone = { ...instance, organizations: [joining] };
  if (begun) await checkPortsToStart(alone);
  else {
    checkUnused(instance, joining);
    await checkPorts(alone);
  }
  const [reader] = await participantsOf(instance, 'Adding an organization');
  const channels = channelsOf(instance);
  const configs = new Map<string, ChannelConfig>();
  for (const channel of channels) {
    if (reader) configs.set(channel, await channelConfig(instance, reader, binaries, channel));
  }
  if (begun?.stage !== 'enrolled') checkUnknown(configs, joining);
  const { reached, signers } = await signersOf(instance, configs);
  await checkOrderers(instance);
  await checkChaincodes({ instance, tools: binaries }, reached);
  return { binaries, joining, reached, signers, channels, progress };
}

/** The channels of the network, by the genesis blocks that createChannel keeps. */
function channelsOf({ home }: Instance): string[] {
  const folder = path.join(home, 'channel-artifacts');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((each) => each.endsWith('.block'))
    .map((each) => path.basename(each, '.block'));
}

async function startOrganization(instance: Instance, prepared: Prepared): Promise<void> {
  const { joining, binaries, progress } = prepared;
  const withCa = existsSync(rootCertificateFile(prepared.reached[0] ?? joining, 'tls'));
  if (joiningOf(instance, joining)?.stage !== 'enrolled') {
    progress(`Making the identities of ${joining.name}`);
    await removeLeftovers(instance, joining);
    writeJoining(instance, joining, 'enrolling');
    const alone = { ...instance, organizations: [joining] };
    if (withCa) await enrolWithCa(instance, joining, binaries.caServer);
    else await generateIdentities(alone, binaries.cryptogen);
    writeJoining(instance, joining, 'enrolled');
  }
  progress(`Starting ${joining.peer}`);
  if (withCa) {
    await ensureRuns(instance, joining, caServerProcess(instance, joining, binaries.caServer));
    await waitHealthy(instance, caHealth(joining));
  }
  await ensureRuns(instance, joining, peerProcess(instance, joining, binaries));
  await Promise.all(healthChecks(joining).map((check) => waitHealthy(instance, check)));
}

/** Removes identities that nobody else has seen, since an authority registers a name only once. */
async function removeLeftovers(instance: Instance, joining: Organization): Promise<void> {
  const { peerOrganization, ca, supervisor } = joining.directories;
  if (existsSync(supervisor)) await shutdown(joining);
  for (const each of [peerOrganization, ca, supervisor, nodeDirectory(instance, joining.ca)]) {
    rmSync(each, { recursive: true, force: true });
  }
}

async function ensureRuns(
  instance: Instance,
  organization: Organization,
  request: ProcessRequest,
): Promise<void> {
  const known = status(organization).processes.find(({ spec }) => spec.name === request.name);
  if (known && livenessOf(known.pid, known.startTicks) === 'running') return;
  await startProcess(instance, organization, request);
}

async function joinChannels(instance: Instance, prepared: Prepared): Promise<void> {
  const { binaries, joining, reached, signers, channels, progress } = prepared;
  const file = path.join(instance.home, 'configtx.yaml');
  const filled = fillConfigtx(readFileSync(configtxTemplate, 'utf8'), instance);
  writeFileSync(`${file}.new`, filled, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const group = await memberGroup(instance, joining, binaries);
  for (const channel of channels) {
    const membership = { instance, tools: binaries, channel, joining, group };
    if (await addToChannel(membership, signers)) {
      progress(`${channel}: update signed by ${signers.map((each) => each.name).join(', ')}`);
    }
    await Promise.all(reached.map((member) => waitForMember(membership, member)));
    const block = path.join(instance.home, 'channel-artifacts', `${channel}.block`);
    await joinPeer(instance, joining, binaries, block);
    progress(`${channel}: ${joining.peer} has joined`);
    const [member] = reached;
    if (member) await waitCaughtUp(membership, member);
  }
}
