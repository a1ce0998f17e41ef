import { common, peer } from '@hyperledger/fabric-protos';
import { describeTransaction } from '@salus/client/proofs';
import { type Attestation, type DecisionReceipt, memberId } from '@salus/proofs';
import { canonicalJson } from '@salus/protocol';
import { makeTestCa, type CertificateWish, type TestCa } from './certificates.js';
import { channelConfig } from './channel-config.js';
import type { TestSigner } from './receipt-messages.js';
import * as messages from './receipt-messages.js';

export const CHANNEL = 'edge-east';
export const MEMBERS = ['CityMSP', 'ValleyMSP', 'InsurerMSP', 'PharmaMSP', 'RegulatorMSP'] as const;
const HPKE_KEY = 'key';

/** A member with a root, a CA below it that issues certificates, and a list of revoked ones. */
export interface TestMember {
  readonly mspId: string;
  readonly root: TestCa;
  readonly issuing: TestCa;
}

export async function makeMember(mspId: string): Promise<TestMember> {
  const root = await makeTestCa(`${mspId} root`);
  return { mspId, root, issuing: await root.intermediate(`${mspId} CA`) };
}

export async function person(
  { mspId, issuing }: TestMember,
  wish: CertificateWish = {},
): Promise<TestSigner> {
  return { mspId, ...(await issuing.issue({ name: 'peer0', unit: 'peer', ...wish })) };
}

/** The configuration block of a channel. */
export function configBlock(
  members: readonly TestMember[],
  { channel = CHANNEL, lists = {} }: { channel?: string; lists?: Record<string, string> } = {},
): Uint8Array {
  const config = channelConfig(
    members.map(({ mspId, root, issuing }) => {
      const list = lists[mspId];
      return {
        mspId,
        root: root.certificate,
        intermediate: issuing.certificate,
        revocationLists: list === undefined ? [] : [list],
      };
    }),
  );
  const configuration = new common.ConfigEnvelope();
  configuration.setConfig(config);
  return blockOf(channel, configuration.serializeBinary());
}

function blockOf(channel: string, data: Uint8Array): Uint8Array {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setChannelId(channel);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(data);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  const blockData = new common.BlockData();
  blockData.setDataList([envelope.serializeBinary()]);
  const block = new common.Block();
  block.setData(blockData);
  return block.serializeBinary();
}

/** How a test's decision came about. */
export interface Story {
  readonly physician: TestSigner;
  readonly endorsers: readonly TestSigner[];
  readonly channel?: string;
  readonly chaincode?: string;
  /** Name of the transaction that was called. */
  readonly called?: string;
  /** Whom the decision names; who sent it unless told. */
  readonly requester?: TestSigner;
}

const PSEUDONYM = 'p'.repeat(43);

/** A transaction that asked for access. */
export interface Decided {
  readonly channel: string;
  readonly transactionId: string;
  readonly envelope: common.Envelope;
}

export function decide({
  physician: creator,
  endorsers,
  channel = CHANNEL,
  chaincode = 'ehr',
  called = 'requestAccess',
  requester = creator,
}: Story): Decided {
  const request = JSON.stringify({
    pseudonym: PSEUDONYM,
    recordId: 'r1',
    purpose: 'TREAT',
    hpkePublicKey: HPKE_KEY,
  });
  const at = new Date();
  const args = [called, request];
  const proposal = messages.propose({ channel, chaincode, args, creator, at });
  const { transactionId } = proposal;
  const decision = Buffer.from(
    canonicalJson({
      decisionId: transactionId,
      permitted: true,
      reason: 'CUSTODIAN',
      pseudonym: PSEUDONYM,
      recordId: 'r1',
      requester: { mspId: requester.mspId, id: memberId(requester.certificate) },
      purpose: 'TREAT',
      hpkePublicKey: HPKE_KEY,
      decidedAt: at.toISOString(),
    }),
  );
  const key = ['', 'audit', PSEUDONYM, at.toISOString(), transactionId, ''].join('\u0000');
  const answer = messages.answerTo(proposal, {
    payload: decision,
    version: '1.0',
    writes: messages.oneWrite(chaincode, key, decision),
  });
  const endorsements = endorsers.map((one) => messages.endorse(answer, one));
  return {
    channel,
    transactionId,
    envelope: messages.transactionOf(proposal, answer, endorsements),
  };
}

/** What a peer is asked, and how it answers, where that isn't as it should be. */
export interface Answering {
  readonly validationCode?: number;
  readonly chaincode?: string;
  readonly query?: string;
}

/** A peer's signed answer about a transaction. */
export function attest(
  { channel, transactionId, envelope }: Decided,
  by: TestSigner,
  { validationCode = 0, chaincode = 'qscc', query = 'GetTransactionByID' }: Answering = {},
): Attestation {
  const args = [query, channel, transactionId];
  const question = { channel, chaincode, args, creator: by, at: new Date() };
  const proposal = messages.propose(question);
  const processed = new peer.ProcessedTransaction();
  processed.setTransactionenvelope(envelope);
  processed.setValidationcode(validationCode);
  const answer = messages.answerTo(proposal, {
    payload: processed.serializeBinary(),
    version: 'syscc',
  });
  const message = new peer.Proposal();
  message.setHeader(messages.headerOf(proposal).serializeBinary());
  message.setPayload(messages.payloadOf(proposal));
  const endorsement = messages.endorse(answer, by);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    proposal: base64(message.serializeBinary()),
    payload: base64(answer),
    endorser: endorsement.getEndorser_asB64(),
    signature: endorsement.getSignature_asB64(),
  };
}

export function receiptOf(decided: Decided, attestations: readonly Attestation[]): DecisionReceipt {
  return describeTransaction(decided.envelope, decided.channel, attestations);
}
