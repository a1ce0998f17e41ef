import type { Context } from 'fabric-contract-api';
import { peer, type common } from '@hyperledger/fabric-protos';

/** Where a transaction runs. */
export interface ContractPlace {
  readonly channel: string;
  /** Name under which the chaincode is deployed that the client called. */
  readonly chaincode: string;
}

/** The channel, and the chaincode that the signed proposal names: the peer runs no other one. */
export function placeOf(ctx: Context): ContractPlace {
  const header = ctx.stub.getSignedProposal().proposal.header.channelHeader as unknown;
  const extension = (header as common.ChannelHeader).getExtension_asU8();
  const named = peer.ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId();
  return { channel: ctx.stub.getChannelID(), chaincode: named?.getName() ?? '' };
}
