import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { generateHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import { jwkThumbprint, publicJwk, signStatement, type PublicJwk } from '@salus/protocol';
import { CHANNEL } from '@salus/testing/consent-world';
import { newPseudonym } from './gateway-world.js';

/** A patient with a key, who signs what the wallet would. */
export class TestPatient {
  readonly #key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly jwk: PublicJwk = publicJwk.parse(this.#key.publicKey.export({ format: 'jwk' }));
  readonly kid = jwkThumbprint(this.jwk);
  readonly pseudonym = newPseudonym();
  readonly tagKey = newPseudonym();
  readonly hpke: HpkeKeyPair;

  private constructor(hpke: HpkeKeyPair) {
    this.hpke = hpke;
  }

  static async make(): Promise<TestPatient> {
    return new TestPatient(await generateHpkeKeyPair());
  }

  /** A statement, valid for ten minutes unless told otherwise. */
  sign(
    type: string,
    body: Readonly<Record<string, unknown>>,
    claims: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return signStatement(
      {
        type,
        channel: CHANNEL,
        contract: 'ehr',
        audience: 'ehr',
        jti: randomUUID(),
        iat,
        exp: iat + 600,
        ...body,
        ...claims,
      },
      this.jwk,
      (data) => sign('sha256', data, { key: this.#key.privateKey, dsaEncoding: 'ieee-p1363' }),
    );
  }

  registration(): Promise<string> {
    const { pseudonym, jwk, hpke } = this;
    const body = { pseudonym, jwk, hpkePublicKey: hpke.publicKey, categoryKeys: [] };
    return this.sign('PatientRegistration.v1', body);
  }
}
