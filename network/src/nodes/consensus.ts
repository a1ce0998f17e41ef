import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { type ChannelPart, channelParts, quorumOf, Watch } from './consensus-part.js';

const requestTimeoutMilliseconds = 2_000;
const pollMilliseconds = 200;
/** The others may wait two minutes before they dial a node again that was long away. */
const rejoinTimeoutMilliseconds = 180_000;

/** Asks one of an orderer's endpoints as its organization's administrator; undefined without an answer. */
function ask(
  instance: Instance,
  { directories, domain }: Organization,
  at: { readonly port: number; readonly path: string },
): Promise<string | undefined> {
  const tls = path.join(directories.ordererOrganization, 'users', `Admin@${domain}`, 'tls');
  const read = (name: string) => readFileSync(path.join(tls, name));
  const options = {
    host: instance.host,
    ...at,
    agent: false as const,
    timeout: requestTimeoutMilliseconds,
    ca: read('ca.crt'),
    cert: read('client.crt'),
    key: read('client.key'),
  };
  return new Promise((resolve) => {
    const request = get(options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined));
    });
    request.on('error', () => resolve(undefined));
    request.on('timeout', () => request.destroy());
  });
}

async function readParts(instance: Instance, organization: Organization) {
  const at = { port: organization.ports.ordererOperations, path: '/metrics' };
  const text = await ask(instance, organization, at);
  return text === undefined ? undefined : channelParts(text);
}

/** The channels that an orderer has joined: its metrics name one only when its consensus has begun. */
async function channelsOf(instance: Instance, organization: Organization) {
  const at = { port: organization.ports.ordererAdmin, path: '/participation/v1/channels' };
  const text = await ask(instance, organization, at);
  if (text === undefined) return undefined;
  const { channels } = JSON.parse(text) as { channels: readonly { name: string }[] | null };
  return (channels ?? []).map(({ name }) => name);
}

/** An orderer that leads, or follows, a channel's consensus. */
export interface LeaderView {
  readonly channel: string;
  readonly view: number;
  readonly leader: string;
}

/** Which orderer leads each channel, as the orderers in the newest view see it. */
export async function leadersOf(instance: Instance): Promise<LeaderView[]> {
  const operating = instance.organizations.filter(({ orderer }) => orderer !== undefined);
  const parts = await Promise.all(operating.map((each) => readParts(instance, each)));
  const newest = new Map<string, ChannelPart>();
  for (const part of parts.flatMap((each) => each ?? [])) {
    if (part.view >= (newest.get(part.channel)?.view ?? 0)) newest.set(part.channel, part);
  }
  // Consenters have the numbers from 1 in the order of the topology.
  return [...newest.values()].map(({ channel, view, leaderId }) => ({
    channel,
    view,
    leader: operating[leaderId - 1]?.orderer ?? '',
  }));
}

/** How an orderer's attempt to take part again ended; `stuck` if its consensus stands still for good. */
export type Outcome = 'taking part' | 'stuck';

/**
 * Waits until an orderer that was started takes part in ordering the blocks of each of its channels. It
 * answers as healthy long before that. At first it only fetches what the others ordered, and as long as it
 * does, no other orderer may fail. Returns at once where no quorum of orderers runs, since then there is
 * nothing to take part in.
 *
 * @throws NetworkError ERR_NODE_FAILED if the orderer isn't taking part in time
 */
export async function waitTakingPart(
  instance: Instance,
  organization: Organization,
): Promise<Outcome> {
  const operating = instance.organizations.filter(({ orderer }) => orderer !== undefined);
  const others = operating.filter((each) => each !== organization);
  const watches = new Map<string, Watch>();
  const deadline = Date.now() + rejoinTimeoutMilliseconds;
  for (;;) {
    const channels = await channelsOf(instance, organization);
    const [own, ...rest] = await Promise.all(
      [organization, ...others].map((each) => readParts(instance, each)),
    );
    const reached = rest.filter((each) => each !== undefined);
    if (channels && own) {
      if (reached.length + 1 < quorumOf(operating.length)) return 'taking part';
      const states = channels.map((channel) => {
        const watch = watches.get(channel) ?? new Watch();
        watches.set(channel, watch);
        const part = own.find((each) => each.channel === channel);
        const all = reached.flat().filter((each) => each.channel === channel);
        return watch.look(part, all, Date.now());
      });
      if (states.every((state) => state === 'taking part')) return 'taking part';
      if (states.includes('stuck')) return 'stuck';
    }
    if (Date.now() > deadline) throw notTakingPart(organization);
    await delay(pollMilliseconds);
  }
}

/** What to tell of an orderer that runs, and is not of use. */
export function notTakingPart({ orderer }: Organization): NetworkError {
  const node = orderer ?? '';
  const seconds = String(rejoinTimeoutMilliseconds / 1000);
  return new NetworkError(
    'ERR_NODE_FAILED',
    `${node} runs, but does not take part in ordering blocks; it was given ${seconds} s.`,
    `Stop no other orderer. See with network.sh status that the others run and that the machine is not ` +
      `overloaded, then network.sh restart ${node} once more.`,
  );
}
