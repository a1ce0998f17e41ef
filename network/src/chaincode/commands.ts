import path from 'node:path';
import { MEMBERSHIP_CHAINCODE } from '@salus/protocol/membership';
import { ownOf } from '@salus/protocol';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { ChaincodeCommandOptions, DeployOptions } from './arguments.js';
import { callChaincode, type ChaincodeCommandResult } from './call.js';
import type { DeployContext } from './context.js';
import { deployChaincode, type DeployResult } from './deploy.js';
import { foundMembership } from './founding.js';
import { participantsOf } from './participants.js';
import type { PeerTools } from './peer-command.js';
import type { DeployRequest } from './plan.js';
import { supervisedHost } from './supervised-host.js';
import { watchContract } from './watch.js';

/** What the chaincode commands work with. */
export interface CommandContext {
  readonly instance: Instance;
  readonly tools: PeerTools;
  /** Gets a line for every step. */
  readonly report?: (line: string) => void;
  /** Ends `deployCC --watch`. */
  readonly signal?: AbortSignal;
}

const repository = path.join(__dirname, '..', '..', '..');

/** The contracts of this repository, by chaincode name. */
export const contractFolders: Readonly<Record<string, string>> = Object.fromEntries(
  [MEMBERSHIP_CHAINCODE, 'ehr', 'drug', 'claims', 'statistics'].map((name) => [
    name,
    path.join(repository, 'chaincode', `${name}-contract`),
  ]),
);

/** What `deployCC` is to deploy: the chaincode its flags name, or every contract of the repository. */
export function deployRequests(instance: Instance, options: DeployOptions): DeployRequest[] {
  const { name, folder, version = '1.0', sequence = 'auto' } = options;
  const channel = options.channel ?? instance.topology.channels[0] ?? '';
  if (name === undefined && (folder ?? options.signaturePolicy ?? options.collectionsFile)) {
    throw new NetworkError(
      'ERR_ARGUMENT',
      '-ccp, -ccep and -cccg are about one chaincode, and none is named.',
      'Name it with -ccn.',
    );
  }
  return (name === undefined ? Object.keys(contractFolders) : [name]).map((each) => {
    const from = folder ?? ownOf(contractFolders, each);
    if (from !== undefined) {
      const { signaturePolicy, collectionsFile } = options;
      return {
        channel,
        name: each,
        folder: from,
        version,
        sequence,
        signaturePolicy,
        collectionsFile,
      };
    }
    throw new NetworkError(
      'ERR_ARGUMENT',
      `Where the contract ${each} is was not said.`,
      'Give its folder with -ccp.',
    );
  });
}

/** What deploying needs, with the organizations whose peers can be reached now. */
export async function deployContext({
  instance,
  tools,
  report,
}: CommandContext): Promise<DeployContext> {
  return {
    instance,
    participants: await participantsOf(instance),
    tools,
    host: supervisedHost(instance),
    ...(report ? { report } : {}),
  };
}

/**
 * `deployCC`: deploys one chaincode, or all of the repository's at once; with `watch` it then follows
 * their sources until the signal.
 *
 * @throws NetworkError ERR_ARGUMENT, ERR_PEER_UNREACHABLE without a majority, ERR_CHANNEL_UNKNOWN or
 *   ERR_CHAINCODE
 */
export async function deployCC(
  options: DeployOptions,
  command: CommandContext,
): Promise<DeployResult[]> {
  const requests = deployRequests(command.instance, options);
  const context = await deployContext(command);
  const outcomes = await Promise.allSettled(
    requests.map((request) => deployChaincode(context, request)),
  );
  const results = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  for (const { name, channel } of results) {
    if (name === MEMBERSHIP_CHAINCODE) await foundMembership(context, channel);
  }
  if (options.watch === true) {
    const until = command.signal ?? new AbortController().signal;
    await Promise.all(requests.map((request) => watchContract(context, request, until)));
  }
  return results;
}

/** `cc list|invoke|query`. */
export const cc = (
  options: ChaincodeCommandOptions,
  { instance, tools }: CommandContext,
): Promise<ChaincodeCommandResult> => callChaincode(instance, tools, options);
