import { hashOf } from '@salus/protocol';
import type { RecordKeys, SealedKey } from '@salus/protocol/ehr';
import { refusalOf } from '../test-support/refusal.js';
import { requireFirstKeys, requireHeldKeys, requireReplaceable } from './record-keys.js';

const box = (kind: SealedKey['kind'], more: Partial<SealedKey> = {}): SealedKey => ({
  ...{ recipient: kind, kind, enc: 'ZW5j', ciphertext: 'Y2lwaGVy' },
  ...more,
});
const keysOf = (...sealedKeys: SealedKey[]): RecordKeys => ({
  ...{ pseudonym: 'p', recordId: 'r1' },
  sealedKeys,
});

const own = [box('patient'), box('custodian'), box('emergency', { proof: 'proof' })];
const category = (epoch: number, more: Partial<SealedKey> = {}) =>
  box('category', { recipient: 'laboratory', epoch, ...more });
const held = keysOf(...own, category(1));
const other = keysOf(box('custodian', { ciphertext: 'b3RoZXI' }));

describe('a deposit', () => {
  const deposit = (keys: RecordKeys, heldHash?: string) =>
    refusalOf(() => {
      requireFirstKeys(keys, heldHash);
    });

  test('brings the first keys of a record', () => {
    expect(deposit(held)).toBe('taken');
  });

  test('may bring the same keys again', () => {
    expect(deposit(held, hashOf(held))).toBe('taken');
  });

  test('puts no other keys in the place of those that lie there', () => {
    expect(deposit(other, hashOf(held))).toBe(
      'ERR_ALREADY_EXISTS keys: Other keys of the record were deposited before ' +
        `(${hashOf(held)}, not ${hashOf(other)})`,
    );
  });
});

describe('a copy', () => {
  const handOn = (keys: RecordKeys, heldHash?: string) =>
    refusalOf(() => {
      requireHeldKeys(keys, heldHash);
    });
  const message = "ERR_CONFLICT keys: The keys are not those in the custodian's collection ";

  test('is of the keys that the custodian has', () => {
    expect(handOn(held, hashOf(held))).toBe('taken');
  });

  test('is of no other keys', () => {
    expect(handOn(other, hashOf(held))).toBe(`${message}(${hashOf(held)}, not ${hashOf(other)})`);
  });

  test('is of no keys that were not deposited', () => {
    expect(handOn(held)).toBe(`${message}(keys that were deposited, not ${hashOf(held)})`);
  });
});

describe('a replacement of keys', () => {
  const present = {
    categoryKeys: { laboratory: { epoch: 2, publicKey: 'k', since: 't', statement: 's' } },
  };
  const replace = (next: RecordKeys, before: RecordKeys | undefined = held, patient = present) =>
    refusalOf(() => {
      requireReplaceable({ categoryTag: 'laboratory' }, patient, { held: before, next });
    });
  const refused = (expected: string, got: string) =>
    "ERR_CONFLICT keys: A replacement of keys brings the box of the category's present epoch alone " +
    `(${expected}, not ${got})`;
  const fewer = refused('every box but those of earlier epochs', 'fewer boxes, or others');
  const another = refused('one new box, of epoch 2 of the category', 'another one');

  test('brings the box of the present epoch in the place of earlier ones', () => {
    expect(replace(keysOf(...own, category(2)))).toBe('taken');
    expect(replace(keysOf(category(2), ...[...own].reverse()))).toBe('taken');
  });

  test('may leave the box of an earlier epoch', () => {
    expect(replace(keysOf(...own, category(1), category(2)))).toBe('taken');
  });

  test('may drop earlier boxes beside the present one, or change nothing', () => {
    const both = keysOf(...own, category(1), category(2));
    expect(replace(keysOf(...own, category(2)), both)).toBe('taken');
    expect(replace(both, both)).toBe('taken');
  });

  test.each(own.map((one) => [one.kind, one] as const))(
    'leaves the box of kind %s as it is',
    (_, one) => {
      const others = own.filter((each) => each !== one);
      expect(replace(keysOf(...others, category(2)))).toBe(fewer);
      const changed = { ...one, ciphertext: 'cnViYmlzaA' };
      expect(replace(keysOf(...others, changed, category(2)))).toBe(fewer);
      expect(replace(keysOf(...own, changed, category(2)))).toBe(another);
    },
  );

  test('leaves a box of the present epoch as it is', () => {
    const renewed = keysOf(...own, category(2));
    const rubbish = category(2, { ciphertext: 'cnViYmlzaA' });
    expect(replace(keysOf(...own, rubbish), renewed)).toBe(fewer);
    expect(replace(keysOf(...own), renewed)).toBe(fewer);
    expect(replace(keysOf(...own, category(2), rubbish), renewed)).toBe(another);
  });

  test.each<[string, SealedKey]>([
    ['an epoch that is over', category(1, { ciphertext: 'cnViYmlzaA' })],
    ['an epoch that has not begun', category(3)],
    ['another category', category(2, { recipient: 'imaging' })],
    ['another kind', box('custodian', { recipient: 'laboratory', epoch: 2 })],
  ])('brings no box of %s', (_, one) => {
    expect(replace(keysOf(...own, one))).toBe(another);
  });

  test('brings one box alone', () => {
    const two = [category(2), category(2, { ciphertext: 'dHdv' })];
    expect(replace(keysOf(...own, ...two))).toBe(another);
  });

  test('brings none where the patient has no key of the category', () => {
    const keys = keysOf(...own, category(1));
    expect(replace(keys, keysOf(...own), { categoryKeys: {} } as typeof present)).toBe(
      refused('one new box, of epoch 0 of the category', 'another one'),
    );
  });

  test('is of keys that were deposited', () => {
    const missing = refusalOf(() => {
      const next = keysOf(...own, category(2));
      requireReplaceable({ categoryTag: 'laboratory' }, present, { held: undefined, next });
    });
    expect(missing).toBe(
      'ERR_DETAILS_MISSING keys: The record has no keys that could be replaced ' +
        '(a record whose keys were deposited, not one without)',
    );
  });
});
