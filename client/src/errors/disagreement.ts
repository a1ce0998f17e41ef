import { EndorseError } from '@hyperledger/fabric-gateway';
import { parseWireMessage } from '@salus/protocol/errors';

/** Fabric's gateway (internal/pkg/gateway/endorse.go) says so when it had the first endorsement, or was told whom to ask. */
const PLAN_FAILED = /failed to collect enough transaction endorsements/;

/**
 * Whether contracts on some peers refused what the contract on another peer endorsed. A peer that is some
 * blocks behind does so; nothing was handed to the orderers.
 *
 * @param error what `endorse` threw
 * @param asked MSP IDs of the organisations that the caller named; undefined where the gateway chose, which
 *   asks its own organisation first and the others only after that has endorsed
 */
export function peersDisagree(error: unknown, asked?: readonly string[]): boolean {
  if (!(error instanceof EndorseError)) return false;
  const refused = error.details.filter(({ message }) => parseWireMessage(message) !== undefined);
  if (refused.length === 0) return false;
  if (asked === undefined) return PLAN_FAILED.test(error.message);
  const failed = new Set(error.details.map(({ mspId }) => mspId));
  return asked.some((mspId) => !failed.has(mspId));
}
