import type { Context } from 'fabric-contract-api';
import { parseWireMessage, SalusError } from '@salus/protocol';
import {
  MEMBERSHIP_CHAINCODE,
  membersOfKind,
  type MemberKind,
  type Registry,
} from '@salus/protocol/membership';
import type { Caller } from './identity.js';

/**
 * MSP IDs of the channel's members of a kind, as the registry has them now. The read goes into the
 * transaction's read set: a change of the registry before the commit is a conflict.
 *
 * @throws SalusError ERR_NO_MEMBERSHIP, ERR_CHAINCODE_UNAVAILABLE where the peer doesn't run the registry
 */
export async function membersOf(ctx: Context, kind: MemberKind): Promise<readonly string[]> {
  return membersOfKind((await readRegistry(ctx)).members, kind);
}

/**
 * MSP IDs of all members of the channel, as the registry has them now.
 *
 * @throws SalusError as {@link membersOf}
 */
export async function everyMember(ctx: Context): Promise<readonly string[]> {
  return (await readRegistry(ctx)).members.map(({ mspId }) => mspId);
}

/**
 * Demands that the caller's organisation is a member of a kind.
 *
 * @throws SalusError ERR_FORBIDDEN, and as {@link membersOf}
 */
export async function requireKind(ctx: Context, who: Caller, kind: MemberKind): Promise<void> {
  if ((await membersOf(ctx, kind)).includes(who.mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', `The registry does not have ${who.mspId} as ${kind}`, {
    argument: 'caller',
    expected: `a member of the kind ${kind}`,
    got: who.mspId,
  });
}

async function readRegistry(ctx: Context): Promise<Registry> {
  const {
    status,
    message = '',
    payload = new Uint8Array(),
  } = await ctx.stub
    .invokeChaincode(MEMBERSHIP_CHAINCODE, ['getRegistry', '{}'], ctx.stub.getChannelID())
    .catch((cause: unknown) => {
      const text = `The peer does not run the chaincode ${MEMBERSHIP_CHAINCODE}`;
      throw new SalusError('ERR_CHAINCODE_UNAVAILABLE', text, { cause });
    });
  if (status === OK) return JSON.parse(Buffer.from(payload).toString('utf8')) as Registry;
  const told = parseWireMessage(message);
  throw new SalusError(told?.code ?? 'ERR_INTERNAL', told?.message ?? message);
}

const OK = 200;
