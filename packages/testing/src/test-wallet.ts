import { randomBytes, randomUUID } from 'node:crypto';
import type { ImportPatient } from '@salus/client/records';
import { categoryTag } from '@salus/crypto/content';
import { generateHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import { ACCESS_GRANT, EHR_STATEMENT_USE } from '@salus/protocol';
import { CHANNEL, TestPatient } from './consent-world.js';

const HOUR = 3_600_000;

/** A patient with category keys, as a wallet has them. */
export class TestWallet extends TestPatient {
  readonly tagKey = randomBytes(32).toString('base64url');
  readonly categories = new Map<string, HpkeKeyPair[]>();

  constructor() {
    super(randomBytes(32).toString('base64url'));
  }

  /** What a hospital gets to know. */
  get known(): ImportPatient {
    const { pseudonym, kid, tagKey } = this;
    return { pseudonym, kid, tagKey };
  }

  tag(category: string): string {
    return categoryTag(this.tagKey, category);
  }

  /** Makes the key pair of a category's next epoch. */
  async nextKey(category: string) {
    const pairs = this.categories.get(category) ?? [];
    const pair = await generateHpkeKeyPair();
    this.categories.set(category, [...pairs, pair]);
    return {
      categoryTag: this.tag(category),
      epoch: pairs.length + 1,
      publicKey: pair.publicKey,
    };
  }

  /** A statement with its `jti`. */
  async statement(
    type: string,
    body: object,
    { jti = randomUUID(), by = this }: { readonly jti?: string; readonly by?: TestPatient } = {},
  ) {
    const iat = Math.floor(Date.now() / 1000);
    const use = { channel: CHANNEL, ...EHR_STATEMENT_USE, iat, exp: iat + 600 };
    const { pseudonym } = this;
    return { jti, jws: await by.sign({ type, ...use, jti, pseudonym, ...body }) };
  }

  /** A grant, or with `decision: 'deny'` a deny rule, that begins now and holds for an hour. */
  grant(body: object) {
    const notBefore = new Date(Date.now() - 1000).toISOString();
    const notAfter = new Date(Date.now() + HOUR).toISOString();
    return this.statement(ACCESS_GRANT, { decision: 'permit', notBefore, notAfter, ...body });
  }
}
