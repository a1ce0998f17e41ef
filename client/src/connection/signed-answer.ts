import { status, type Client, type ServiceError } from '@grpc/grpc-js';
import type { Gateway } from '@hyperledger/fabric-gateway';
import { gateway as gatewayMessages, peer } from '@hyperledger/fabric-protos';
import type { SignedAnswer } from '@salus/proofs';
import { parseWireMessage, SalusError } from '@salus/protocol/errors';
import type { Signer } from '../identity/signer.js';

/** A query to one peer. */
export interface Question {
  readonly channel: string;
  readonly contract: string;
  readonly transaction: string;
  readonly args: readonly string[];
}

/** How to reach the peer, and as whom. */
interface Line {
  readonly client: Client;
  readonly gateway: Gateway;
  readonly signer: Signer;
  readonly deadline: number;
}

const ENDORSER = '/protos.Endorser/ProcessProposal';
/** Fabric answers with HTTP's status codes. */
const FIRST_ERROR = 400;

/**
 * Asks a peer's endorser service itself. The gateway service, which serves all other calls, evaluates
 * on whatever peer it likes and hands out no signature.
 *
 * @throws SalusError the contract's own, or `ERR_ENDORSEMENT_FAILED` with the peer's words;
 *   `ERR_PEER_UNREACHABLE`, `ERR_DEADLINE_EXCEEDED`
 */
export async function askPeer(line: Line, question: Question): Promise<SignedAnswer> {
  const proposal = await signedProposal(line, question);
  const response = await processProposal(line, proposal);
  const [said, endorsement] = [response.getResponse(), response.getEndorsement()];
  if (!said || said.getStatus() >= FIRST_ERROR || !endorsement) {
    throw refused(said?.getMessage() ?? '');
  }
  return {
    proposal: proposal.getProposalBytes_asU8(),
    payload: response.getPayload_asU8(),
    endorser: endorsement.getEndorser_asU8(),
    signature: endorsement.getSignature_asU8(),
  };
}

/** A contract's own error where the peer passes one on. */
function refused(message: string): SalusError {
  const known = parseWireMessage(message);
  return known
    ? new SalusError(known.code, known.message)
    : new SalusError('ERR_ENDORSEMENT_FAILED', `The peer says: ${message}`);
}

async function signedProposal(
  { gateway, signer }: Line,
  { channel, contract, transaction, args }: Question,
): Promise<peer.SignedProposal> {
  const proposal = gateway
    .getNetwork(channel)
    .getContract(contract)
    .newProposal(transaction, { arguments: [...args] });
  const signature = await signer.sign(proposal.getDigest()); // the whole message: the signer hashes
  const bytes = gateway.newSignedProposal(proposal.getBytes(), signature).getBytes();
  const signed = gatewayMessages.ProposedTransaction.deserializeBinary(bytes).getProposal();
  if (!signed) throw new SalusError('ERR_INTERNAL', 'The gateway made a proposal that is empty');
  return signed;
}

function processProposal(
  { client, deadline }: Line,
  proposal: peer.SignedProposal,
): Promise<peer.ProposalResponse> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      ENDORSER,
      (message: peer.SignedProposal) => Buffer.from(message.serializeBinary()),
      (bytes: Buffer) => peer.ProposalResponse.deserializeBinary(bytes),
      proposal,
      { deadline },
      (error, response) => {
        if (response) resolve(response);
        else reject(unanswered(error));
      },
    );
  });
}

function unanswered(cause: ServiceError | null): SalusError {
  const late = cause?.code === status.DEADLINE_EXCEEDED;
  return new SalusError(
    late ? 'ERR_DEADLINE_EXCEEDED' : 'ERR_PEER_UNREACHABLE',
    `The peer gave no answer${cause ? `: ${cause.details}` : ''}`,
    { cause },
  );
}
