import { status } from '@grpc/grpc-js';
import {
  CommitError,
  CommitStatusError,
  EndorseError,
  GatewayError,
  StatusCode,
  type ErrorDetail,
} from '@hyperledger/fabric-gateway';
import { parseWireMessage, SalusError, type ErrorCode } from '@salus/protocol/errors';

/** What one peer or orderer said. */
export interface NodeMessage {
  readonly mspId: string;
  readonly address: string;
  readonly message: string;
}

/**
 * Turns whatever the gateway throws into a {@link SalusError} with a stable code.
 *
 * A refusal by a contract keeps the contract's own code; what each node said stands in the message.
 * The gateway's error remains as `cause`.
 */
export function unwrap(error: unknown): SalusError {
  if (error instanceof SalusError) return error;
  if (error instanceof CommitError) return fromCommit(error);
  if (error instanceof GatewayError) return fromGateway(error);
  return new SalusError('ERR_INTERNAL', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/** The peers' and orderers' own words in an error of the gateway, for logs and for the operator. */
export function nodeMessages(error: unknown): readonly NodeMessage[] {
  if (error instanceof GatewayError) return error.details;
  return error instanceof Error && error.cause !== undefined ? nodeMessages(error.cause) : [];
}

/** Commit status codes with a meaning of their own for the caller. */
const commitCodes: Readonly<Record<string, ErrorCode>> = {
  MVCC_READ_CONFLICT: 'ERR_MVCC_CONFLICT',
  PHANTOM_READ_CONFLICT: 'ERR_MVCC_CONFLICT',
  ENDORSEMENT_POLICY_FAILURE: 'ERR_ENDORSEMENT_POLICY',
};

/** @returns the error for a transaction that is in a block but was not applied. */
export function commitFailure(transactionId: string, code: number, cause?: unknown): SalusError {
  const name = statusName(code);
  const meaning =
    name === 'MVCC_READ_CONFLICT' || name === 'PHANTOM_READ_CONFLICT'
      ? 'another transaction changed what it had read'
      : name === 'ENDORSEMENT_POLICY_FAILURE'
        ? 'too few of the required organisations endorsed it'
        : 'the peers found it invalid';
  return new SalusError(
    commitCodes[name] ?? 'ERR_COMMIT_FAILED',
    `The transaction was not applied: ${meaning} (${name})`,
    { transactionId, ...(cause !== undefined && { cause }) },
  );
}

function statusName(code: number): string {
  return (
    Object.entries(StatusCode).find(([, value]) => (value as number) === code)?.[0] ?? String(code)
  );
}

function fromCommit(error: CommitError): SalusError {
  return commitFailure(error.transactionId, error.code, error);
}

function fromGateway(error: GatewayError): SalusError {
  const transactionId = transactionIdOf(error);
  const refusal = error.details
    .map(({ message }) => parseWireMessage(message))
    .find((found) => found !== undefined);
  const common = { cause: error, ...(transactionId !== undefined && { transactionId }) };
  if (refusal) return new SalusError(refusal.code, refusal.message, common);
  const fromText = parseWireMessage(error.message);
  if (fromText) return new SalusError(fromText.code, fromText.message, common);
  const { code, what, remedy } = classify(error);
  return new SalusError(code, `${what}: ${describe(error)}`, {
    ...common,
    ...(remedy !== undefined && { remedy }),
  });
}

function transactionIdOf(error: GatewayError): string | undefined {
  return 'transactionId' in error && typeof error.transactionId === 'string'
    ? error.transactionId
    : undefined;
}

interface Classified {
  readonly code: ErrorCode;
  readonly what: string;
  /** Where it is more than the code's own. */
  readonly remedy?: string;
}

/**
 * The orderers that did take the transaction keep it, and order it when a quorum is back (seen with two of
 * four stopped). Nobody may send it again unseen.
 */
const notOrdered: Classified = {
  code: 'ERR_ORDERER_UNAVAILABLE',
  what: 'Too few orderers took the transaction; it may still be applied when they are back',
  remedy:
    'bring the orderers up again, and look with `salus transaction <id>` before sending it again',
};

/** The gateway exports this class as a type only. */
function isSubmitError(error: GatewayError): boolean {
  return error.name === 'SubmitError';
}

/** Words of Fabric's gateway service (internal/pkg/gateway) for which gRPC's status is too coarse. */
const texts: readonly (readonly [RegExp, Classified])[] = [
  [
    /ProposalResponsePayloads do not match/i,
    { code: 'ERR_ENDORSEMENT_MISMATCH', what: 'The endorsing peers found different results' },
  ],
  [
    /failed to get config for channel|could not get last config/i,
    { code: 'ERR_CHANNEL_UNKNOWN', what: 'The peer does not know the channel' },
  ],
  [
    /creator org unknown|access denied|identity is not valid|certificate .* expired|unable to parse.*identity|malformed/i,
    { code: 'ERR_IDENTITY_REFUSED', what: 'The peer refused the identity' },
  ],
  [
    /no (combination of )?peers (can|available)|failed to find any endorsing peers/i,
    { code: 'ERR_CHAINCODE_UNAVAILABLE', what: 'Too few peers offer the contract' },
  ],
  [/larger than/i, { code: 'ERR_TOO_LARGE', what: 'The request is too large' }],
  [
    /code = Unavailable|connection refused/i,
    { code: 'ERR_PEER_UNREACHABLE', what: 'An endorsing peer does not answer' },
  ],
];

const byStatus: Readonly<Record<number, Classified>> = {
  [status.DEADLINE_EXCEEDED]: { code: 'ERR_DEADLINE_EXCEEDED', what: 'No answer in time' },
  [status.PERMISSION_DENIED]: {
    code: 'ERR_IDENTITY_REFUSED',
    what: 'The peer refused the identity',
  },
};

/** GatewayError's code is a plain number. */
const unavailable: number = status.UNAVAILABLE;

function classify(error: GatewayError): Classified {
  const text = [error.message, ...error.details.map(({ message }) => message)].join('\n');
  if (isSubmitError(error)) return notOrdered;
  const known = byStatus[error.code];
  if (known) return known;
  for (const [pattern, classified] of texts) if (pattern.test(text)) return classified;
  if (error instanceof CommitStatusError) {
    return { code: 'ERR_COMMIT_UNKNOWN', what: 'Whether the transaction was applied is unknown' };
  }
  if (error.code === unavailable) {
    return error instanceof EndorseError && error.details.length > 0
      ? { code: 'ERR_CHAINCODE_UNAVAILABLE', what: 'Too few peers could run the contract' }
      : { code: 'ERR_PEER_UNREACHABLE', what: 'The peer is unavailable' };
  }
  return { code: 'ERR_ENDORSEMENT_FAILED', what: 'The peers did not run the transaction' };
}

function describe({ message, details }: GatewayError): string {
  if (details.length === 0) return message;
  return details.map(said).join('; ');
}

function said({ mspId, address, message }: ErrorDetail): string {
  return `${mspId} (${address}): ${message}`;
}
