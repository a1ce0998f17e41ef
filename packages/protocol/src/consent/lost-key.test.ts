import { isVoid, isVoidDelegation, isVoidForGood, type KnownSigners } from './lost-key.js';

type Key = KnownSigners['keys'][number];

const at = '2026-05-10T12:00:00.000Z';
const short = '2026-05-10T12:00:00Z';
const before = '2026-05-10T11:59:59.999Z';
const key = (kid: string, more: Partial<Key> = {}): Key => ({ kid, status: 'ACTIVE', ...more });
const lost = (kid: string, lostSince?: string): Key =>
  key(kid, { status: 'LOST', ...(lostSince !== undefined && { lostSince }) });
const delegation = (addedBy: string, addedAt = before, kid = 'carer') => ({
  kid,
  addedAt,
  addedBy,
});

describe('a statement that a key signed', () => {
  test.each<[string, Partial<Key>, string, boolean]>([
    ['holds while it is active', {}, at, false],
    ['holds on when it is retired', { status: 'RETIRED' }, at, false],
    [
      'is void when it is lost, whenever it signed',
      { status: 'LOST' },
      '2020-01-01T00:00:00Z',
      true,
    ],
    ['is void from the loss on', { status: 'LOST', lostSince: at }, at, true],
    ['is void after the loss', { status: 'LOST', lostSince: before }, at, true],
    ['holds from before the loss', { status: 'LOST', lostSince: at }, before, false],
    ['is void from a loss that is written shorter', { status: 'LOST', lostSince: short }, at, true],
  ])('%s', (_what, more, signedAt, expected) => {
    expect(isVoid({ keys: [key('own', more)], delegates: [] }, 'own', signedAt)).toBe(expected);
  });

  test('is judged by that key alone', () => {
    const keys = [lost('stolen'), key('own')];
    expect(isVoid({ keys, delegates: [] }, 'own', at)).toBe(false);
    expect(isVoid({ keys, delegates: [] }, 'stolen', at)).toBe(true);
    // The patient's own key is none of a delegate.
    const delegates = [delegation('own', at, 'stolen')];
    expect(isVoid({ keys, delegates }, 'stolen', at)).toBe(true);
  });

  test("is void where the key is nobody's", () => {
    const delegates = [delegation('strange')];
    expect(isVoid({ keys: [lost('own', at)], delegates }, 'carer', at)).toBe(true);
  });
});

describe('a statement that a delegate signed', () => {
  const keys = [key('own'), lost('stolen', at)];

  test.each<[string, KnownSigners['delegates'], boolean]>([
    ['holds by a delegation of a good key', [delegation('own')], false],
    ['holds by one from before the loss', [delegation('stolen', before)], false],
    ['is void by one from after the loss', [delegation('stolen', at)], true],
    ['holds by one of several', [delegation('stolen', at), delegation('own')], false],
    ['does not hold by that of another delegate', [delegation('own', at, 'other')], true],
  ])('%s', (_what, delegates, expected) => {
    expect(isVoid({ keys, delegates }, 'carer', at)).toBe(expected);
  });

  test('holds however late it came, where the delegation was made in time', () => {
    const year = '2027-05-10T12:00:00.000Z';
    expect(isVoid({ keys, delegates: [delegation('stolen', before)] }, 'carer', year)).toBe(false);
  });

  test('is void where the delegation is, of each delegation by itself', () => {
    const delegates = [delegation('stolen', at), delegation('own')];
    expect(delegates.map((each) => isVoidDelegation({ keys, delegates }, each))).toEqual([
      true,
      false,
    ]);
  });
});

describe('what is void for good', () => {
  const keys = [key('own'), lost('stolen', at)];
  const endings = [{ key: 'stolen' }];

  test('is what a key signed whose loss is final', () => {
    expect(isVoidForGood({ keys, delegates: [] }, 'stolen', at)).toBe(true);
    expect(isVoidForGood({ keys, delegates: [] }, 'stolen', before)).toBe(false);
    expect(isVoidForGood({ keys, delegates: [], endings }, 'stolen', at)).toBe(false);
    expect(isVoidForGood({ keys, delegates: [], endings: [{ key: 'own' }] }, 'stolen', at)).toBe(
      true,
    );
  });

  test('is what a delegate signed by a delegation of such a key', () => {
    const delegates = [delegation('stolen', at)];
    expect(isVoidForGood({ keys, delegates }, 'carer', at)).toBe(true);
    expect(isVoidForGood({ keys, delegates, endings }, 'carer', at)).toBe(false);
  });
});
