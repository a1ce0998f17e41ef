import { execFile } from 'node:child_process';
import path from 'node:path';
import { NetworkError, type NetworkErrorCode } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';

/** Where the `peer` command is, and the folder of its core.yaml. */
export interface PeerTools {
  readonly peer: string;
  readonly configFolder: string;
}

export interface PeerOutput {
  readonly stdout: string;
  readonly stderr: string;
}

export const peerAddress = (instance: Instance, { ports }: Organization) =>
  `${instance.host}:${ports.peer}`;

/** The root of an organization's peer TLS certificates. */
export const peerTlsRoot = ({ directories, peer }: Organization) =>
  path.join(directories.peerOrganization, 'peers', peer, 'tls', 'ca.crt');

/** What an administrator of one organization has in the shell, and nothing of any other. */
export function peerEnvironment(
  instance: Instance,
  organization: Organization,
  tools: PeerTools,
  user = 'Admin',
): Record<string, string> {
  const account = `${user}@${organization.domain}`;
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    FABRIC_CFG_PATH: tools.configFolder,
    FABRIC_LOGGING_SPEC: 'error:chaincodeCmd=info:cli.lifecycle.chaincode=info',
    FABRIC_LOGGING_FORMAT: '%{message}',
    CORE_PEER_TLS_ENABLED: 'true',
    CORE_PEER_LOCALMSPID: organization.mspId,
    CORE_PEER_ADDRESS: peerAddress(instance, organization),
    CORE_PEER_TLS_ROOTCERT_FILE: peerTlsRoot(organization),
    CORE_PEER_MSPCONFIGPATH: path.join(
      organization.directories.peerOrganization,
      'users',
      account,
      'msp',
    ),
  };
}

/** `-o` and the TLS flags for the orderer of one member. */
function ordererArguments(instance: Instance, member: Organization, orderer: string): string[] {
  return [
    '-o',
    `${instance.host}:${member.ports.orderer}`,
    '--ordererTLSHostnameOverride',
    orderer,
    '--tls',
    '--cafile',
    path.join(member.directories.ordererOrganization, 'orderers', orderer, 'tls', 'ca.crt'),
  ];
}

/** Orderers to send to, the organization's own first. */
function orderersFor(instance: Instance, organization: Organization): string[][] {
  const others = instance.organizations.filter((each) => each !== organization);
  return [organization, ...others].flatMap((member) =>
    member.orderer === undefined ? [] : [ordererArguments(instance, member, member.orderer)],
  );
}

/** Messages of the peer command for an orderer it didn't reach or that had no quorum. */
const ordererUnavailable =
  /orderer client failed to connect|failed to retrieve broadcast client|SERVICE_UNAVAILABLE/;

const ansi = /\u001b\[[0-9;]*m/g;

/** What the peer command says after "Error:", else its last line. */
function reasonOf(stderr: string): string {
  const lines = stderr.replace(ansi, '').trim().split('\n');
  const error = lines.findLast((line) => line.startsWith('Error:'));
  return (error ?? lines.at(-1) ?? '').replace(/^Error:\s*/, '');
}

/** What the peer command says of failures that have a code of their own. */
const codes: readonly (readonly [RegExp, NetworkErrorCode])[] = [
  [/channel '[^']*' not found/, 'ERR_CHANNEL_UNKNOWN'],
  [/invalid signature policy/, 'ERR_ARGUMENT'],
  [/endorser client failed to connect/, 'ERR_PEER_UNREACHABLE'],
];

const codeOf = (reason: string): NetworkErrorCode =>
  codes.find(([pattern]) => pattern.test(reason))?.[1] ?? 'ERR_CHAINCODE';

/**
 * Runs the peer command as one organization.
 *
 * @throws NetworkError ERR_CHANNEL_UNKNOWN, ERR_PEER_UNREACHABLE or ERR_CHAINCODE, with what the
 *   command said.
 */
export function runPeer(
  tools: PeerTools,
  environment: Record<string, string>,
  args: readonly string[],
): Promise<PeerOutput> {
  return new Promise((resolve, reject) => {
    execFile(
      tools.peer,
      args,
      { env: environment, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 },
      (cause, stdout, stderr) => {
        if (!cause) {
          resolve({ stdout, stderr: stderr.replace(ansi, '') });
          return;
        }
        const reason = reasonOf(stderr) || cause.message;
        const command = args.slice(0, 3).filter((each) => !each.startsWith('-'));
        reject(
          new NetworkError(
            codeOf(reason),
            `peer ${command.join(' ')} as ${environment.CORE_PEER_LOCALMSPID ?? ''} failed: ${reason}`,
            undefined,
            { cause },
          ),
        );
      },
    );
  });
}

/** Runs a peer command that ends at an orderer; a second one is tried only if the first isn't there. */
export async function runPeerWithOrderer(
  instance: Instance,
  organization: Organization,
  tools: PeerTools,
  args: readonly string[],
  environment = peerEnvironment(instance, organization, tools),
): Promise<PeerOutput> {
  let failure: unknown;
  for (const orderer of orderersFor(instance, organization)) {
    try {
      return await runPeer(tools, environment, [...args, ...orderer]);
    } catch (error) {
      if (!(error instanceof NetworkError && ordererUnavailable.test(error.message))) throw error;
      failure = error;
    }
  }
  throw failure;
}
