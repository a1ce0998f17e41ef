import {
  createHash,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { ImportPatient } from '@salus/client/records';
import { categoryTag } from '@salus/crypto/content';
import { categories, type Category } from '@salus/fhir';
import {
  DAY_MS,
  ACCESS_GRANT,
  EHR_STATEMENT_USE,
  jwkThumbprint,
  publicJwk,
  signStatement,
} from '@salus/protocol';
import type { RecordAnchor } from '@salus/protocol/ehr';

const PARTS = 5;

/** An invented patient, as what a ledger holds of one: statements with real signatures, anchors of no content. */
export class SyntheticPatient {
  readonly pseudonym = randomBytes(32).toString('base64url');
  readonly #channel: string;
  readonly #key: KeyObject;
  readonly #jwk;
  readonly #tagKey = randomBytes(32).toString('base64url');

  constructor(channel: string) {
    this.#channel = channel;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#jwk = publicJwk.parse(publicKey.export({ format: 'jwk' }));
  }

  registration(): Promise<string> {
    const hpkePublicKey = randomBytes(32).toString('base64url');
    const { pseudonym } = this;
    const body = { pseudonym, jwk: this.#jwk, hpkePublicKey, categoryKeys: this.#categoryKeys() };
    return this.#sign('PatientRegistration.v1', body);
  }

  /** What the hospital knows from the wallet. */
  forImport(): ImportPatient {
    return { pseudonym: this.pseudonym, kid: jwkThumbprint(this.#jwk), tagKey: this.#tagKey };
  }

  category(number: number): Category {
    return categories[number % categories.length] ?? 'other';
  }

  /** Of one category, to an organisation. */
  grant(number: number, mspId: string): Promise<string> {
    return this.#sign(ACCESS_GRANT, {
      pseudonym: this.pseudonym,
      decision: 'permit',
      grantee: { mspId, role: 'physician' },
      scope: { categoryTags: [this.#tag(number)] },
      purposes: ['TREAT'],
      notBefore: new Date(Date.now() - DAY_MS).toISOString(),
      notAfter: new Date(Date.now() + 365 * DAY_MS).toISOString(),
    });
  }

  /** A record of the category that a grant of the same number is about, split 3 of 5. */
  anchor(number: number): RecordAnchor {
    const hash = () => createHash('sha256').update(randomUUID()).digest('hex');
    const stores = ['CityHospital', 'ValleyHospital', 'Insurer', 'Pharma', 'Regulator'];
    const parts = stores.map((name) => ({ root: hash(), store: `${name}MSP` }));
    return {
      recordId: randomUUID(),
      pseudonym: this.pseudonym,
      categoryTag: this.#tag(number),
      labelTags: [],
      contentHash: hash(),
      size: 4096,
      layout: { k: 3, n: PARTS, blockSize: 262_144, parts },
      detailsHash: hash(),
      categoryEpoch: 1,
      version: 1,
    };
  }

  #tag(number: number): string {
    return categoryTag(this.#tagKey, this.category(number));
  }

  #categoryKeys(): readonly object[] {
    return categories.map((_, number) => ({
      categoryTag: this.#tag(number),
      publicKey: randomBytes(32).toString('base64url'),
    }));
  }

  #sign(type: string, body: Readonly<Record<string, unknown>>): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    const times = { iat, exp: iat + 3600 };
    const use = { channel: this.#channel, ...EHR_STATEMENT_USE, jti: randomUUID() };
    return signStatement({ ...body, type, ...use, ...times }, this.#jwk, (data) =>
      sign('sha256', data, { key: this.#key, dsaEncoding: 'ieee-p1363' }),
    );
  }
}
