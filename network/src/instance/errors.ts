const entry = (meaning: string, remedy: string) => ({ meaning, remedy });

/**
 * What can go wrong with a network, by stable code. The codes are part of the command line's contract.
 * The table in docs/errors.md is checked against this one.
 */
export const networkErrorCodes = {
  ERR_ARGUMENT: entry(
    'An argument or a setting of the command is missing or malformed.',
    'Correct what the message names; `network.sh --help` lists the commands.',
  ),
  ERR_BINARIES_MISSING: entry(
    'Programs of Fabric, their configuration, or what builds them are missing.',
    'Install Go and a C compiler, or point `FABRIC_BIN` to a folder with Fabric 3.1 and Fabric CA 1.5.',
  ),
  ERR_BINARY_VERSION: entry(
    'A program of Fabric is older than 3.1, or one of Fabric CA older than needed.',
    'Take it off `PATH` or `FABRIC_BIN`, then the right one is built.',
  ),
  ERR_BUILD_FAILED: entry(
    'Fabric or Fabric CA could not be built from its Go module.',
    'Check that the Go module proxy can be reached and that there is room on the disk.',
  ),
  ERR_CA_REQUEST: entry(
    'A certificate authority refused a request, or did not answer.',
    'Read the log of the certificate authority with `network.sh logs`.',
  ),
  ERR_CHAINCODE: entry(
    'A chaincode could not be packaged, deployed, started or called.',
    'Read what the peer or the chaincode server said in the message.',
  ),
  ERR_CHANNEL: entry(
    'An orderer or a peer did not join the channel, or its configuration was not changed.',
    'Read the reason in the message and the log of the node, then run the command again.',
  ),
  ERR_CHANNEL_UNKNOWN: entry(
    'The peer has not joined a channel of this name.',
    'Check `-c`; `network.sh createChannel -c NAME` creates a channel and joins the peers that have not joined.',
  ),
  ERR_COMMAND_FAILED: entry(
    'A program that the network tools ran failed.',
    'Read the last lines of what it said in the message.',
  ),
  ERR_NODE_FAILED: entry(
    'A node ended right after its start, or did not become healthy.',
    'Read `network.sh logs NODE`, correct the cause, then `network.sh restart NODE`.',
  ),
  ERR_NODE_UNKNOWN: entry('There is no such node.', 'Name one that `network.sh status` lists.'),
  ERR_NOT_UP: entry('There is no network in `SALUS_HOME`.', 'Run `network.sh up`.'),
  ERR_ORGANIZATION_PARTIAL: entry(
    'The addition of another organisation was not completed.',
    'Finish it first: run `network.sh addOrg` with the name in the message, its entry in the topology unchanged.',
  ),
  ERR_ORGANIZATION_TAKEN: entry(
    'A name, MSP ID or directory of the organisation to be added belongs to another one.',
    'Give the new organisation another name and domain in the topology.',
  ),
  ERR_PARTIAL_START: entry(
    'The first start of the network was not completed.',
    'Run `network.sh down`, then `network.sh up`.',
  ),
  ERR_PEER_UNREACHABLE: entry(
    'A peer does not answer, or too few do for what was asked.',
    'See `network.sh status`, and bring the peer back with `network.sh restart NODE`.',
  ),
  ERR_PORT_TAKEN: entry(
    'Another process listens on a port of the network.',
    'Stop it, or give the network other ports with `SALUS_PORT_BASE`.',
  ),
  ERR_SIGNATURES_MISSING: entry(
    "Too few organisations' administrators can sign a change of a channel's configuration.",
    'Bring the peers of the organisations that the message names back, and the keys of their `Admin`, then run the command again.',
  ),
  ERR_STALE_STATE: entry(
    'The directory in `SALUS_HOME` holds a network of another topology or other ports.',
    'Run `network.sh down`, which removes it, or go back to its topology and `SALUS_PORT_BASE`.',
  ),
  ERR_STATE_DATABASE: entry(
    'Another state database than LevelDB was asked for.',
    'Leave `-s` out.',
  ),
  ERR_SUPERVISOR: entry(
    "An organisation's supervisor did not start or does not answer, or could not do what it was told.",
    'Read its log; run `network.sh status`, then `network.sh start`.',
  ),
  ERR_TOPOLOGY: entry(
    'The topology file can not be read or is not valid.',
    'Check the path in `SALUS_TOPOLOGY` and the places that the message names.',
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
