import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { signStatement, type PublicJwk } from '@salus/chaincode-common';
import { z } from 'zod';
import { generateHpkeKeyPair } from '../crypto/hpke.js';
import type { ServiceTls } from '../service/http-server.js';
import { makeDeviceCertificate } from './device-certificate.js';

/** Institutions of one kind know the patient by the same pseudonym, those of another by another. */
export const institutionKinds = ['hospital', 'insurer', 'pharmacy', 'research'] as const;
export type InstitutionKind = (typeof institutionKinds)[number];

const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Characters of a national ID. */
export const nationalIdLength = { minimum: 4, maximum: 64 } as const;

/** All that a wallet keeps secret. Base64url. */
export const walletSecrets = z.strictObject({
  nationalId: z.string().min(nationalIdLength.minimum).max(nationalIdLength.maximum),
  signingKey: z.string(),
  hpke: z.strictObject({ publicKey: bytes32, privateKey: bytes32 }),
  /** Keys the tags of categories on the ledger. */
  tagKey: bytes32,
  pseudonymSecret: bytes32,
  /** The device's TLS certificate and key. */
  tls: z.strictObject({ certificate: z.string(), privateKey: z.string() }),
});
export type WalletSecrets = z.infer<typeof walletSecrets>;

/** Makes the secrets of a new wallet. */
export async function newSecrets(nationalId: string): Promise<WalletSecrets> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return walletSecrets.parse({
    nationalId,
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    hpke: await generateHpkeKeyPair(),
    tagKey: randomBytes(32).toString('base64url'),
    pseudonymSecret: randomBytes(32).toString('base64url'),
    tls: await makeDeviceCertificate(),
  });
}

/** HMAC-SHA-256 of the national ID under the patient's secret, one per kind of institution. */
export function pseudonymFor(secrets: WalletSecrets, kind: InstitutionKind): string {
  return createHmac('sha256', Buffer.from(secrets.pseudonymSecret, 'base64url'))
    .update(JSON.stringify([kind, secrets.nationalId]))
    .digest('base64url');
}

/** The public half of the signing key. */
export function publicJwkOf(secrets: WalletSecrets): PublicJwk {
  const { x = '', y = '' } = createPrivateKey(secrets.signingKey).export({ format: 'jwk' }) as {
    x?: string;
    y?: string;
  };
  return { kty: 'EC', crv: 'P-256', x, y };
}

/** What the wallet's service shows itself by. */
export function deviceTls({ tls }: WalletSecrets): ServiceTls {
  return { certificate: Buffer.from(tls.certificate), key: Buffer.from(tls.privateKey) };
}

/** Signs a statement with the patient's key. */
export function signWith(
  secrets: WalletSecrets,
  payload: Parameters<typeof signStatement>[0],
): Promise<string> {
  const key = createPrivateKey(secrets.signingKey);
  return signStatement(payload, publicJwkOf(secrets), (data) =>
    sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  );
}
