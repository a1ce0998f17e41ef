import fc from 'fast-check';
import { hashOf } from '@salus/protocol';
import type { SealedCategoryKey } from '@salus/protocol/ehr';
import { may, patient } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { requireEntitled, requireVouched, type GranteeTerms } from './category-key-deposit.js';
import { epochOf, MAX_CATEGORIES, rollCategoryKeys } from './category-keys.js';

const at = may(10);
const present = { epoch: 2, publicKey: 'k2', since: may(2), statement: 's2' };
const begun = { at, statement: 's3' };
const of = patient({ categoryKeys: { lab: present } });

describe('the next epoch of a category', () => {
  test('follows the present one; the first is 1', () => {
    const next = [
      { categoryTag: 'lab', epoch: 3, publicKey: 'k3' },
      { categoryTag: 'imaging', epoch: 1, publicKey: 'i1' },
    ];
    expect(rollCategoryKeys(of, next, begun)).toStrictEqual({
      ...of,
      categoryKeys: {
        lab: { epoch: 3, publicKey: 'k3', since: at, statement: 's3' },
        imaging: { epoch: 1, publicKey: 'i1', since: at, statement: 's3' },
      },
    });
    expect(of.categoryKeys).toStrictEqual({ lab: present });
  });

  test.each([
    ['lab', 2, 'k3', '3, not 2'],
    ['lab', 4, 'k3', '3, not 4'],
    ['imaging', 2, 'i1', '1, not 2'],
  ])('%s does not become %i by %s', (categoryTag, epoch, publicKey, why) => {
    expect(refusalOf(() => rollCategoryKeys(of, [{ categoryTag, epoch, publicKey }], begun))).toBe(
      `ERR_CONFLICT epoch: The epoch of a category key does not follow the present one (${why})`,
    );
  });

  test('has a new key', () => {
    const next = [{ categoryTag: 'lab', epoch: 3, publicKey: 'k2' }];
    expect(refusalOf(() => rollCategoryKeys(of, next, begun))).toBe(
      'ERR_CONFLICT publicKey: A new epoch needs a new key (a new key, not the present one)',
    );
  });

  test('comes while there are not too many categories', () => {
    const next = (count: number) =>
      Array.from({ length: count }, (_, n) => ({
        categoryTag: `c${n}`,
        epoch: 1,
        publicKey: `p${n}`,
      }));
    const roll = (count: number) => refusalOf(() => rollCategoryKeys(of, next(count), begun));
    expect(roll(MAX_CATEGORIES - 1)).toBe('taken');
    expect(roll(MAX_CATEGORIES)).toBe(
      `ERR_CONFLICT keys: Too many categories (at most ${MAX_CATEGORIES}, not more)`,
    );
  });

  test('is one more, however often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (times) => {
        let now = of;
        for (let turn = 1; turn <= times; turn++) {
          const epoch = epochOf(now, 'lab') + 1;
          now = rollCategoryKeys(
            now,
            [{ categoryTag: 'lab', epoch, publicKey: `n${turn}` }],
            begun,
          );
        }
        expect(epochOf(now, 'lab')).toBe(2 + times);
      }),
    );
  });

  test.each(['__proto__', 'constructor', 'toString'])('is kept under %s as well', (categoryTag) => {
    const begin = (from: typeof of, epoch: number) =>
      rollCategoryKeys(from, [{ categoryTag, epoch, publicKey: `n${epoch}` }], begun);
    const later = begin(begin(of, 1), 2);
    expect(epochOf(later, categoryTag)).toBe(2);
    expect(Object.keys(later.categoryKeys)).toEqual(['lab', categoryTag]);
    expect(refusalOf(() => begin(later, 1))).toMatch(/^ERR_CONFLICT epoch/);
  });

  test('does not exist for a name that every object has', () => {
    expect(['lab', 'imaging', 'constructor', '__proto__'].map((tag) => epochOf(of, tag))).toEqual([
      2, 0, 0, 0,
    ]);
  });
});

describe('sealed category keys', () => {
  const key: SealedCategoryKey = {
    pseudonym: 'p',
    categoryTag: 'lab',
    epoch: 2,
    grantId: 'g',
    enc: 'e',
    ciphertext: 'c',
  };

  test('are those that the patient signed for', () => {
    const vouched = (keys: readonly SealedCategoryKey[], keysHash = hashOf(keys)) =>
      refusalOf(() => requireVouched(keys, { pseudonym: 'p', keysHash }));
    const other = { ...key, ciphertext: 'x' };
    expect(vouched([key, other])).toBe('taken');
    expect(vouched([other], hashOf([key]))).toBe(
      'ERR_HASH_MISMATCH categoryKeys: The category keys are not the ones that the patient has ' +
        `signed for (${hashOf([key])}, not ${hashOf([other])})`,
    );
    expect(vouched([key, { ...key, pseudonym: 'q' }])).toBe(
      'ERR_INVALID_ARGUMENT categoryKeys: A category key is of another patient ' +
        '(keys of the patient who signed, not one of another)',
    );
  });

  const grant: GranteeTerms = {
    decision: 'permit',
    grantee: { mspId: 'BMSP' },
    scope: { categoryTags: ['lab', 'x'] },
  };
  const no =
    'ERR_CONFLICT grantId: The grant does not open the category to the organisation, or no longer ' +
    '(a grant of the category, not another one)';

  test.each<[Partial<GranteeTerms>, Partial<SealedCategoryKey>, string]>([
    [{}, {}, 'taken'],
    [{}, { epoch: 1 }, 'taken'],
    [{}, { epoch: 3 }, 'ERR_CONFLICT epoch: The epoch has not begun (at most 2, not 3)'],
    [{ decision: 'deny' }, {}, no],
    [{ withdrawnAt: at }, {}, no],
    [{ grantee: { mspId: 'CMSP' } }, {}, no],
    [{ grantee: {} }, {}, no],
    [{ scope: {} }, {}, no],
    [{ scope: { categoryTags: ['x'] } }, {}, no],
  ])('go with a grant of the category: %j, %j', (more, change, expected) => {
    const entitlement = { patient: of, grant: { ...grant, ...more }, grantee: 'BMSP' };
    expect(refusalOf(() => requireEntitled({ ...key, ...change }, entitlement))).toBe(expected);
  });
});
