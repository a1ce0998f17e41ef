import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createInterface } from 'node:readline';
import { publicJwk, signStatement } from '@salus/chaincode-common';
import { generateHpkeKeyPair } from '@salus/client';

/**
 * A patient, as a process of her own: the only one that holds her key. It reads the number of grants
 * wanted from each line of its input and answers with a line of JSON: her registration, then the grants.
 */
async function main(channel: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicJwk.parse(publicKey.export({ format: 'jwk' }));
  const secret = randomBytes(32);
  const keyed = (text: string): string =>
    createHmac('sha256', secret).update(text).digest('base64url');
  const pseudonym = keyed('patient');
  const statement = (type: string, body: Readonly<Record<string, unknown>>): Promise<string> => {
    const iat = Math.floor(Date.now() / 1000);
    const use = { channel, contract: 'ehr', audience: 'ehr', jti: randomUUID() };
    return signStatement({ type, ...use, iat, exp: iat + 3600, ...body }, jwk, (data) =>
      sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    );
  };
  const grant = (): Promise<string> =>
    statement('AccessGrant.v1', {
      pseudonym,
      grantee: { mspId: 'ValleyHospitalMSP' },
      scope: { categoryTags: [keyed('category:laboratory')] },
      purposes: ['TREAT'],
      notBefore: new Date().toISOString(),
      notAfter: new Date(Date.now() + 86_400_000).toISOString(),
    });
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const registration = { pseudonym, jwk, hpkePublicKey };
  console.log(JSON.stringify([await statement('PatientRegistration.v1', registration)]));
  for await (const line of createInterface({ input: process.stdin })) {
    const grants = Array.from({ length: Number(line) }, grant);
    console.log(JSON.stringify(await Promise.all(grants)));
  }
}

void main(process.argv[2] ?? '');
