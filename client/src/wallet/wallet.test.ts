import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { verifyStatement } from '@salus/chaincode-common';
import { accessGrant, patientRegistration } from '@salus/ehr-contract';
import { generateHpkeKeyPair, openSealed } from '../crypto/hpke.js';
import { startService, type RunningService } from '../service/http-server.js';
import type { WalletRequest } from './requests.js';
import { askWallet, WalletOwner, type WalletInvitation } from './wallet-client.js';
import { WalletHome } from './wallet-home.js';
import { startWallet } from './wallet-service.js';
import { deviceTls, newSecrets, pseudonymFor, publicJwkOf, type WalletSecrets } from './secrets.js';
import { TAG_KEY_INFO, Wallet } from './wallet.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;
const passphrase = 'correct horse battery';

describe('a wallet', () => {
  let folder: string;
  let home: WalletHome;
  let secrets: WalletSecrets;
  let service: RunningService;
  let owner: WalletOwner;
  let hospital: WalletInvitation;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-wallet-'));
    home = new WalletHome(folder);
    await home.init('AB 123 456', passphrase);
    secrets = await home.unlock(passphrase);
    const ownerToken = await home.ownerToken();
    service = await startWallet({
      wallet: new Wallet(secrets, 'edge-east'),
      invitations: home.invitations,
      ownerToken,
      tls: deviceTls(secrets),
    });
    await writeFile(path.join(folder, 'wallet.url'), service.url);
    owner = new WalletOwner(await home.owner());
    hospital = await owner.invite('CityHospital', 'hospital');
  });

  afterEach(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  const expectation = (type: string) => ({
    type,
    channel: 'edge-east',
    contract: 'ehr',
    audience: 'ehr',
    jwk: publicJwkOf(secrets),
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
    expect(verified.pseudonym).toBe(pseudonymFor(secrets, 'hospital'));
    const sealed = sealedTagKey ?? { enc: '', ciphertext: '' };
    const tagKey = await openSealed(keys.privateKey, sealed, {
      info: TAG_KEY_INFO,
      aad: pseudonym,
    });
    expect(Buffer.from(tagKey).toString('base64url')).toBe(secrets.tagKey);
  });

  it('signs nothing that the patient has not approved', async () => {
    const request: WalletRequest = {
      type: 'grant',
      grantee: { mspId: 'CityHospitalMSP' },
      categories: ['laboratory'],
      purposes: ['TREAT'],
      days: 3650,
    };
    const options = { timeoutMs: 300 };
    await expect(askWallet(hospital, request, options)).rejects.toThrow(
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
    const { tls } = await newSecrets('an impostor');
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
    for (const secret of ['PRIVATE', 'AB 123', secrets.hpke.privateKey, secrets.tagKey]) {
      expect(text).not.toContain(secret);
    }
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

  it('knows itself by another name for each kind of institution', async () => {
    const kinds = ['hospital', 'insurer', 'pharmacy', 'research'] as const;
    const names = new Set(kinds.map((kind) => pseudonymFor(secrets, kind)));
    expect(names.size).toBe(4);
    const same = await newSecrets('AB 123 456');
    expect(pseudonymFor(same, 'hospital')).not.toBe(pseudonymFor(secrets, 'hospital'));
  });

  it('keeps its secrets encrypted, for its owner only, and makes no second ones over them', async () => {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const text = await readFile(file, 'utf8');
      for (const secret of ['PRIVATE', 'AB 123', secrets.tagKey])
        expect(text).not.toContain(secret);
      if (name !== 'wallet.url') expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    await expect(home.unlock('another passphrase')).rejects.toThrow(coded('ERR_PASSPHRASE_WRONG'));
    await expect(home.init('x'.repeat(8), passphrase)).rejects.toThrow(coded('ERR_ALREADY_EXISTS'));
  });
});
