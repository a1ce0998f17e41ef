import { judgeComplaint, type Complaint } from '@salus/custodian-service';
import { coded } from '@salus/testing/coded';
import { makeTestKey } from '@salus/testing/custodians';
import { generateHpkeKeyPair, sealTo } from '../hpke/hpke.js';
import {
  addUp,
  commitmentTo,
  describeDealing,
  fits,
  isGenuine,
  makeDealing,
  readDealing,
  shareContext,
  type KeyTerms,
} from './dealing.js';
import { encodeBase64url, GENERATOR, multiplySecret, pointText, readPointText } from './group.js';
import { shareAt } from './sharing.js';

const terms: KeyTerms = {
  keyId: 'emergency-2026',
  threshold: 3,
  custodians: ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'],
};
const blame = { code: 'ERR_KEY_INVALID', argument: 'test' } as const;
const refusal = coded('ERR_CONTRIBUTION_INVALID');

describe('a collective key', () => {
  it('has the public halves that follow from the dealings', () => {
    const { key, secret, shares } = makeTestKey(3, 5);
    expect(key.publicKey).toBe(
      encodeBase64url(multiplySecret(GENERATOR, secret, blame).toBytes(false)),
    );
    expect(key.shareImages).toEqual(
      [...shares.values()].map((share) => pointText(multiplySecret(GENERATOR, share, blame))),
    );
  });

  it('is told from one that somebody has put in its place', () => {
    const { key, dealings } = makeTestKey(2, 3);
    const { publicKey, shareImages } = makeTestKey(2, 3).key;
    expect(isGenuine(key, dealings)).toBe(true);
    expect(isGenuine({ ...key, publicKey }, dealings)).toBe(false);
    expect(isGenuine({ ...key, shareImages }, dealings)).toBe(false);
    expect(isGenuine(key, new Map())).toBe(false);
  });

  it('is of all dealers, each with a proof of its own', () => {
    const { key, dealings } = makeTestKey(2, 3);
    const [first, second] = [...dealings.keys()];
    if (first === undefined || second === undefined) throw new Error('no dealers');
    const without = new Map([...dealings].filter(([dealer]) => dealer !== first));
    expect(() => addUp(key, without)).toThrow(refusal);
    const copied = new Map([...dealings, [second, dealings.get(first)] as never]);
    expect(() => addUp(key, copied)).toThrow(refusal);
  });

  it('can not be chosen by a dealer that cancels out the others', () => {
    const { key, dealings } = makeTestKey(2, 3);
    const [victim, rogue] = [dealings.get('AMSP'), dealings.get('BMSP')];
    if (!victim || !rogue) throw new Error('no dealings');
    const own = readPointText(rogue.points[0] ?? '', blame);
    const cancelling = own.subtract(readPointText(victim.points[0] ?? '', blame));
    const dealing = { ...rogue, points: [pointText(cancelling), ...rogue.points.slice(1)] };
    expect(() => addUp(key, new Map([...dealings, ['BMSP', dealing]]))).toThrow(refusal);
  });
});

describe('a dealing', () => {
  const { polynomial, dealing } = makeDealing(terms, 'AMSP');

  it('is told anew from its polynomial, and committed to by its hash', () => {
    expect(describeDealing(terms, 'AMSP', polynomial)).toEqual(dealing);
    const commitment = commitmentTo(terms, 'AMSP', dealing);
    expect(commitmentTo(terms, 'BMSP', dealing)).not.toBe(commitment);
    expect(commitmentTo({ ...terms, keyId: 'other' }, 'AMSP', dealing)).not.toBe(commitment);
  });

  it('belongs to its dealer, key and terms', () => {
    expect(readDealing(terms, 'AMSP', dealing)).toHaveLength(3);
    expect(() => readDealing(terms, 'BMSP', dealing)).toThrow(refusal);
    expect(() => readDealing({ ...terms, keyId: 'other' }, 'AMSP', dealing)).toThrow(refusal);
    expect(() => readDealing({ ...terms, threshold: 2 }, 'AMSP', dealing)).toThrow(refusal);
  });

  it.each([
    ['not on the curve', Buffer.concat([Buffer.of(2), Buffer.alloc(32, 0xff)])],
    ['the identity', Buffer.alloc(33)],
    ['too short', Buffer.alloc(5)],
  ])('is refused with a point that is %s', (_what, bytes) => {
    const points = [dealing.points[0] ?? '', encodeBase64url(bytes), dealing.points[2] ?? ''];
    expect(() => readDealing(terms, 'AMSP', { ...dealing, points })).toThrow(refusal);
  });

  it('promises the shares of every custodian', () => {
    const points = readDealing(terms, 'AMSP', dealing);
    for (const [place, to] of terms.custodians.entries()) {
      expect(fits(terms, points, { to, share: shareAt(polynomial, place + 1) })).toBe(true);
      expect(fits(terms, points, { to, share: shareAt(polynomial, place + 2) })).toBe(false);
    }
    const stranger = () => fits(terms, points, { to: 'XMSP', share: shareAt(polynomial, 1) });
    expect(stranger).toThrow(coded('ERR_COMMITTEE_INVALID'));
  });
});

describe('a complaint', () => {
  const { polynomial, dealing } = makeDealing(terms, 'AMSP');

  async function about(share: Uint8Array): Promise<Complaint> {
    const { publicKey, privateKey } = await generateHpkeKeyPair();
    return {
      terms,
      by: 'BMSP',
      dealer: 'AMSP',
      dealing,
      sealedShare: await sealTo(publicKey, share, shareContext(terms.keyId, 'AMSP', 'BMSP')),
      hpkePublicKey: publicKey,
      evidence: privateKey,
    };
  }

  it('of a wrong share names the dealer', async () => {
    await expect(judgeComplaint(await about(shareAt(polynomial, 3)))).resolves.toBe('dealer');
  });

  it('of a share that is unreadable or missing names the dealer', async () => {
    const complaint = await about(shareAt(polynomial, 2));
    const { publicKey } = await generateHpkeKeyPair();
    const sealedShare = await sealTo(publicKey, Buffer.alloc(32, 1), { info: 'other' });
    await expect(judgeComplaint({ ...complaint, sealedShare })).resolves.toBe('dealer');
    await expect(judgeComplaint({ ...complaint, sealedShare: undefined })).resolves.toBe('dealer');
  });

  it('of a right share names the complainer, and so does one with another key', async () => {
    const complaint = await about(shareAt(polynomial, 2));
    await expect(judgeComplaint(complaint)).resolves.toBe('complainer');
    const { privateKey: evidence } = await generateHpkeKeyPair();
    await expect(judgeComplaint({ ...complaint, evidence })).resolves.toBe('complainer');
    await expect(judgeComplaint({ ...complaint, evidence: '' })).resolves.toBe('complainer');
  });
});
