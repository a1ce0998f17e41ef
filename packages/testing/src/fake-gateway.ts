import * as grpc from '@grpc/grpc-js';
import { gateway, peer, common } from '@hyperledger/fabric-protos';
import type { Certified } from './certificates.js';

/** A peer's gateway service that answers queries as it is told. */
export interface FakeGateway {
  readonly address: string;
  /** Transactions that were evaluated, by name. */
  readonly calls: string[];
  stop(): void;
}

/**
 * What a query is answered with; throws a gRPC error to fail it.
 *
 * @param answering - MSP IDs of the organisations whose peers may answer; none for all
 */
export type Answer = (transaction: string, answering: readonly string[]) => Uint8Array;

/** Serves a stream of events. */
export type EventStream = (
  call: grpc.ServerWritableStream<
    gateway.SignedChaincodeEventsRequest,
    gateway.ChaincodeEventsResponse
  >,
) => void;

/** Starts a gateway on a free port, or on the one given. */
export async function startFakeGateway(
  certified: Certified,
  answer: Answer = () => new common.BlockchainInfo().serializeBinary(),
  port = 0,
  stream: EventStream = (call) => call.end(),
): Promise<FakeGateway> {
  const calls: string[] = [];
  const server = new grpc.Server();
  server.addService(
    {
      evaluate: {
        path: '/gateway.Gateway/Evaluate',
        requestStream: false,
        responseStream: false,
        requestSerialize: (value: gateway.EvaluateRequest) => Buffer.from(value.serializeBinary()),
        requestDeserialize: (bytes: Buffer) => gateway.EvaluateRequest.deserializeBinary(bytes),
        responseSerialize: (value: gateway.EvaluateResponse) =>
          Buffer.from(value.serializeBinary()),
        responseDeserialize: (bytes: Buffer) => gateway.EvaluateResponse.deserializeBinary(bytes),
      },
      chaincodeEvents: {
        path: '/gateway.Gateway/ChaincodeEvents',
        requestStream: false,
        responseStream: true,
        requestSerialize: (value: gateway.SignedChaincodeEventsRequest) =>
          Buffer.from(value.serializeBinary()),
        requestDeserialize: (bytes: Buffer) =>
          gateway.SignedChaincodeEventsRequest.deserializeBinary(bytes),
        responseSerialize: (value: gateway.ChaincodeEventsResponse) =>
          Buffer.from(value.serializeBinary()),
        responseDeserialize: (bytes: Buffer) =>
          gateway.ChaincodeEventsResponse.deserializeBinary(bytes),
      },
    },
    {
      chaincodeEvents: stream,
      evaluate: (
        call: grpc.ServerUnaryCall<gateway.EvaluateRequest, gateway.EvaluateResponse>,
        respond: grpc.sendUnaryData<gateway.EvaluateResponse>,
      ) => {
        const name = transactionName(call.request);
        calls.push(name);
        try {
          respond(null, response(answer(name, call.request.getTargetOrganizationsList())));
        } catch (error) {
          respond(error as grpc.ServiceError);
        }
      },
    },
  );
  const bound = await new Promise<number>((resolve, reject) => {
    const { privateKeyPem, certificate } = certified;
    const pair = { private_key: Buffer.from(privateKeyPem), cert_chain: Buffer.from(certificate) };
    server.bindAsync(
      `localhost:${port}`,
      grpc.ServerCredentials.createSsl(null, [pair]),
      (error, number) => (error ? reject(error) : resolve(number)),
    );
  });
  return { address: `localhost:${bound}`, calls, stop: () => server.forceShutdown() };
}

function response(payload: Uint8Array): gateway.EvaluateResponse {
  const result = new peer.Response();
  result.setStatus(200);
  result.setPayload(payload);
  const answered = new gateway.EvaluateResponse();
  answered.setResult(result);
  return answered;
}

function transactionName(request: gateway.EvaluateRequest): string {
  const proposal = peer.Proposal.deserializeBinary(
    request.getProposedTransaction()?.getProposalBytes_asU8() ?? new Uint8Array(),
  );
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const invocation = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8());
  const [name] = invocation.getChaincodeSpec()?.getInput()?.getArgsList_asU8() ?? [];
  return Buffer.from(name ?? []).toString('utf8');
}
