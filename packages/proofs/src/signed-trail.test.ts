import { coded } from '@salus/testing/coded';
import type { TestSigner } from '@salus/testing/receipt-messages';
import { configBlock, makeMember, MEMBERS, person } from '@salus/testing/receipt-world';
import { answersOf, replyOf, type TestQuery } from '@salus/testing/signed-answers';
import { readChannelConfig, type ChannelTrust } from './channel-config.js';
import { verifySignedAnswers } from './signed-answers.js';
import { verifySignedTrail, type SignedTrail } from './signed-trail.js';

const pseudonym = 'p'.repeat(43);
const entry = (transactionId: string) => ({ transactionId, at: '2026-01-01T00:00:00.000Z' });

describe("what peers of most organisations sign, in a patient's hands", () => {
  let peers: TestSigner[];
  let physician: TestSigner;
  let trust: ChannelTrust;

  beforeAll(async () => {
    const members = await Promise.all(MEMBERS.map(makeMember));
    peers = await Promise.all(members.map((member) => person(member)));
    const [first] = members;
    if (!first) throw new Error('no members');
    physician = await person(first, { name: 'physician', unit: 'client' });
    trust = await readChannelConfig(configBlock(members));
  });

  const page = (bookmark: string | undefined, next: string, ...ids: string[]): TestQuery => ({
    transaction: 'auditTrail',
    request: { pseudonym, pageSize: 100, ...(bookmark !== undefined && { bookmark }) },
    value: { results: ids.map(entry), fetchedRecordsCount: ids.length, bookmark: next },
  });
  const whole = page(undefined, '', 'a');
  const expected = { transaction: 'auditTrail', request: { pseudonym } };
  const majority = () => peers.slice(0, 3);
  const trail = (...queries: TestQuery[]): SignedTrail => ({
    type: 'SignedTrail.v1',
    pages: queries.map((one) => answersOf(majority(), one)),
  });

  it('proves a trail of several pages', () => {
    const pages = trail(page(undefined, 'x', 'a', 'b'), page('x', '', 'c'));
    const { entries, answeredBy } = verifySignedTrail(pages, trust, { pseudonym });
    expect(entries.map(({ transactionId }) => transactionId)).toEqual(['a', 'b', 'c']);
    expect(answeredBy).toHaveLength(3);
  });

  it.each([
    ['a last page', () => trail(page(undefined, 'x', 'a'))],
    ['a first page', () => trail(page('x', '', 'a'))],
    ['a page between', () => trail(page(undefined, 'x', 'a'), page('y', '', 'c'))],
  ])('misses %s', (_, made) => {
    expect(() => verifySignedTrail(made(), trust, { pseudonym })).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
  });

  it('takes no page twice', () => {
    const twice = trail(whole, page('', '', 'a'));
    expect(() => verifySignedTrail(twice, trust, { pseudonym })).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
  });

  it("takes no other patient's trail for this one", () => {
    expect(() => verifySignedTrail(trail(whole), trust, { pseudonym: 'q'.repeat(43) })).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
  });

  it('wants peers of more than half of the organisations, each once', () => {
    const [first] = peers;
    const few = answersOf(peers.slice(0, 2), whole);
    const same = first ? answersOf([first, first, first], whole) : few;
    for (const bundle of [few, same]) {
      expect(() => verifySignedAnswers(bundle, trust, expected)).toThrow(
        coded('ERR_RECEIPT_TOO_FEW'),
      );
    }
  });

  it("takes no member's client for a peer", () => {
    const bundle = answersOf([...peers.slice(1, 3), physician], whole);
    expect(() => verifySignedAnswers(bundle, trust, expected)).toThrow(coded('ERR_RECEIPT_SIGNER'));
  });

  it('refuses answers that differ, or to another question', () => {
    const bundle = answersOf(majority(), whole);
    const [one] = peers;
    if (!one) throw new Error('no peers');
    const liar = replyOf(one, page(undefined, '', 'b'));
    const others = [
      { ...bundle, answers: [...bundle.answers.slice(1), liar] },
      { ...bundle, request: JSON.stringify({ pseudonym, pageSize: 1 }) },
      answersOf(majority(), { ...whole, transaction: 'getPatient' }),
      answersOf(majority(), { ...whole, chaincode: 'mine' }),
    ];
    for (const other of others) {
      expect(() => verifySignedAnswers(other, trust, expected)).toThrow(
        coded('ERR_RECEIPT_MISMATCH'),
      );
    }
    const elsewhere = answersOf(majority(), { ...whole, channel: 'edge-west' });
    expect(() => verifySignedAnswers(elsewhere, trust, expected)).toThrow(
      coded('ERR_RECEIPT_CHANNEL'),
    );
  });

  it('finds every changed byte of an answer', () => {
    const bundle = answersOf(majority(), whole);
    const [first, ...rest] = bundle.answers;
    if (!first) throw new Error('no answers');
    const payload = Buffer.from(first.payload, 'base64');
    for (let at = 0; at < payload.length; at += 7) {
      const changed = Buffer.from(payload);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const forged = { ...first, payload: changed.toString('base64') };
      const answers = [forged, ...rest];
      expect(() => verifySignedAnswers({ ...bundle, answers }, trust, expected)).toThrow(/refused/);
    }
  });

  it('takes no old answers for new ones, nor any from the future', () => {
    const hour = 3_600_000;
    for (const offset of [-hour, hour]) {
      const at = new Date(Date.now() + offset);
      const bundle = answersOf(majority(), { ...whole, at });
      expect(() => verifySignedAnswers(bundle, trust, expected)).toThrow(
        coded('ERR_RECEIPT_STALE'),
      );
    }
  });
});
