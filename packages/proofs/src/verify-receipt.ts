import { common } from '@hyperledger/fabric-protos';
import { canonicalJson, compositeKey, sha256Hex } from '@salus/protocol';
import { AUDIT_STATE, decisionAttributes } from '@salus/protocol/ehr';
import { openAttestation } from './attestation.js';
import type { ChannelTrust } from './channel-config.js';
import { distinctOrganisations } from './distinct-organisations.js';
import { memberId } from './members.js';
import type { DecisionReceipt, ProvenDecision } from './receipt.js';
import { decode, reject } from './rejection.js';
import { verifyMemberThen, verifyPeer } from './signer.js';
import { openTransaction, writes, type OpenedTransaction } from './transaction.js';

/** What a verifier demands. */
export interface VerifyOptions {
  /** Name under which the contract is deployed; default `ehr`. */
  readonly chaincode?: string;
  /** Organisations that have to have endorsed; default 2, as the network's default policy. */
  readonly endorsements?: number;
  /** When the attesting peers' certificates have to be valid; default now. */
  readonly at?: Date;
}

/** What a receipt proves. */
export interface VerifiedReceipt {
  readonly decision: ProvenDecision;
  readonly channel: string;
  readonly chaincode: DecisionReceipt['chaincode'];
  readonly endorsedBy: readonly string[];
  readonly attestedBy: readonly string[];
  /** Of the channel, that it was checked against. */
  readonly configuration: number;
}

const REQUEST_ACCESS = /^(?:ehr:)?requestAccess$/;
const DEFAULT_ENDORSEMENTS = 2;

/**
 * Proves an access decision from a receipt and a channel's configuration, without any network. Endorsers
 * signed it. Peers of more than half of the organisations sign that their chain holds the transaction as
 * valid.
 *
 * @example
 * const trust = await readChannelConfig(await readFile('edge-east.block'));
 * const { decision } = verifyReceipt(readReceipt(await readFile('receipt.json', 'utf8')), trust);
 * @throws SalusError `ERR_RECEIPT_…`: `CHANNEL`, `MISMATCH`, `NOT_VALID`, `SIGNATURE`, `SIGNER`,
 *   `SIGNER_EXPIRED`, `SIGNER_REVOKED`, `TOO_FEW`, `MALFORMED`
 */
export function verifyReceipt(
  receipt: DecisionReceipt,
  trust: ChannelTrust,
  options: VerifyOptions = {},
): VerifiedReceipt {
  if (receipt.channel !== trust.channel) {
    throw reject('ERR_RECEIPT_CHANNEL', `it is of ${receipt.channel}, not of ${trust.channel}`);
  }
  const bytes = Buffer.from(receipt.envelope, 'base64');
  const envelope = decode(common.Envelope, bytes, 'the envelope');
  const transaction = openTransaction(envelope);
  compare(receipt, transaction, options.chaincode ?? 'ehr');
  const decision = receipt.decision as unknown as ProvenDecision;
  requireRequester(decision, transaction, trust);
  // First: whether there is a decision at all matters more than who endorsed it.
  const attestedBy = attestors(receipt, envelope, trust, (options.at ?? new Date()).getTime());
  return {
    decision,
    channel: trust.channel,
    chaincode: receipt.chaincode,
    endorsedBy: endorsers(transaction, trust, options.endorsements ?? DEFAULT_ENDORSEMENTS),
    attestedBy,
    configuration: trust.sequence,
  };
}

/** More than half of the organisations. */
export function majority({ organisations }: ChannelTrust): number {
  return Math.floor(organisations.size / 2) + 1;
}

/** Everything that the receipt says has to be what the endorsed transaction says. */
function compare(
  { channel, chaincode, decision, inputs }: DecisionReceipt,
  { invocation, answer }: OpenedTransaction,
  expectedChaincode: string,
): void {
  if (invocation.channel !== channel) {
    throw reject('ERR_RECEIPT_CHANNEL', `its transaction is not of ${channel}`);
  }
  const [name, ...args] = invocation.args.map((arg) => Buffer.from(arg));
  const said = Buffer.from(canonicalJson(decision));
  const { pseudonym, decidedAt, decisionId } = decision as unknown as ProvenDecision;
  const at = decisionAttributes({ pseudonym, decidedAt, decisionId });
  const key = compositeKey(AUDIT_STATE, at);
  const agreed: Readonly<Record<string, boolean>> = {
    'transaction ID': invocation.transactionId === decisionId,
    'chaincode name': answer.chaincode.name === expectedChaincode,
    'chaincode version': canonicalJson(answer.chaincode) === canonicalJson(chaincode),
    'called transaction': name !== undefined && REQUEST_ACCESS.test(name.toString('utf8')),
    decision: said.equals(answer.payload),
    'written decision': writes(answer, key, said),
    'hashes of the arguments':
      canonicalJson(args.map((arg) => sha256Hex(arg))) === canonicalJson(inputs.arguments),
    'hash of the read-write set': sha256Hex(answer.readWriteSet) === inputs.readWriteSet,
  };
  for (const [what, agrees] of Object.entries(agreed)) {
    if (!agrees) throw reject('ERR_RECEIPT_MISMATCH', `${what}: the transaction has another`);
  }
}

function requireRequester(
  { requester }: ProvenDecision,
  { submission }: OpenedTransaction,
  trust: ChannelTrust,
): void {
  const { mspId, certificate } = verifyMemberThen(submission, trust);
  if (requester.mspId !== mspId || requester.id !== memberId(certificate.toString())) {
    throw reject('ERR_RECEIPT_MISMATCH', 'requester: somebody else sent the transaction');
  }
}

function endorsers(
  { invocation, endorsements }: OpenedTransaction,
  trust: ChannelTrust,
  needed: number,
): readonly string[] {
  return distinctOrganisations(
    endorsements.map((one) => () => verifyPeer(one, trust, invocation.at).mspId),
    { needed, what: 'endorsed the decision' },
  );
}

function attestors(
  { attestations, channel, decision }: DecisionReceipt,
  envelope: common.Envelope,
  trust: ChannelTrust,
  at: number,
): readonly string[] {
  const subject = { channel, transactionId: decision.decisionId };
  const opened = attestations.map((one) => openAttestation(one, subject));
  for (const one of opened) requireSame(one.envelope, envelope);
  const refusing = opened.find(({ validationCode }) => validationCode !== 0);
  if (refusing) {
    const { validationCode } = refusing;
    throw reject('ERR_RECEIPT_NOT_VALID', `a peer found the transaction bad (${validationCode})`);
  }
  return distinctOrganisations(
    opened.map((one) => () => verifyPeer(one.signed, trust, at).mspId),
    { needed: majority(trust), what: 'attest that it was applied' },
  );
}

function requireSame(attested: common.Envelope, own: common.Envelope): void {
  const same = (one: Uint8Array, other: Uint8Array) => Buffer.from(one).equals(other);
  if (
    !same(attested.getPayload_asU8(), own.getPayload_asU8()) ||
    !same(attested.getSignature_asU8(), own.getSignature_asU8())
  ) {
    throw reject('ERR_RECEIPT_MISMATCH', 'a peer attests another transaction');
  }
}
