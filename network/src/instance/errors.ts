const entry = (meaning: string, remedy: string) => ({ meaning, remedy });

/**
 * What can go wrong with a network, by stable code. The codes are part of the command line's contract.
 * The table in docs/errors.md is checked against this one.
 */
export const networkErrorCodes = {
  ERR_ARGUMENT: entry(
    'An argument or a setting of the command is missing or malformed.',
    'Correct what the message names. `network.sh --help` lists the commands.',
  ),
  ERR_BINARIES_MISSING: entry(
    'Fabric programs, their configuration, or the tools to build them are missing.',
    'Install Go and a C compiler, or point `FABRIC_BIN` to a folder with Fabric 3.1 and Fabric CA 1.5.',
  ),
  ERR_BINARY_VERSION: entry(
    'A Fabric program is older than 3.1, or a Fabric CA program is too old.',
    'Take it off `PATH` or `FABRIC_BIN`. The tools then build the right version.',
  ),
  ERR_BUILD_FAILED: entry(
    'The tools could not build Fabric or Fabric CA from its Go module.',
    'Check that the Go module proxy is reachable, and that the disk has room.',
  ),
  ERR_CA_REQUEST: entry(
    'A certificate authority refused a request, or did not answer.',
    "Read the certificate authority's log with `network.sh logs`.",
  ),
  ERR_CHAINCODE: entry(
    'A chaincode could not be packaged, deployed, started or called.',
    'Read the answer of the peer or chaincode server in the message.',
  ),
  ERR_CHANNEL: entry(
    'An orderer or peer did not join the channel, or a configuration update failed.',
    "Read the reason in the message and in the node's log, then run the command again.",
  ),
  ERR_CHANNEL_UNKNOWN: entry(
    'The peer has not joined a channel of this name.',
    'Check `-c`; `network.sh createChannel -c NAME` creates a channel and joins the peers that have not joined.',
  ),
  ERR_COMMAND_FAILED: entry(
    'A program that the network tools ran failed.',
    'Read the last lines of its output in the message.',
  ),
  ERR_NODE_FAILED: entry(
    'A node ended right after its start, or did not become healthy.',
    'Read `network.sh logs NODE`, correct the cause, then `network.sh restart NODE`.',
  ),
  ERR_NODE_UNKNOWN: entry('No node has this name.', 'Name a node that `network.sh status` lists.'),
  ERR_NOT_UP: entry('`SALUS_HOME` holds no network.', 'Run `network.sh up`.'),
  ERR_ORGANIZATION_PARTIAL: entry(
    'An earlier addition of another organisation is not complete.',
    'Complete it first: run `network.sh addOrg` with the name in the message. Leave its topology entry unchanged.',
  ),
  ERR_ORGANIZATION_TAKEN: entry(
    'The name, MSP ID or directory of the new organisation belongs to another one.',
    'Give the new organisation another name and domain in the topology.',
  ),
  ERR_PARTIAL_START: entry(
    'The first start of the network did not complete.',
    'Run `network.sh down`, then `network.sh up`.',
  ),
  ERR_PEER_UNREACHABLE: entry(
    'A peer does not answer, or too few peers answer for this request.',
    'Run `network.sh status`, then restart the peer with `network.sh restart NODE`.',
  ),
  ERR_PORT_TAKEN: entry(
    'Another process listens on a port of the network.',
    'Stop that process, or give the network other ports with `SALUS_PORT_BASE`.',
  ),
  ERR_SIGNATURES_MISSING: entry(
    "Too few organisations' administrators can sign a channel configuration update.",
    'Start the peers of the organisations that the message names, restore the keys of their `Admin`, then run the command again.',
  ),
  ERR_STALE_STATE: entry(
    '`SALUS_HOME` holds a network with another topology or other ports.',
    'Remove it with `network.sh down`, or restore its topology and `SALUS_PORT_BASE`.',
  ),
  ERR_STATE_DATABASE: entry(
    'The command requests a state database other than LevelDB.',
    'Omit `-s`.',
  ),
  ERR_STATE_UNREADABLE: entry(
    'This release does not read the form of a file in `SALUS_HOME`.',
    'Use the release that wrote the file, or restore the file from a backup. docs/upgrading.md shows what each release reads.',
  ),
  ERR_SUPERVISOR: entry(
    "An organisation's supervisor did not start, does not answer, or could not carry out a command.",
    'Read its log. Run `network.sh status`, then `network.sh start`.',
  ),
  ERR_TOPOLOGY: entry(
    'The topology file is invalid or cannot be read.',
    'Check the path in `SALUS_TOPOLOGY`, and the places that the message names.',
  ),
} as const satisfies Readonly<
  Record<string, { readonly meaning: string; readonly remedy: string }>
>;

/** A stable error code of the network tools. */
export type NetworkErrorCode = keyof typeof networkErrorCodes;

/**
 * An error of the network tools: a stable code, what was wrong, and what to do about it.
 *
 * @example
 * try { await up(options); } catch (error) { if (error instanceof NetworkError && error.code === 'ERR_PORT_TAKEN') … }
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  constructor(
    readonly code: NetworkErrorCode,
    message: string,
    readonly remedy: string = networkErrorCodes[code].remedy,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  toJSON(): { code: string; message: string; remedy: string } {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}
