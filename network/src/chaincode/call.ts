import { z } from 'zod';
import { NetworkError } from '../instance/errors.js';
import { checkUser, findOrganization, type Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import type { ChaincodeCommandOptions } from './arguments.js';
import { AWAITED, Lifecycle, peerTargets } from './lifecycle.js';
import { reachableOrganizations } from './participants.js';
import { peerEnvironment, type PeerTools, runPeer, runPeerWithOrderer } from './peer-command.js';

/** What `cc` found or did; the command line prints it as it is with --json. */
export type ChaincodeCommandResult =
  | {
      readonly action: 'list';
      readonly channel: string;
      readonly organization: string;
      readonly installed: readonly { packageId: string; label: string }[];
      readonly committed: readonly { name: string; version: string; sequence: number }[];
    }
  | { readonly action: 'query'; readonly result: string }
  | { readonly action: 'invoke'; readonly transactionId: string; readonly result: string };

interface Caller {
  readonly organization: Organization;
  readonly user: string;
}

/** `--as ORG[/user]`; as in test-network, a number counts the organizations from 1. */
export function callerOf(instance: Instance, as = '1'): Caller {
  const [organizationName = '', user = 'Admin'] = as.split('/');
  const byNumber = /^\d+$/.test(organizationName)
    ? instance.organizations[Number(organizationName) - 1]
    : undefined;
  return { organization: byNumber ?? findOrganization(instance, organizationName), user };
}

const callSchema = z.strictObject({
  function: z.string().optional(),
  Function: z.string().optional(),
  Args: z.array(z.string()),
});

function callOf({ constructorJson, action }: ChaincodeCommandOptions): string {
  const flag = action === 'query' ? '-ccqc' : '-ccic';
  const example = `Give for example ${flag} '{"function":"getPatient","Args":["…"]}'`;
  if (constructorJson === undefined) {
    throw new NetworkError('ERR_ARGUMENT', `There is nothing to call.`, example);
  }
  try {
    return JSON.stringify(callSchema.parse(JSON.parse(constructorJson)));
  } catch (cause) {
    throw new NetworkError('ERR_ARGUMENT', `${flag} is not a call in JSON.`, example, { cause });
  }
}

function transientOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const values = z.record(z.string(), z.string()).parse(JSON.parse(text));
    const encoded = Object.entries(values).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    return ['--transient', JSON.stringify(Object.fromEntries(encoded))];
  } catch (cause) {
    throw new NetworkError(
      'ERR_ARGUMENT',
      '--transient is not a JSON object of texts.',
      `Give for example --transient '{"details":"…"}'`,
      { cause },
    );
  }
}

async function endorsersOf(
  instance: Instance,
  names: readonly string[] | undefined,
): Promise<Organization[]> {
  if (names) return names.map((name) => findOrganization(instance, name));
  return reachableOrganizations(instance);
}

/** Bytes behind Go's text form of a protocol buffer string: \n, \", \\, octal. */
export function unquote(text: string): string {
  const simple: Record<string, number> = { n: 10, r: 13, t: 9 };
  const bytes: Buffer[] = [];
  for (const [, octal, escaped, plain] of text.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    if (octal !== undefined) bytes.push(Buffer.from([parseInt(octal, 8)]));
    else if (escaped !== undefined)
      bytes.push(Buffer.from([simple[escaped] ?? escaped.charCodeAt(0)]));
    else bytes.push(Buffer.from(plain ?? ''));
  }
  return Buffer.concat(bytes).toString('utf8');
}

/** Reads transaction and result from what `peer chaincode invoke --waitForEvent` logs. */
export function readInvocation(log: string): { transactionId: string; result: string } {
  const [, transactionId, status] =
    /txid \[(\w+)\] committed with status \((\w+)\)/.exec(log) ?? [];
  if (transactionId === undefined || status !== 'VALID') {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `The transaction was not committed: ${status ?? log.trim()}`,
    );
  }
  const [, payload = ''] = /result: status:\d+\s+payload:"((?:[^"\\]|\\.)*)"/s.exec(log) ?? [];
  return { transactionId, result: unquote(payload) };
}

/**
 * `cc list|invoke|query` through the `peer` command.
 *
 * @throws NetworkError ERR_ARGUMENT for flags that make no sense, ERR_CHAINCODE with what the
 *   contract or the peer answered.
 */
export async function callChaincode(
  instance: Instance,
  tools: PeerTools,
  options: ChaincodeCommandOptions,
): Promise<ChaincodeCommandResult> {
  const channel = options.channel ?? instance.topology.channels[0] ?? '';
  const { organization, user } = callerOf(instance, options.as);
  checkUser(organization, user);
  if (options.action === 'list') return list(instance, tools, channel, organization);
  if (options.name === undefined) {
    throw new NetworkError('ERR_ARGUMENT', 'No chaincode is named.', 'Give it with -ccn.');
  }
  const environment = peerEnvironment(instance, organization, tools, user);
  const call = ['-C', channel, '-n', options.name, '-c', callOf(options)];
  const transient = transientOf(options.transient);
  if (options.action === 'query') {
    const { stdout } = await runPeer(tools, environment, [
      ...['chaincode', 'query', ...call, ...transient],
    ]);
    return { action: 'query', result: stdout.replace(/\n$/, '') };
  }
  const { stderr } = await runPeerWithOrderer(
    instance,
    organization,
    tools,
    [
      ...['chaincode', 'invoke', '--waitForEvent', ...AWAITED, ...call, ...transient],
      ...peerTargets(instance, await endorsersOf(instance, options.endorsers)),
    ],
    environment,
  );
  return { action: 'invoke', ...readInvocation(stderr) };
}

async function list(
  instance: Instance,
  tools: PeerTools,
  channel: string,
  organization: Organization,
): Promise<ChaincodeCommandResult> {
  const lifecycle = new Lifecycle(instance, tools);
  const [installed, committed] = await Promise.all([
    lifecycle.queryInstalled(organization),
    lifecycle.listCommitted(organization, channel),
  ]);
  return {
    action: 'list',
    channel,
    organization: organization.name,
    installed: installed.map((each) => ({ packageId: each.package_id, label: each.label })),
    committed: committed.sort((one, other) => one.name.localeCompare(other.name)),
  };
}
