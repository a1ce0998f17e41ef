import { status, type ServerWritableStream } from '@grpc/grpc-js';
import { common, gateway, peer } from '@hyperledger/fabric-protos';

type Stream = ServerWritableStream<
  gateway.SignedChaincodeEventsRequest,
  gateway.ChaincodeEventsResponse
>;

/** How a stream of events ends: after so many events, with a gRPC status; `OK` is a plain end. */
export interface Cut {
  readonly after: number;
  readonly with: status;
}

/** Where a stream was asked to begin. */
export interface EventRequest {
  readonly startBlock: bigint;
  /** Empty, or the transaction of the start block after which events are wanted. */
  readonly after: string;
}

/** Blocks of transactions with an event each, and a peer's streams of them that break as told. */
export class FakeChain {
  /** Transaction IDs, by block. */
  readonly blocks: string[][];
  readonly requests: EventRequest[] = [];
  /** One a stream; streams after the last one stay open. */
  readonly cuts: Cut[] = [];
  /** Called when a stream is about to be cut. */
  onCut: () => void = () => undefined;

  constructor(...blocks: string[][]) {
    this.blocks = blocks;
  }

  /** Answers `GetChainInfo`. */
  readonly height = (): Uint8Array => {
    const info = new common.BlockchainInfo();
    info.setHeight(this.blocks.length);
    return info.serializeBinary();
  };

  /** Serves one stream: from the start block on, and in it after the transaction that is named. */
  readonly stream = (call: Stream): void => {
    const asked = gateway.ChaincodeEventsRequest.deserializeBinary(call.request.getRequest_asU8());
    const start = asked.getStartPosition()?.getSpecified()?.getNumber() ?? 0;
    const after = asked.getAfterTransactionId();
    this.requests.push({ startBlock: BigInt(start), after });
    const cut = this.cuts.shift();
    const wanted = this.blocks.flatMap((ids, block) => {
      if (block < start) return [];
      const from = block === start ? ids.indexOf(after) + 1 : 0;
      return ids.slice(from).map((id) => [block, id] as const);
    });
    for (const [block, id] of wanted.slice(0, cut?.after)) call.write(response(block, id));
    if (!cut) return;
    this.onCut();
    if (cut.with === status.OK) call.end();
    else call.emit('error', { code: cut.with, details: 'cut' });
  };
}

function response(block: number, transactionId: string): gateway.ChaincodeEventsResponse {
  const event = new peer.ChaincodeEvent();
  event.setChaincodeId('ehr');
  event.setEventName('Happened.v1');
  event.setTxId(transactionId);
  event.setPayload(Buffer.from(JSON.stringify({ id: transactionId })));
  const answer = new gateway.ChaincodeEventsResponse();
  answer.setBlockNumber(block);
  answer.setEventsList([event]);
  return answer;
}
