import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeTestCa, type TestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import { identityFromMsp, resolveIdentity } from './identity.js';

const mspId = 'CityHospitalMSP';
let ca: TestCa;

beforeAll(async () => {
  ca = await makeTestCa();
});

describe('an identity', () => {
  it('is accepted when key and certificate fit', async () => {
    const identity = await resolveIdentity({ mspId, ...(await ca.issue()) });
    expect(identity.mspId).toBe(mspId);
  });

  it('is refused, with the remedy, when it has expired', async () => {
    const to = new Date(Date.now() - 1_000);
    const refused = resolveIdentity({ mspId, ...(await ca.issue({ to })) });
    await expect(refused).rejects.toThrow(coded('ERR_IDENTITY_EXPIRED'));
    await expect(refused).rejects.toMatchObject({
      remedy: expect.stringContaining('enrol') as string,
    });
  });

  it('is refused before it becomes valid', async () => {
    const from = new Date(Date.now() + 60_000);
    await expect(resolveIdentity({ mspId, ...(await ca.issue({ from })) })).rejects.toThrow(
      coded('ERR_IDENTITY_EXPIRED'),
    );
  });

  it("is refused when the key isn't the certificate's, also behind a signer", async () => {
    const [{ certificate }, { privateKeyPem }] = await Promise.all([ca.issue(), ca.issue()]);
    await expect(resolveIdentity({ mspId, certificate, privateKeyPem })).rejects.toThrow(
      coded('ERR_KEY_MISMATCH'),
    );
    const signer = { sign: () => Promise.resolve(Buffer.from('3006020101020101', 'hex')) };
    await expect(resolveIdentity({ mspId, certificate, signer })).rejects.toThrow(
      coded('ERR_KEY_MISMATCH'),
    );
  });

  it('is refused when the certificate is none', async () => {
    const { privateKeyPem } = await ca.issue();
    await expect(
      resolveIdentity({ mspId, certificate: 'no certificate', privateKeyPem }),
    ).rejects.toThrow(coded('ERR_IDENTITY_INVALID'));
  });
});

describe('an MSP directory', () => {
  it('holds an identity', async () => {
    const mspDir = await writeMsp(await ca.issue());
    expect((await identityFromMsp(mspDir, mspId)).certificate).toContain('BEGIN CERTIFICATE');
  });

  it('takes its member from the profile when none is named', async () => {
    const mspDir = await writeMsp(await ca.issue());
    expect((await resolveIdentity({ mspDir }, mspId)).mspId).toBe(mspId);
    await expect(resolveIdentity({ mspDir })).rejects.toThrow(coded('ERR_IDENTITY_INVALID'));
  });

  it('is told to be missing, with the folder', async () => {
    const refused = identityFromMsp('/nowhere/msp', mspId);
    await expect(refused).rejects.toThrow(coded('ERR_IDENTITY_MISSING'));
    await expect(refused).rejects.toThrow(/\/nowhere\/msp\/(signcerts|keystore)/);
  });

  it('with two keys is ambiguous', async () => {
    const mspDir = await writeMsp(await ca.issue());
    await writeFile(path.join(mspDir, 'keystore', 'other_sk'), 'x');
    await expect(identityFromMsp(mspDir, mspId)).rejects.toThrow(coded('ERR_IDENTITY_INVALID'));
  });
});

async function writeMsp({
  certificate,
  privateKeyPem,
}: {
  certificate: string;
  privateKeyPem: string;
}) {
  const mspDir = await mkdtemp(path.join(tmpdir(), 'salus-msp-'));
  await mkdir(path.join(mspDir, 'signcerts'));
  await mkdir(path.join(mspDir, 'keystore'));
  await writeFile(path.join(mspDir, 'signcerts', 'cert.pem'), certificate);
  await writeFile(path.join(mspDir, 'keystore', 'priv_sk'), privateKeyPem);
  return mspDir;
}
