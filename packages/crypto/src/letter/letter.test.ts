import { createHash, createPrivateKey, sign } from 'node:crypto';
import { pathOf, type MailboxPlace } from '@salus/protocol/computation';
import { makeTestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { generateHpkeKeyPair, sealTo, type HpkeKeyPair } from '../hpke/index.js';
import {
  fingerprintOfKey,
  joinFrames,
  openLetter,
  openShown,
  sealLetter,
  type LetterTerms,
} from './index.js';

const place: MailboxPlace = {
  ...{ chaincode: 'claims', matter: { keyId: 'k:1', epoch: 0 }, from: 'AMSP', to: 'BMSP' },
};
const commitment = 'c'.repeat(64);
const plain = joinFrames({ s0: Buffer.from('package') });

let dealer: TestMember;
let colleague: TestMember;
let pair: HpkeKeyPair;
let terms: LetterTerms;

beforeAll(async () => {
  const consortium = await TestConsortium.of('AMSP');
  dealer = await consortium.member('AMSP', 'committee');
  colleague = await consortium.member('AMSP', 'committee');
  pair = await generateHpkeKeyPair();
  const signer = fingerprintOfKey(dealer.identity.certificate);
  terms = { keyId: 'k:1', epoch: 0, from: 'AMSP', to: 'BMSP', commitment, signer };
});

interface Signing {
  readonly by?: TestMember;
  readonly path?: string;
  readonly head?: object;
  readonly said?: object;
}

/** A letter as a store has it. */
function signed(body: Uint8Array, { by = dealer, path = pathOf(place), ...more }: Signing = {}) {
  const pem = by.identity.certificate.replace(/-----[A-Z ]+-----|\s/g, '');
  const head = { alg: 'ES256', typ: 'salus-request+jws', x5c: [pem], ...more.head };
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const said = { mspId: 'AMSP', method: 'PUT', path, bodyHash, iat: 1, ...more.said };
  const input = [head, said]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = { key: by.privateKeyPem, dsaEncoding: 'ieee-p1363' as const };
  const isEc = createPrivateKey(by.privateKeyPem).asymmetricKeyType === 'ec';
  const made = isEc
    ? sign('sha256', Buffer.from(input), key)
    : sign(null, Buffer.from(input), by.privateKeyPem);
  const signature = made.toString('base64url');
  return { body: Buffer.from(body).toString('base64'), token: `${input}.${signature}` };
}

const sealed = (change: object = {}, bytes: Uint8Array = plain) =>
  sealLetter({ place, publicKey: pair.publicKey, commitment, ...change }, bytes);

const refused = (message: string) => coded('ERR_LETTER_INVALID', { message });

describe('a letter', () => {
  it('is opened by its recipient, in the form of 0.1.0 too', async () => {
    expect(Buffer.from(await openLetter(await sealed(), place, pair.privateKey))).toEqual(plain);
    const former = await sealTo(pair.publicKey, plain, {
      info: 'salus/committee-letter/v1',
      aad: pathOf(place),
    });
    const body = Buffer.from(JSON.stringify(former));
    expect(Buffer.from(await openLetter(body, place, pair.privateKey))).toEqual(plain);
    await expect(openLetter(Buffer.from('none'), place, pair.privateKey)).rejects.toThrow(
      coded('ERR_DECRYPTION_FAILED'),
    );
    const elsewhere = { ...place, to: 'CMSP' };
    await expect(openLetter(await sealed(), elsewhere, pair.privateKey)).rejects.toThrow(
      coded('ERR_DECRYPTION_FAILED'),
    );
  });
});

describe('a letter that is shown', () => {
  it('tells whoever has the key what its sender sealed, whatever the chaincode is called', async () => {
    for (const chaincode of ['claims', 'a b']) {
      const there = { ...place, chaincode };
      const letter = signed(await sealed({ place: there }), { path: pathOf(there) });
      const frames = await openShown(letter, pair.privateKey, terms);
      expect(Buffer.from(frames?.get('s0') ?? []).toString()).toBe('package');
    }
  });

  it('is its sender’s fault where it does not open, or holds nothing that can be read', async () => {
    const elsewhere = signed(await sealed({ place: { ...place, to: 'CMSP' } }));
    expect(await openShown(elsewhere, pair.privateKey, terms)).toBeUndefined();
    const nothing = signed(await sealed({}, Buffer.from('nothing')));
    expect(await openShown(nothing, pair.privateKey, terms)).toBeUndefined();
  });

  it('is of this ceremony: by its place, and by what its dealer committed to', async () => {
    const elsewhere = 'the letter was left at another place';
    for (const path of [
      pathOf({ ...place, to: 'CMSP' }),
      pathOf({ ...place, from: 'CMSP' }),
      pathOf({ ...place, matter: { keyId: 'k:1', epoch: 1 } }),
      pathOf({ ...place, matter: { keyId: 'k:2', epoch: 0 } }),
      pathOf({ ...place, matter: { openingId: 'k:1' } }),
      `${pathOf(place)}?x`,
      pathOf(place).replace('claims', '%'),
      pathOf(place).replace('%3A', ':'),
      '/v1',
    ]) {
      const letter = signed(await sealed(), { path });
      await expect(openShown(letter, pair.privateKey, terms)).rejects.toThrow(refused(elsewhere));
    }
    const former = await sealTo(pair.publicKey, plain, { info: 'salus/committee-letter/v1' });
    for (const body of [
      await sealed({ commitment: 'd'.repeat(64) }),
      await sealed({ commitment: undefined }),
      Buffer.from(JSON.stringify(former)),
      Buffer.from('none'),
    ]) {
      await expect(openShown(signed(body), pair.privateKey, terms)).rejects.toThrow(
        refused('the letter belongs to another ceremony'),
      );
    }
  });

  it('is not shown where its signer has a key of another kind', async () => {
    const ca = await makeTestCa();
    const { certificate, privateKeyPem } = await ca.issue({ curve: 'Ed25519' });
    const by = { ...dealer, identity: { ...dealer.identity, certificate }, privateKeyPem };
    const signer = fingerprintOfKey(certificate);
    const letter = signed(await sealed(), { by });
    await expect(openShown(letter, pair.privateKey, { ...terms, signer })).rejects.toThrow(
      refused('the signature of the letter does not fit'),
    );
  });

  it('is signed by the officer who revealed, as it is', async () => {
    const body = await sealed();
    const right = signed(body);
    const malformed = refused('the signature of the letter is malformed');
    const unfit = refused('the signature of the letter does not fit');
    const another = refused('the letter is not signed by who revealed for AMSP');
    const [head = '', said = '', signature = ''] = right.token.split('.');
    const other = await sealed();
    const cases: [Parameters<typeof openShown>[0], Error][] = [
      [{ ...right, token: 'none' }, malformed],
      [{ ...right, token: `${right.token}.x` }, malformed],
      [signed(body, { head: { alg: 'none' } }), malformed],
      [signed(body, { head: { typ: 'JWT' } }), malformed],
      [signed(body, { said: { method: 'GET' } }), malformed],
      [signed(body, { head: { x5c: ['none'] } }), another],
      [signed(body, { by: colleague }), another],
      [{ ...right, body: other.toString('base64') }, unfit],
      [{ ...right, token: `${head}.${said}.${signature.slice(4)}` }, unfit],
      [{ ...right, token: `${head}.${said}.` }, unfit],
    ];
    for (const [letter, error] of cases) {
      await expect(openShown(letter, pair.privateKey, terms)).rejects.toThrow(error);
    }
  });

  it('is short enough for a transaction', async () => {
    const long = { ...signed(await sealed()), body: 'A'.repeat(1024 * 1024 + 1) };
    await expect(openShown(long, pair.privateKey, terms)).rejects.toThrow(
      refused('the letter is too long'),
    );
  });

  it('is shown with the key that it names, of which there is one spelling', async () => {
    const unfit = refused('the key is not the one that the letter was sealed to');
    const letter = signed(await sealed());
    for (const key of ['', 'none', (await generateHpkeKeyPair()).privateKey]) {
      await expect(openShown(letter, key, terms)).rejects.toThrow(unfit);
    }
    // The bit that X25519 ignores: a box sealed to such a key opens to nobody.
    const bytes = Buffer.from(pair.publicKey, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(31) ^ 0x80, 31);
    const respelt = signed(await sealed({ publicKey: bytes.toString('base64url') }));
    await expect(openShown(respelt, pair.privateKey, terms)).rejects.toThrow(unfit);
  });
});
