import { createPrivateKey, sign } from 'node:crypto';
import { hashOf } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import type { TestSigner } from '@salus/testing/receipt-messages';
import { CHANNEL, configBlock, makeMember, MEMBERS, person } from '@salus/testing/receipt-world';
import { answersOf } from '@salus/testing/signed-answers';
import type { ClaimsSigner } from './certificate-jws.js';
import {
  readErasureCertificate,
  verifyErasureCertificate,
  type EarlierErasureCertificate,
  type ErasureCertificate,
} from './certificate.js';
import { readChannelConfig, type ChannelTrust } from './channel-config.js';
import { confirmErasure } from './erasure.js';

const pseudonym = 'p'.repeat(43);
const recordId = 'r1';
const root = '1'.repeat(64);
const STORES = ['CityMSP', 'PharmaMSP'] as const;
const erasedAt = '2026-01-01T00:00:00.000Z';
const record = {
  ...{ pseudonym, recordId, erasedAt, custodian: 'CityMSP' },
  layout: { k: 1, n: 2, blockSize: 1, parts: STORES.map((store) => ({ root, store })) },
};

const signerOf = ({ certificate, privateKeyPem }: TestSigner): ClaimsSigner => ({
  certificate,
  signer: { sign: (message) => sign('sha256', message, createPrivateKey(privateKeyPem)) },
});

describe('a certificate of erasure', () => {
  let peers: TestSigner[];
  let trust: ChannelTrust;
  let staff: (mspId: string, role?: string) => Promise<TestSigner>;

  beforeAll(async () => {
    const members = await Promise.all(MEMBERS.map(makeMember));
    peers = await Promise.all(members.map((member) => person(member)));
    trust = await readChannelConfig(configBlock(members));
    staff = (mspId, role = 'store') => {
      const member = members.find((one) => one.mspId === mspId);
      if (!member) throw new Error(`no member ${mspId}`);
      return person(member, {
        ...{ name: 'staff', unit: 'client' },
        attributes: { 'salus.role': role },
      });
    };
  });

  const confirm = async (mspId: string, by?: TestSigner) =>
    confirmErasure(signerOf(by ?? (await staff(mspId))), {
      ...{ channel: CHANNEL, mspId, pseudonym, recordId, roots: [root], erasedAt },
      goneAt: new Date().toISOString(),
    });
  const confirmations = () => Promise.all(STORES.map((mspId) => confirm(mspId)));
  const erasureOf = (
    words: readonly string[],
    {
      holders = [],
      of = record,
    }: { readonly holders?: readonly string[]; readonly of?: object } = {},
  ) =>
    answersOf(peers.slice(0, 3), {
      transaction: 'getErasure',
      request: { pseudonym, recordId, evidence: hashOf(words) },
      value: { record: of, holders },
    });
  const heading = () => ({ channel: CHANNEL, pseudonym, issuedAt: new Date().toISOString() });
  const certificate = (words: string[], erasure = erasureOf(words)): ErasureCertificate => ({
    type: 'ErasureCertificate.v2',
    ...heading(),
    records: [{ recordId, confirmations: words, erasure }],
  });
  const verify = (one: ErasureCertificate | EarlierErasureCertificate) =>
    verifyErasureCertificate(readErasureCertificate(JSON.stringify(one)), trust);

  it('proves that the ledger closed the record, that keys are gone, and parts', async () => {
    expect(verify(certificate(await confirmations()))).toEqual([
      {
        ...{ recordId, erasedAt, keysPurged: true, stores: [...STORES].sort() },
        answeredBy: ['CityMSP', 'InsurerMSP', 'ValleyMSP'],
      },
    ]);
  });

  it('is none while peers of an organisation keep what opens the record', async () => {
    const words = await confirmations();
    const kept = certificate(words, erasureOf(words, { holders: ['ValleyMSP'] }));
    expect(() => verify(kept)).toThrow(coded('ERR_ERASURE_INCOMPLETE'));
  });

  it('is none of a record that the ledger has as it was', async () => {
    const words = await confirmations();
    const { erasedAt: _never, ...standing } = record;
    const open = certificate(words, erasureOf(words, { of: standing }));
    expect(() => verify(open)).toThrow(coded('ERR_ERASURE_INCOMPLETE'));
  });

  it('is none without the word of each store', async () => {
    const words = (await confirmations()).slice(1);
    expect(() => verify(certificate(words))).toThrow(coded('ERR_ERASURE_INCOMPLETE'));
  });

  it.each(['billing', 'physician', 'keyservice'])(
    'takes the word of a store from no other staff: the role %s',
    async (role) => {
      const [, other] = STORES;
      const words = [await confirm('CityMSP', await staff('CityMSP', role)), await confirm(other)];
      expect(() => verify(certificate(words))).toThrow(coded('ERR_REQUEST_REFUSED'));
    },
  );

  it('takes no word of a store that came after the peers had signed', async () => {
    const words = await confirmations();
    const later = [await confirm('CityMSP'), ...words.slice(1)];
    expect(() => verify(certificate(later, erasureOf(words)))).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
  });

  it('takes no answers to another question', async () => {
    const words = await confirmations();
    const other = answersOf(peers.slice(0, 3), {
      transaction: 'getRecord',
      request: { pseudonym, recordId, evidence: hashOf(words) },
      value: { record, holders: [] },
    });
    expect(() => verify(certificate(words, other))).toThrow(coded('ERR_RECEIPT_MISMATCH'));
  });

  it('of release 0.1.0 proves the anchor and the parts, and says that keys are not proven', async () => {
    const earlier: EarlierErasureCertificate = {
      type: 'ErasureCertificate.v1',
      ...heading(),
      records: [
        {
          recordId,
          confirmations: await confirmations(),
          anchor: answersOf(peers.slice(0, 3), {
            transaction: 'getRecord',
            request: { pseudonym, recordId },
            value: record,
          }),
        },
      ],
    };
    expect(verify(earlier)).toMatchObject([{ recordId, keysPurged: false }]);
  });

  it('is no other file', () => {
    for (const text of ['', '{}', '{"type":"ErasureCertificate.v3"}']) {
      expect(() => readErasureCertificate(text)).toThrow(coded('ERR_RECEIPT_MALFORMED'));
    }
  });
});
