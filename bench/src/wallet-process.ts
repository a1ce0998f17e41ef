import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createInterface } from 'node:readline';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { DAY_MS, publicJwk, signStatement } from '@salus/protocol';

/** Two grants of one patient at once conflict: more patients than transactions are under way. */
const PATIENTS = 256;

/**
 * Patients, as a process of their own: the only one that holds their keys. It reads the number of grants
 * wanted from each line of its input. It answers with a line of JSON: their registrations, then grants, of
 * one patient after the other.
 */
async function main(channel: string): Promise<void> {
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const patients = Array.from({ length: PATIENTS }, () => patientOn(channel));
  const registering = patients.map((one) => one.registration(hpkePublicKey));
  console.log(JSON.stringify(await Promise.all(registering)));
  let next = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const grants = Array.from({ length: Number(line) }, async () =>
      patients[next++ % PATIENTS]?.grant(),
    );
    console.log(JSON.stringify(await Promise.all(grants)));
  }
}

function patientOn(channel: string) {
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
  return {
    registration: (hpkePublicKey: string) =>
      statement('PatientRegistration.v1', { pseudonym, jwk, hpkePublicKey }),
    grant: () =>
      statement('AccessGrant.v1', {
        pseudonym,
        decision: 'permit',
        grantee: { mspId: 'ValleyHospitalMSP' },
        scope: { categoryTags: [keyed('category:laboratory')] },
        purposes: ['TREAT'],
        notBefore: new Date().toISOString(),
        notAfter: new Date(Date.now() + DAY_MS).toISOString(),
      }),
  };
}

void main(process.argv[2] ?? '');
