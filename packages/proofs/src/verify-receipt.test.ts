import { common } from '@hyperledger/fabric-protos';
import { DAY_MS, type ErrorCode } from '@salus/protocol';
import type { CertificateWish } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import type { TestSigner } from '@salus/testing/receipt-messages';
import {
  attest,
  CHANNEL,
  configBlock,
  decide,
  makeMember,
  MEMBERS,
  person,
  receiptOf,
  type Decided,
  type TestMember,
} from '@salus/testing/receipt-world';
import { readChannelConfig, type ChannelTrust } from './channel-config.js';
import { readReceipt, writeReceipt, type Attestation, type DecisionReceipt } from './receipt.js';
import { verifyReceipt, type VerifyOptions } from './verify-receipt.js';

let members: TestMember[];
let peers: TestSigner[];
let physician: TestSigner;
let trust: ChannelTrust;
let decided: Decided;
let receipt: DecisionReceipt;

const some = <T>(list: readonly T[], index: number): T => {
  const one = list[index];
  if (one === undefined) throw new Error(`there is no ${index}`);
  return one;
};
const peerOf = (index: number) => some(peers, index);
const memberOf = (index: number) => some(members, index);
const answersOf = (...indices: number[]) => indices.map((one) => attest(decided, peerOf(one)));

function refuses(code: ErrorCode, changed: DecisionReceipt, options?: VerifyOptions, by = trust) {
  expect(() => verifyReceipt(changed, by, options)).toThrow(coded(code));
}

beforeAll(async () => {
  members = await Promise.all(MEMBERS.map(makeMember));
  peers = await Promise.all(members.map((member) => person(member)));
  physician = await person(memberOf(1), { name: 'physician', unit: 'client' });
  trust = await readChannelConfig(configBlock(members));
  decided = decide({ physician, endorsers: [peerOf(0), peerOf(1)] });
  receipt = receiptOf(decided, answersOf(0, 2, 3));
});

describe('a receipt', () => {
  it('proves the decision, who endorsed it and who attests it', () => {
    expect(verifyReceipt(readReceipt(writeReceipt(receipt)), trust)).toMatchObject({
      decision: { decisionId: decided.transactionId, permitted: true },
      channel: CHANNEL,
      chaincode: { name: 'ehr', version: '1.0' },
      endorsedBy: ['CityMSP', 'ValleyMSP'],
      attestedBy: ['CityMSP', 'InsurerMSP', 'PharmaMSP'],
      configuration: 7,
    });
  });

  it('stands while a bad answer is one more than needed', async () => {
    const stranger = await person(await makeMember('StrangerMSP'));
    const attestations = [...receipt.attestations, attest(decided, stranger)];
    expect(verifyReceipt({ ...receipt, attestations }, trust).attestedBy).toHaveLength(3);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -40)],
    ['not JSON', () => 'receipt'],
    ['with another member', (text: string) => text.replace('{', '{"note":"x",')],
    ['in another order', (text: string) => JSON.stringify(JSON.parse(text), undefined, 1)],
  ])('%s is malformed', (_, change) => {
    expect(() => readReceipt(change(writeReceipt(receipt)))).toThrow(
      coded('ERR_RECEIPT_MALFORMED'),
    );
  });

  it('with an envelope cut off is malformed', () => {
    const cut = Buffer.from(receipt.envelope, 'base64').subarray(0, -200).toString('base64');
    refuses('ERR_RECEIPT_MALFORMED', { ...receipt, envelope: cut });
  });
});

