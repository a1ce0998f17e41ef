import { coded } from '@salus/testing/coded';
import { makeTestKey } from '@salus/testing/custodians';
import { encodeBase64url, GENERATOR, pointText, scalars } from './group.js';
import {
  makePartial,
  openFromPartials,
  partialHash,
  readPartial,
  type Answer,
  type PartialUse,
} from './partial.js';
import { readEncapsulation, sealForEmergency, type EmergencyBinding } from './seal.js';

const { key, shares } = makeTestKey(3, 5);
const binding: EmergencyBinding = {
  pseudonym: 'p'.repeat(43),
  recordId: 'r1',
  contentHash: 'c'.repeat(64),
};
const contentKey = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const sealed = sealForEmergency(contentKey, key, binding);
const enc = readEncapsulation(sealed.enc);
const decisionId = 'd'.repeat(64);
const everybody = key.custodians;

const useOf = (custodian: string): PartialUse => ({
  keyId: key.keyId,
  custodian,
  binding,
  decisionId,
});
const answerOf = (custodian: string, use = useOf(custodian)): Answer => ({
  custodian,
  partial: makePartial(shares.get(custodian) ?? Buffer.alloc(0), enc, use),
});
const open = (answers: readonly Answer[]) =>
  openFromPartials(key, { sealed, binding, decisionId, answers });
const refusal = coded('ERR_PARTIAL_INVALID');

/** All sets of k of some items. */
function subsets<T>(items: readonly T[], k: number): T[][] {
  const [first, ...rest] = items;
  if (k === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(rest, k - 1).map((set) => [first, ...set]), ...subsets(rest, k)];
}

describe('a content key sealed to custodians, 3 of 5', () => {
  const answers = new Map(everybody.map((custodian) => [custodian, answerOf(custodian)]));
  const from = (custodians: readonly string[]) =>
    custodians.map((custodian) => answers.get(custodian) as Answer);

  it.each(subsets(everybody, 3))('opens by %s, %s and %s', (...quorum) => {
    const opened = open(from(quorum));
    expect(opened.contentKey).toEqual(contentKey);
    expect(opened).toMatchObject({ openedBy: quorum, liars: [] });
  });

  it.each([...subsets(everybody, 2), ...subsets(everybody, 1), []])(
    'does not open by fewer',
    (...few) => {
      expect(() => open(from(few))).toThrow(refusal);
    },
  );

  it('does not open by one who answers three times', () => {
    expect(() => open(from(['AMSP', 'AMSP', 'AMSP']))).toThrow(refusal);
  });

  it('opens in spite of liars, and names them', () => {
    const liar = { ...(answers.get('DMSP') as Answer), custodian: 'BMSP' };
    const wrong = {
      custodian: 'EMSP',
      partial: makePartial(Buffer.alloc(32, 9), enc, useOf('EMSP')),
    };
    const opened = open([wrong, liar, ...from(['AMSP', 'CMSP', 'DMSP'])]);
    expect(opened.contentKey).toEqual(contentKey);
    expect(opened.liars.toSorted()).toEqual(['BMSP', 'EMSP']);
    expect(() => open([wrong, liar, ...from(['AMSP', 'CMSP'])])).toThrow(
      coded('ERR_PARTIAL_INVALID', {
        message: expect.stringContaining('EMSP, BMSP') as string,
      }),
    );
  });

  it('does not open as part of another record, though the answers are right', () => {
    const other = { ...binding, recordId: 'r2' };
    const forOther = everybody.map((custodian) =>
      answerOf(custodian, { ...useOf(custodian), binding: other }),
    );
    expect(() =>
      openFromPartials(key, { sealed, binding: other, decisionId, answers: forOther }),
    ).toThrow(coded('ERR_DECRYPTION_FAILED'));
  });
});

describe('a partial', () => {
  const { partial } = answerOf('AMSP');
  const read = (text: string, use = useOf('AMSP')) => readPartial(key, { enc, partial: text, use });

  it('is the same each time, and has a hash', () => {
    expect(answerOf('AMSP').partial).toBe(partial);
    expect(partialHash(partial)).toMatch(/^[0-9a-f]{64}$/);
    expect(read(partial)).toMatchObject({ index: 1 });
  });

  it.each<[string, Partial<PartialUse>]>([
    ['decision', { decisionId: 'e'.repeat(64) }],
    ['record', { binding: { ...binding, recordId: 'r2' } }],
    ['patient', { binding: { ...binding, pseudonym: 'q'.repeat(43) } }],
    ['content', { binding: { ...binding, contentHash: 'd'.repeat(64) } }],
    ['key', { keyId: 'emergency-2027' }],
    ['custodian', { custodian: 'BMSP' }],
  ])('is refused for another %s', (_what, change) => {
    expect(() => read(partial, { ...useOf('AMSP'), ...change })).toThrow(refusal);
  });

  it('is refused for another encapsulated key', () => {
    const other = readEncapsulation(sealForEmergency(contentKey, key, binding).enc);
    expect(() => readPartial(key, { enc: other, partial, use: useOf('AMSP') })).toThrow(refusal);
  });

  it('is refused after any change', () => {
    for (const at of [0, 1, 32, 33, 64, 65, 96]) {
      const bytes = Buffer.from(partial, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(() => read(encodeBase64url(bytes))).toThrow(refusal);
    }
    expect(() => read('')).toThrow(refusal);
    expect(() => read(`${partial}AA`)).toThrow(refusal);
    expect(() => read(`${partial}=`)).toThrow(refusal);
  });

  it('is refused with a point of the proof moved along: proof and point go together', () => {
    const bytes = Buffer.from(partial, 'base64url');
    const doubled = read(partial).value.double();
    const moved = Buffer.concat([doubled.toBytes(true), bytes.subarray(33)]);
    expect(() => read(encodeBase64url(moved))).toThrow(refusal);
    const negated = Buffer.from(bytes);
    negated.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    expect(() => read(encodeBase64url(negated))).toThrow(refusal);
  });

  it.each([
    ['the generator', Buffer.from(pointText(GENERATOR), 'base64url')],
    ['zeros', Buffer.alloc(33)],
    ['off the curve', Buffer.concat([Buffer.of(2), Buffer.alloc(32, 0xff)])],
  ])('is refused with %s in place of its point', (_what, point) => {
    const proof = Buffer.from(partial, 'base64url').subarray(33);
    expect(() => read(encodeBase64url(Buffer.concat([point, proof])))).toThrow(refusal);
  });

  it('is not made with a share of 0 or beyond the order', () => {
    const order = Buffer.from(scalars.ORDER.toString(16), 'hex');
    for (const share of [Buffer.alloc(32), order, Buffer.alloc(31, 1)]) {
      expect(() => makePartial(share, enc, useOf('AMSP'))).toThrow(coded('ERR_SHARE_INVALID'));
    }
  });
});
