import { randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { member } from '@salus/testing/running-network';
import { loadProfile } from '../connection/profile.js';
import { identityFromMsp, resolveIdentity, type Identity } from '../identity/identity.js';
import { CaClient } from './ca-client.js';
import { writeMspDirectory } from './msp-writer.js';

const profile = loadProfile(member('CityHospital').profile);
const [endpoint] = profile.certificateAuthorities;
if (!endpoint) throw new Error('The profile names no certificate authority');
const ca = new CaClient(endpoint);
const { mspId } = profile;
let registrar: Identity;

beforeAll(async () => {
  const secret = (await readFile(member('CityHospital').caSecretFile, 'utf8')).trim();
  const { certificate, privateKey } = await ca.enroll('admin', secret);
  registrar = await resolveIdentity({ mspId, certificate, privateKeyPem: privateKey });
});

describe("the organisation's certificate authority", () => {
  it('registers, enrols, renews and revokes', async () => {
    const id = `physician-${randomUUID()}`;
    const attributes = [{ name: 'salus.role', value: 'physician', ecert: true }];
    const secret = await ca.register(registrar, { id, attributes });
    const enrollment = await ca.enroll(id, secret);
    expect(new X509Certificate(enrollment.certificate).subject).toContain(`CN=${id}`);

    const { certificate, privateKey } = enrollment;
    const identity = await resolveIdentity({ mspId, certificate, privateKeyPem: privateKey });
    const renewed = await ca.reenroll(identity);
    expect(renewed.privateKey).not.toBe(privateKey);

    await ca.revoke(registrar, id);
    await expect(ca.reenroll(identity)).rejects.toThrow(coded('ERR_CA_REFUSED'));
  });

  it('takes a secret once', async () => {
    const id = `once-${randomUUID()}`;
    const secret = await ca.register(registrar, { id });
    await ca.enroll(id, secret);
    await expect(ca.enroll(id, secret)).rejects.toThrow(coded('ERR_CA_REFUSED'));
  });

  it('refuses a registrar that may not register', async () => {
    const id = `other-${randomUUID()}`;
    const clerk = await identityFromMsp(member('CityHospital').mspDir('registrar'), mspId);
    await expect(ca.register(clerk, { id })).rejects.toThrow(coded('ERR_CA_REFUSED'));
  });

  it('that is away is told', async () => {
    const away = new CaClient({ ...endpoint, url: 'https://localhost:1' });
    await expect(away.enroll('x', 'y')).rejects.toThrow(coded('ERR_CA_UNREACHABLE'));
  });
});

describe('an MSP directory', () => {
  it('is replaced as a whole, and keeps its key to its owner', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'salus-enrol-'));
    const mspDir = path.join(home, 'msp');
    for (let time = 0; time < 2; time += 1) {
      const id = `user-${randomUUID()}`;
      const enrollment = await ca.enroll(id, await ca.register(registrar, { id }));
      await writeMspDirectory(mspDir, enrollment);
      const identity = await identityFromMsp(mspDir, mspId);
      expect(identity.certificate).toBe(enrollment.certificate);
    }
    const key = await stat(path.join(mspDir, 'keystore', 'priv_sk'));
    expect(key.mode & 0o777).toBe(0o600);
    await expect(readdir(home)).resolves.toEqual(['msp']);
  });
});
