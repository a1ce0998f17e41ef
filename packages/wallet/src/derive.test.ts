import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { categoryTag, labelTag } from '@salus/crypto/content';
import { canonicalJson } from '@salus/protocol';
import { decoded } from './bytes.js';
import {
  categoryKeyPairOf,
  categoryTagOf,
  checkValueOf,
  deriveSecret,
  hpkeKeyPairOf,
  labelTagOf,
  pseudonymOf,
  tagKeyOf,
} from './derive.js';
import { institutionKinds } from './state.js';

const root = new Uint8Array(32).fill(7);
const roots = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes));

/** As derive.ts describes it, by Node's own HKDF. */
function secondly(ikm: Uint8Array, ...use: readonly (string | number)[]): Buffer {
  return Buffer.from(hkdfSync('sha256', ikm, 'salus/wallet/v1', canonicalJson(use), 32));
}

describe('what is derived from the root secret', () => {
  it('stays what it was: wallets are recovered from it', async () => {
    const laboratory = { kind: 'hospital', category: 'laboratory', epoch: 1 } as const;
    const derived = {
      pseudonym: await pseudonymOf(root, 'hospital', 'AB 123 456'),
      tagKey: await tagKeyOf(root, 'hospital'),
      categoryKey: (await categoryKeyPairOf(root, laboratory)).publicKey,
      hpkeKey: (await hpkeKeyPairOf(root, 'hospital', 'kid')).publicKey,
      check: await checkValueOf(root),
    };
    expect(derived).toEqual({
      pseudonym: 'XVIjfHD17dnVzBqluJ983TljZO5BqL7sH7-yIV-k-Ac',
      tagKey: 'rBlmf4sZPAwDwhu_1b6oivYr6oNdSJeXuo8_ArW6Wq8',
      categoryKey: '3cwlwKrGNMoSJjeqw_9IFs1zdSUqHLfal0jGBtqiThU',
      hpkeKey: 'bpOBGF14Mk3z9AkLTOvyE162tC7uyeijfDmIDZLdYhE',
      check: 'Ps6Rr3L-5ocWEbiJDhv8zxFXVU09NFRECxEgVfVt0bw',
    });
  });

  it('is HKDF and HMAC, by a second implementation', async () => {
    await fc.assert(
      fc.asyncProperty(
        roots,
        fc.constantFrom(...institutionKinds),
        fc.string({ unit: 'grapheme', minLength: 4, maxLength: 64 }),
        async (secret, kind, nationalId) => {
          const own = secondly(secret, 'pseudonym', kind);
          const hmac = createHmac('sha256', own).update(canonicalJson([kind, nationalId]));
          expect(await pseudonymOf(secret, kind, nationalId)).toBe(hmac.digest('base64url'));
          const tagKey = secondly(secret, 'tag', kind).toString('base64url');
          expect(await tagKeyOf(secret, kind)).toBe(tagKey);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('differs in all that it is made for', async () => {
    const uses = [
      ['category-key', 'hospital', 'laboratory', 1],
      ['category-key', 'hospital', 'laboratory', 2],
      ['category-key', 'insurer', 'laboratory', 1],
      ['category-key', 'hospital', 'laborator', 'y', 1],
      ['hpke-key', 'hospital', 'laboratory', 1],
      ['category-key', 'hospital', 'laboratory', '1'],
    ] as const;
    const secrets = await Promise.all(
      uses.map(([what, ...more]) => deriveSecret(root, what, ...more)),
    );
    expect(new Set(secrets.map((one) => Buffer.from(one).toString('hex'))).size).toBe(uses.length);
  });

  it('gives the tags that hospitals make with the tag key', async () => {
    const tagKey = await tagKeyOf(root, 'hospital');
    const label = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
    expect(await categoryTagOf(tagKey, 'laboratory')).toBe(categoryTag(tagKey, 'laboratory'));
    expect(await labelTagOf(tagKey, label)).toBe(labelTag(tagKey, label));
  });

  it('is nothing that another derived secret leads back to', async () => {
    const tagKey = decoded(await tagKeyOf(root, 'hospital'), 'tagKey');
    expect(await pseudonymOf(tagKey, 'hospital', 'AB 123 456')).not.toBe(
      await pseudonymOf(root, 'hospital', 'AB 123 456'),
    );
  });
});
