import { existsSync } from 'node:fs';
import path from 'node:path';
import { participantsOf } from '../chaincode/participants.js';
import type { ChannelConfig } from '../channel/config-files.js';
import { memberIds } from '../channel/member-update.js';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import { appendedTo, layoutDifferences } from '../instance/layout.js';
import { type Organization, organizationOf } from '../instance/organization.js';
import type { OrganizationEntry } from '../instance/topology.js';
import { quorumOf } from '../nodes/consensus-part.js';
import { healthChecks, isHealthy } from '../nodes/health.js';

const atTheEnd =
  'Append its entry to `organizations` in the topology file, and leave the others, the other settings and SALUS_PORT_BASE as they were.';

/** Checks that only entries at the end of the topology are new. */
export function checkAppended(instance: Instance): void {
  const differences = layoutDifferences(instance);
  if (differences.length === 0) return;
  const told = `${instance.home} holds the network of another topology: ${differences.join('; ')}.`;
  throw new NetworkError('ERR_STALE_STATE', told, atTheEnd);
}

/**
 * The organization of this name that was appended to the topology and is next to be added; undefined
 * if it is a member already.
 *
 * @throws NetworkError ERR_ARGUMENT, ERR_TOPOLOGY or ERR_ORGANIZATION_TAKEN for one that can't be added
 */
export function nextOrganization(instance: Instance, name: string): Organization | undefined {
  if (instance.organizations.some((each) => each.name === name)) return undefined;
  const waiting = appendedTo(instance);
  const [first] = waiting;
  if (!waiting.some((each) => each.name === name)) {
    const told = `There is no organization ${name} in the topology.`;
    throw new NetworkError('ERR_ARGUMENT', told, atTheEnd);
  }
  if (first?.name !== name) {
    const told = `${name} comes after ${first?.name ?? ''}, which is not a member yet.`;
    const remedy = `Run network.sh addOrg ${first?.name ?? ''} first.`;
    throw new NetworkError('ERR_TOPOLOGY', told, remedy);
  }
  checkEntry(instance, first);
  return organizationOf(instance.topology, instance.home, instance.portBase, first);
}

function checkEntry({ organizations }: Instance, { name, orderer }: OrganizationEntry): void {
  if (orderer) {
    const told = `${name} would run an orderer, and a running network gets no further one.`;
    throw new NetworkError('ERR_TOPOLOGY', told, `Give ${name} "orderer": false.`);
  }
  const taken = new Set(organizations.flatMap((each) => [each.mspId, each.ordererMspId]));
  if (taken.has(`${name}MSP`)) throw nameTaken(`${name}MSP is the MSP ID of another member.`);
}

const nameTaken = (told: string) => new NetworkError('ERR_ORGANIZATION_TAKEN', told);

/** Checks that nothing of another organization is where the files of this one will be. */
export function checkUnused({ home }: Instance, { directories, peer, domain }: Organization): void {
  const { peerOrganization, ordererOrganization, ca, supervisor } = directories;
  const places = [peerOrganization, ordererOrganization, ca, supervisor];
  const found = [...places, path.join(home, 'nodes', peer)].find((each) => existsSync(each));
  if (found !== undefined) throw nameTaken(`${found} is there already: ${domain} is taken.`);
}

/** Checks that the channels know nobody by the MSP ID of an organization that is new to all. */
export function checkUnknown(
  configs: ReadonlyMap<string, ChannelConfig>,
  { mspId }: Organization,
): void {
  for (const [channel, config] of configs) {
    if (memberIds(config).includes(mspId)) {
      throw nameTaken(`${mspId} is a member of ${channel} already, and not from here.`);
    }
  }
}

const signingKey = ({ directories, domain }: Organization) =>
  path.join(directories.peerOrganization, 'users', `Admin@${domain}`, 'msp', 'keystore', 'priv_sk');

/**
 * The organizations whose administrators sign, as many as the channels' policy asks for: a majority
 * of the members. One whose peer is down is not asked.
 *
 * @throws NetworkError ERR_PEER_UNREACHABLE, ERR_SIGNATURES_MISSING naming who can't sign
 */
export async function signersOf(
  instance: Instance,
  configs: ReadonlyMap<string, ChannelConfig>,
): Promise<{ reached: Organization[]; signers: Organization[] }> {
  const reached = await participantsOf(instance, 'Adding an organization');
  const able = reached.filter((each) => existsSync(signingKey(each)));
  const counts = [...configs.values()].map((config) => memberIds(config).length);
  const needed = Math.floor(Math.max(instance.organizations.length, ...counts) / 2) + 1;
  if (able.length >= needed) return { reached, signers: able.slice(0, needed) };
  const missing = instance.organizations.filter((each) => !able.includes(each));
  const reasons = missing.map((each) =>
    reached.includes(each) ? `${each.name} (no key of its Admin)` : `${each.name} (peer down)`,
  );
  throw new NetworkError(
    'ERR_SIGNATURES_MISSING',
    `The channels ask for ${String(needed)} signatures, ${String(able.length)} can be made; missing: ${reasons.join(', ')}.`,
  );
}

/**
 * Checks that the orderers can order the update.
 *
 * @throws NetworkError ERR_CHANNEL naming those that do not answer
 */
export async function checkOrderers(instance: Instance): Promise<void> {
  const checks = instance.organizations.flatMap((each) =>
    healthChecks(each).filter(({ node }) => node === each.orderer),
  );
  const healthy = await Promise.all(checks.map((check) => isHealthy(instance, check)));
  const down = checks.filter((_, index) => healthy[index] !== true).map(({ node }) => node);
  const quorum = quorumOf(checks.length);
  if (checks.length - down.length >= quorum) return;
  throw new NetworkError(
    'ERR_CHANNEL',
    `A change of the channel takes ${String(quorum)} of ${String(checks.length)} orderers; no answer from ${down.join(', ')}.`,
    `Bring them back: ${down.map((node) => `network.sh restart ${node}`).join(', ')}`,
  );
}