describe('an altered receipt is refused', () => {
  it('for a changed decision', () => {
    refuses('ERR_RECEIPT_MISMATCH', {
      ...receipt,
      decision: { ...receipt.decision, permitted: false },
    });
  });

  it('for another version of the contract', () => {
    const chaincode = { name: 'ehr', version: '2.0' };
    refuses('ERR_RECEIPT_MISMATCH', { ...receipt, chaincode });
  });

  it('for changed hashes of the inputs', () => {
    const inputs = { ...receipt.inputs, arguments: ['00'.repeat(32)] };
    refuses('ERR_RECEIPT_MISMATCH', { ...receipt, inputs });
    const reads = { ...receipt.inputs, readWriteSet: '00'.repeat(32) };
    refuses('ERR_RECEIPT_MISMATCH', { ...receipt, inputs: reads });
  });

  it('for the transaction of another decision', () => {
    const other = decide({ physician, endorsers: [peerOf(0), peerOf(1)] });
    const { envelope } = receiptOf(other, []);
    refuses('ERR_RECEIPT_MISMATCH', { ...receipt, envelope });
    refuses('ERR_RECEIPT_MISMATCH', receiptOf(other, receipt.attestations));
  });

  it('for a transaction that its sender and endorsers never saw', () => {
    const text = Buffer.from(receipt.envelope, 'base64').toString('latin1');
    const altered = Buffer.from(text.replaceAll('CUSTODIAN', 'CUSTODIAX'), 'latin1');
    const envelope = common.Envelope.deserializeBinary(altered);
    const forged = { ...decided, envelope };
    const answers = [0, 2, 3].map((one) => attest(forged, peerOf(one)));
    refuses('ERR_RECEIPT_SIGNATURE', receiptOf(forged, answers));
    refuses('ERR_RECEIPT_SIGNATURE', receiptOf(forged, receipt.attestations));
  });

  it('for the answer of another contract than asked for', () => {
    const evil = decide({ physician, endorsers: [peerOf(0), peerOf(1)], chaincode: 'evil' });
    const answers = [0, 2, 3].map((one) => attest(evil, peerOf(one)));
    refuses('ERR_RECEIPT_MISMATCH', receiptOf(evil, answers));
    expect(() =>
      verifyReceipt(receiptOf(evil, answers), trust, { chaincode: 'evil' }),
    ).not.toThrow();
  });

  it('for another transaction of the contract than one that asks for access', () => {
    const read = decide({ physician, endorsers: [peerOf(0), peerOf(1)], called: 'getDecision' });
    refuses(
      'ERR_RECEIPT_MISMATCH',
      receiptOf(
        read,
        [0, 2, 3].map((one) => attest(read, peerOf(one))),
      ),
    );
  });

  it('for a decision on somebody who did not ask', () => {
    const other = decide({ physician, endorsers: peers.slice(0, 2), requester: peerOf(0) });
    const answers = [0, 2, 3].map((one) => attest(other, peerOf(one)));
    refuses('ERR_RECEIPT_MISMATCH', receiptOf(other, answers));
  });
});

describe('a receipt of another channel', () => {
  it('is refused against the configuration of this one', () => {
    const other = decide({ physician, endorsers: peers.slice(0, 2), channel: 'edge-west' });
    const answers = [0, 2, 3].map((one) => attest(other, peerOf(one)));
    refuses('ERR_RECEIPT_CHANNEL', receiptOf(other, answers));
    refuses('ERR_RECEIPT_CHANNEL', { ...receiptOf(other, answers), channel: CHANNEL });
  });

  it('is refused where only a single answer is of the other channel', () => {
    const there = attest({ ...decided, channel: 'edge-west' }, peerOf(3));
    refuses('ERR_RECEIPT_CHANNEL', receiptOf(decided, [...answersOf(0, 2), there]));
  });
});

