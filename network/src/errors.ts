/** What can go wrong with a network, by stable code. The codes are part of the command line's contract. */
export type NetworkErrorCode =
  | 'ERR_ARGUMENT'
  | 'ERR_BINARIES_MISSING'
  | 'ERR_BINARY_VERSION'
  | 'ERR_BUILD_FAILED'
  | 'ERR_CA_REQUEST'
  | 'ERR_CHAINCODE'
  | 'ERR_CHANNEL'
  | 'ERR_COMMAND_FAILED'
  | 'ERR_NODE_FAILED'
  | 'ERR_NODE_UNKNOWN'
  | 'ERR_NOT_UP'
  | 'ERR_PARTIAL_START'
  | 'ERR_PORT_TAKEN'
  | 'ERR_STALE_STATE'
  | 'ERR_STATE_DATABASE'
  | 'ERR_SUPERVISOR'
  | 'ERR_TIMEOUT'
  | 'ERR_TOPOLOGY';

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
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  toJSON(): { code: string; message: string; remedy?: string } {
    return {
      code: this.code,
      message: this.message,
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
    };
  }
}
