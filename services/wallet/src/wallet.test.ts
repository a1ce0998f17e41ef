import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { askWallet, WalletOwner, type WalletInvitation } from '@salus/client/wallet';
import { generateHpkeKeyPair, openSealed } from '@salus/crypto/hpke';
import { verifyStatement } from '@salus/crypto/statement';
import { accessGrant, patientRegistration } from '@salus/protocol';
import { startService, type RunningService } from '@salus/service-kit';
import {
  TAG_KEY_INFO,
  pseudonymOf,
  tagKeyOf,
  decoded,
  type WalletAsk,
  institutionKinds,
  type InstitutionKind,
  newWalletState,
  recoveryCode,
  type WalletState,
} from '@salus/wallet';
import { makeDeviceCertificate } from './device-certificate.js';
import { WalletHome } from './wallet-home.js';
import { startWallet } from './wallet-service.js';
import { Wallet } from './wallet.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;
const passphrase = 'correct horse battery';

function secretsOf({ roots, keys }: WalletState): readonly string[] {
  return ['AB 123', ...roots, ...keys.map(({ privateKey }) => privateKey)];
}

describe('a wallet', () => {
  let folder: string;
  let home: WalletHome;
  let state: WalletState;
  let service: RunningService;
  let owner: WalletOwner;
  let hospital: WalletInvitation;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-wallet-'));
    home = new WalletHome(folder);
    await home.init({ nationalId: 'AB 123 456' }, passphrase);
    const { store, tls, ...unlocked } = await home.unlock(passphrase);
    ({ state } = unlocked);
    service = await startWallet({
      wallet: new Wallet(state, { channel: 'edge-east', store }),
      invitations: home.invitations,
      ownerToken: await home.ownerToken(),
      tls,
    });
    await writeFile(path.join(folder, 'wallet.url'), service.url);
    owner = new WalletOwner(await home.owner());
    hospital = await owner.invite('CityHospital', 'hospital');
  });

  afterEach(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  const keyOf = (kind: InstitutionKind) => {
    const key = state.keys.find((one) => one.kind === kind);
    if (!key) throw new Error(`no key for ${kind}`);
    return key;
  };
  const root = () => decoded(state.roots[0] ?? '', 'root');

  const expectation = (type: string) => ({
    type,
    channel: 'edge-east',
    contract: 'ehr',
    audience: 'ehr',
    jwk: keyOf('hospital').jwk,
    now: Date.now(),
  });

  it('registers once the patient has approved, and seals the tag key to who asked', async () => {
    const keys = await generateHpkeKeyPair();
    const asked = askWallet(hospital, { type: 'register', hpkePublicKey: keys.publicKey });
    let [request] = await owner.requests();
    while (!request) [request] = await owner.requests();
    await owner.decide(request.id, 'approve');
    const { statement = '', pseudonym = '', sealedTagKey } = await asked;
    const verified = verifyStatement(
      statement,
      patientRegistration,
      expectation('PatientRegistration.v1'),
    );
    expect(verified.pseudonym).toBe(await pseudonymOf(root(), 'hospital', 'AB 123 456'));
    expect(verified.categoryKeys).toHaveLength(14);
    const sealed = sealedTagKey ?? { enc: '', ciphertext: '' };
    const tagKey = await openSealed(keys.privateKey, sealed, {
      info: TAG_KEY_INFO,
      aad: pseudonym,
    });
    expect(Buffer.from(tagKey).toString('base64url')).toBe(await tagKeyOf(root(), 'hospital'));
  });

  it('signs nothing that the patient has not approved', async () => {
    const request: WalletAsk = {
      type: 'grant',
      grantee: { mspId: 'CityHospitalMSP' },
      categories: ['laboratory'],
      purposes: ['TREAT'],
      days: 3650,
    };
    await expect(askWallet(hospital, request, { timeoutMs: 0 })).rejects.toThrow(
      coded('ERR_APPROVAL_NEEDED'),
    );
    const asked = askWallet(hospital, request);
    const refused = expect(asked).rejects.toThrow('The request is refused');
    const pending = async () =>
      (await owner.requests()).filter(({ status }) => status === 'PENDING');
    while ((await pending()).length < 2) await Promise.resolve();
    for (const { id } of await pending()) await owner.decide(id, 'refuse');
    await refused;
  });

  it("answers neither strangers nor an institution that asks for another's or with the owner's power", async () => {
    const stranger = { ...hospital, token: 'guess' };
    await expect(askWallet(stranger, { type: 'identify' })).rejects.toThrow(
      coded('ERR_REQUEST_REFUSED'),
    );
    await expect(new WalletOwner(hospital).requests()).rejects.toThrow(
      coded('ERR_REQUEST_REFUSED'),
    );
    await expect(
      new WalletOwner(hospital).command({ type: 'withdraw', grant: crypto.randomUUID() }),
    ).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
  });

  it('answers nobody in the clear', async () => {
    const clear = { ...hospital, url: hospital.url.replace('https:', 'http:') };
    await expect(askWallet(clear, { type: 'identify' })).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
    await expect(fetch(clear.url)).rejects.toThrow('fetch failed');
  });

  it('is not confused with what listens in its place: no token gets there', async () => {
    let asked = 0;
    const tls = await makeDeviceCertificate();
    const impostor = await startService(() => Promise.resolve({ asked: (asked += 1) }), {
      maxBodyBytes: 1000,
      tls: { certificate: Buffer.from(tls.certificate), key: Buffer.from(tls.privateKey) },
    });
    try {
      const misled = { ...hospital, url: impostor.url };
      await expect(askWallet(misled, { type: 'identify' })).rejects.toThrow(
        coded('ERR_TLS_UNTRUSTED'),
      );
      await expect(new WalletOwner(misled).requests()).rejects.toThrow(coded('ERR_TLS_UNTRUSTED'));
      expect(asked).toBe(0);
    } finally {
      await impostor.close();
    }
  });

  it('shows a certificate that names no patient, and gives no private key away', async () => {
    const { subject, subjectAltName, ca } = new X509Certificate(hospital.certificate);
    expect([subject, subjectAltName, ca]).toEqual([
      'CN=Salus wallet',
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
      false,
    ]);
    const keys = await generateHpkeKeyPair();
    const answers = [
      hospital,
      await owner.command({ type: 'register', hpkePublicKey: keys.publicKey }),
      await owner.command({ type: 'identify' }),
      await owner.requests(),
    ];
    const text = JSON.stringify(answers);
    for (const secret of secretsOf(state)) {
      expect(text).not.toContain(secret);
    }
  });

  it('hands a second hospital the tag key, signing nothing', async () => {
    const keys = await generateHpkeKeyPair();
    const request: WalletAsk = { type: 'identify', hpkePublicKey: keys.publicKey };
    const answer = await owner.command(request);
    const { pseudonym = '', sealedTagKey, statement } = answer;
    expect(statement).toBeUndefined();
    const box = sealedTagKey ?? { enc: '', ciphertext: '' };
    const context = { info: TAG_KEY_INFO, aad: pseudonym };
    const tagKey = Buffer.from(await openSealed(keys.privateKey, box, context));
    expect(tagKey.toString('base64url')).toBe(await tagKeyOf(root(), 'hospital'));
  });

  it('ends a grant when it is said to, before its days are over', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const { statement = '' } = await owner.command({
      type: 'grant',
      grantee: { mspId: 'ValleyHospitalMSP' },
      records: ['r'],
      days: 30,
      until,
    });
    const grant = verifyStatement(statement, accessGrant, expectation('AccessGrant.v1'));
    expect(grant.notAfter).toBe(until);
  });

  it("grants on the patient's own command", async () => {
    const { statement = '', grantId } = await owner.command({
      type: 'grant',
      grantee: { mspId: 'ValleyHospitalMSP' },
      categories: ['laboratory'],
      purposes: ['TREAT'],
      days: 30,
    });
    const grant = verifyStatement(statement, accessGrant, expectation('AccessGrant.v1'));
    expect(grant.jti).toBe(grantId);
    expect(JSON.stringify(grant)).not.toContain('laboratory');
  });

  it('shares no name and no key between kinds of institutions', async () => {
    const names = await Promise.all(
      institutionKinds.map((kind) => pseudonymOf(root(), kind, 'AB 123 456')),
    );
    const tagKeys = await Promise.all(institutionKinds.map((kind) => tagKeyOf(root(), kind)));
    const keys = state.keys.flatMap(({ kid, hpkePublicKey }) => [kid, hpkePublicKey]);
    expect(new Set([...names, ...tagKeys, ...keys]).size).toBe(16);
  });

  it('signs for no pseudonym but that of the kind which the institution is invited for', async () => {
    for (const type of ['identify', 'withdraw', 'erase'] as const) {
      const more = {
        identify: {},
        withdraw: { grant: crypto.randomUUID() },
        erase: { records: ['r'] },
      };
      const request = { type, kind: 'insurer', ...more[type] } as WalletAsk;
      await expect(askWallet(hospital, request)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    }
    await expect(owner.requests()).resolves.toEqual([]);
  });

  it.each([
    { type: 'open', recordId: 'r', sealedKey: { enc: '', ciphertext: '' }, content: '' },
    { type: 'add-key' },
    { type: 'lose-key', kid: 'k'.repeat(43) },
    { type: 'guard', kinds: ['hospital'] },
    { type: 'set-guardians', threshold: 0, guardians: [], delaySeconds: 0 },
    {
      type: 'portal',
      origin: 'https://a.example',
      method: 'GET',
      path: '/',
      bodyHash: '0'.repeat(64),
    },
  ] as WalletAsk[])('lets no institution ask for $type', async (request) => {
    await expect(askWallet(hospital, request)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
  });

  it('lets no person ask what institutions ask', async () => {
    const friend = await owner.invite('Bob', 'person');
    const request: WalletAsk = { type: 'identify' };
    await expect(askWallet(friend, request)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
  });

  it('tells a guardian of a second request to recover, before the approval of the first', async () => {
    const ward = await owner.invite('Ada', 'person');
    const other = await newWalletState('SYNTHETIC-0002', ['hospital']);
    const keys = other.keys.map(({ kind, jwk }) => ({ kind, jwk }));
    const codes: string[] = [];
    for (const CAREFUL of [false, true]) {
      const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
      const request = { type: 'recover' as const, keys, hpkePublicKey, olderKeys: 'LOST' as const };
      const asked = askWallet(ward, request, { timeoutMs: 1 });
      // It is taken in, and nobody has answered yet.
      await expect(asked).rejects.toThrow(coded('ERR_APPROVAL_NEEDED'));
      codes.push(await recoveryCode(request));
      const [first] = await owner.requests();
      expect(first?.words.join('\n').includes('CAREFUL')).toBe(CAREFUL);
    }
    for (const [index, { words }] of (await owner.requests()).entries()) {
      expect(words[0]).toContain('CAREFUL: other requests to recover Ada wait too');
      expect(words[0]).toContain(codes[1 - index]);
      expect(words.join('\n')).toContain(`compare this code with theirs: ${codes[index] ?? ''}`);
    }
  });

  it('approves a recovery only as the owner has read of it', async () => {
    const ward = await owner.invite('Ada', 'person');
    const other = await newWalletState('SYNTHETIC-0002', ['hospital']);
    const keys = other.keys.map(({ kind, jwk }) => ({ kind, jwk }));
    const post = async () => {
      const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
      const request = { type: 'recover' as const, keys, hpkePublicKey, olderKeys: 'LOST' as const };
      const pending = askWallet(ward, request, { timeoutMs: 1 });
      // It is taken in, and nobody has answered yet.
      await expect(pending).rejects.toThrow(coded('ERR_APPROVAL_NEEDED'));
    };
    await post();
    const [first] = await owner.requests();
    await post();
    const stale = owner.decide(first?.id ?? '', 'approve');
    await expect(stale).rejects.toThrow(coded('ERR_CONFLICT'));
    await owner.requests();
    // Read again, it goes as far as the share, of which this guardian has none.
    const read = owner.decide(first?.id ?? '', 'approve');
    await expect(read).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const [, second] = await owner.requests();
    await owner.decide(second?.id ?? '', 'refuse');
    const [alone] = await owner.requests();
    expect(alone?.words.join('\n')).not.toContain('CAREFUL');
  });

  it('says in plain words what would be signed', async () => {
    const request: WalletAsk = {
      type: 'grant',
      template: 'treatment-team',
      grantee: { mspId: 'ValleyHospitalMSP' },
      categories: ['laboratory'],
      days: 30,
      language: 'de-CH',
    };
    const asked = askWallet(hospital, request);
    let [pending] = await owner.requests();
    while (!pending) [pending] = await owner.requests();
    const words = pending.words.join('\n');
    expect(words).toContain('ValleyHospitalMSP darf alle meine Unterlagen dieser Arten lesen');
    expect(words).toContain('Hands ValleyHospitalMSP the keys of these categories');
    expect(words).toContain('Signs AccessGrant.v1 as the patient whom every hospital knows.');
    await owner.decide(pending.id, 'approve');
    const { statement = '' } = await asked;
    const grant = verifyStatement(statement, accessGrant, expectation('AccessGrant.v1'));
    expect(grant.text).toMatchObject({ language: 'de', version: 'treatment-team.1' });
    const { texts } = await owner.command<{ texts: { hash: string; shown: string }[] }>({
      type: 'texts',
    });
    expect(texts).toEqual([
      expect.objectContaining({
        hash: grant.text?.hash,
        shown: expect.stringContaining('ValleyHospitalMSP darf') as string,
      }),
    ]);
  });

  it('keeps its secrets encrypted, for its owner only, and makes no second ones over them', async () => {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const text = await readFile(file, 'utf8');
      for (const secret of secretsOf(state)) expect(text).not.toContain(secret);
      if (name !== 'wallet.url') expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    await expect(home.unlock('another passphrase')).rejects.toThrow(coded('ERR_PASSPHRASE_WRONG'));
    await expect(home.init({ nationalId: 'x'.repeat(8) }, passphrase)).rejects.toThrow(
      coded('ERR_ALREADY_EXISTS'),
    );
  });
});