describe('answers of peers are refused', () => {
  const withThird = (third: Attestation) => receiptOf(decided, [...answersOf(0, 2), third]);

  it('from one organisation twice', async () => {
    const second = await person(memberOf(0), { name: 'peer1' });
    refuses('ERR_RECEIPT_TOO_FEW', withThird(some(answersOf(2), 0)));
    refuses('ERR_RECEIPT_TOO_FEW', withThird(attest(decided, second)));
  });

  it('that say that the transaction was not applied', () => {
    const bad = attest(decided, peerOf(3), { validationCode: 11 });
    refuses('ERR_RECEIPT_NOT_VALID', withThird(bad));
    refuses('ERR_RECEIPT_NOT_VALID', { ...receipt, attestations: [...answersOf(0, 2, 3), bad] });
  });

  it.each<[string, Parameters<typeof attest>[2]]>([
    ['to a question to a contract of the members', { chaincode: 'echo' }],
    ['to another question', { query: 'GetBlockByTxID' }],
  ])('%s', (_, answering) => {
    refuses('ERR_RECEIPT_MISMATCH', withThird(attest(decided, peerOf(3), answering)));
  });

  it('signed by another key', () => {
    const [one, other] = answersOf(3, 4).map(({ signature }) => signature);
    const answer = some(answersOf(3), 0);
    expect(one).not.toBe(other);
    refuses('ERR_RECEIPT_SIGNATURE', withThird({ ...answer, signature: some([other], 0) ?? '' }));
  });

  it('in the name of another member', async () => {
    const impostor = { ...(await person(memberOf(0))), mspId: 'PharmaMSP' };
    refuses('ERR_RECEIPT_SIGNER', withThird(attest(decided, impostor)));
  });

  it('of a foreign CA that bears the same name', async () => {
    refuses(
      'ERR_RECEIPT_SIGNER',
      withThird(attest(decided, await person(await makeMember('PharmaMSP')))),
    );
  });

  it('of no member', async () => {
    refuses(
      'ERR_RECEIPT_SIGNER',
      withThird(attest(decided, await person(await makeMember('XMSP')))),
    );
  });

  it('of a member who is not a peer', async () => {
    for (const wish of [{ unit: 'client' }, { unit: 'peers' }, { name: 'peer' }]) {
      const client = await person(memberOf(3), { unit: 'admin', ...wish });
      refuses('ERR_RECEIPT_SIGNER', withThird(attest(decided, client)));
    }
  });

  it.each<[string, CertificateWish]>([
    ['expired', { to: new Date(Date.now() - DAY_MS / 2) }],
    ['not yet valid', { from: new Date(Date.now() + DAY_MS / 2) }],
  ])('under a certificate that is %s', async (_, wish) => {
    const answer = attest(decided, await person(memberOf(3), wish));
    refuses('ERR_RECEIPT_SIGNER_EXPIRED', withThird(answer));
  });

  it('long after, unless they are checked as of the day', () => {
    const at = new Date(Date.now() + 30 * DAY_MS);
    refuses('ERR_RECEIPT_SIGNER_EXPIRED', receipt, { at });
    expect(() => verifyReceipt(receipt, trust, { at: new Date() })).not.toThrow();
  });

  it('under a certificate, or of a CA, that was revoked', async () => {
    const { issuing, root, mspId } = memberOf(3);
    for (const list of [
      await issuing.revoke(peerOf(3).certificate),
      await root.revoke(issuing.certificate),
    ]) {
      const revoking = await readChannelConfig(configBlock(members, { lists: { [mspId]: list } }));
      refuses('ERR_RECEIPT_SIGNER_REVOKED', receipt, {}, revoking);
    }
  });

  it('that are too few for a channel with more organisations', async () => {
    const more = await Promise.all(['SixthMSP', 'SeventhMSP'].map(makeMember));
    const grown = await readChannelConfig(configBlock([...members, ...more]));
    refuses('ERR_RECEIPT_TOO_FEW', receipt, {}, grown);
  });
});

describe('endorsements are refused', () => {
  const endorsedBy = (...endorsers: TestSigner[]) => {
    const other = decide({ physician, endorsers });
    return receiptOf(
      other,
      [0, 2, 3].map((one) => attest(other, peerOf(one))),
    );
  };

  it('from one organisation twice', () => {
    refuses('ERR_RECEIPT_TOO_FEW', endorsedBy(peerOf(0), peerOf(0)));
  });

  it('that are fewer than demanded', () => {
    refuses('ERR_RECEIPT_TOO_FEW', receipt, { endorsements: 3 });
  });

  it('of a foreign, an expired or a client’s certificate', async () => {
    const foreign = await person(await makeMember('CityMSP'));
    const expired = await person(memberOf(0), { to: new Date(Date.now() - DAY_MS) });
    refuses('ERR_RECEIPT_SIGNER', endorsedBy(peerOf(1), foreign));
    refuses('ERR_RECEIPT_SIGNER', endorsedBy(peerOf(0), physician));
    refuses('ERR_RECEIPT_SIGNER_EXPIRED', endorsedBy(peerOf(1), expired));
  });
});

describe('a configuration', () => {
  it.each([
    ['that is no block', Buffer.from('no block')],
    ['that is empty', Buffer.alloc(0)],
  ])('%s is refused', async (_, block) => {
    await expect(readChannelConfig(block)).rejects.toThrow(coded('ERR_CHANNEL_CONFIG_INVALID'));
  });

  it('without organisations, or cut off, is refused', async () => {
    const invalid = coded('ERR_CHANNEL_CONFIG_INVALID');
    await expect(readChannelConfig(configBlock([]))).rejects.toThrow(invalid);
    const cut = configBlock(members).subarray(0, -100);
    await expect(readChannelConfig(cut)).rejects.toThrow(invalid);
  });
});
