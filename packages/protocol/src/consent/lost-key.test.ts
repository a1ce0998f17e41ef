import {
  isVoid,
  isVoidDelegation,
  isVoidForGood,
  isVoidKey,
  type KnownSigners,
} from './lost-key.js';

type Key = KnownSigners['keys'][number];
type Delegation = KnownSigners['delegates'][number];

const at = '2026-05-10T12:00:00.000Z';
const short = '2026-05-10T12:00:00Z';
const before = '2026-05-10T11:59:59.999Z';
const later = '2026-05-11T12:00:00.000Z';
const key = (kid: string, more: Partial<Key> = {}): Key => ({ kid, status: 'ACTIVE', ...more });
const lost = (kid: string, lostSince?: string): Key =>
  key(kid, { status: 'LOST', ...(lostSince !== undefined && { lostSince }) });
const delegation = (addedBy: string, more: Partial<Delegation> = {}): Delegation => ({
  delegateId: `by-${addedBy}`,
  kid: 'carer',
  actions: ['grant'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2028-05-01T00:00:00Z',
  addedAt: before,
  addedBy,
  ...more,
});
const signed = { action: 'grant', categoryTags: ['lab'] } as const;

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
    const keys = [key('own', more)];
    expect(isVoidKey({ keys }, 'own', signedAt)).toBe(expected);
    expect(isVoid({ keys, delegates: [] }, { ...signed, kid: 'own', at: signedAt })).toBe(expected);
  });

  test('is judged by that key alone', () => {
    const keys = [lost('stolen'), key('own')];
    expect(isVoid({ keys, delegates: [] }, { ...signed, kid: 'own', at })).toBe(false);
    // The patient's own key is none of a delegate.
    const delegates = [delegation('own', { kid: 'stolen' })];
    expect(isVoid({ keys, delegates }, { ...signed, kid: 'stolen', at })).toBe(true);
  });

  test("is void where the key is nobody's", () => {
    const keys = [lost('own', at)];
    const delegates = [delegation('own', { kid: 'strange' })];
    expect(isVoid({ keys, delegates }, { ...signed, kid: 'carer', at })).toBe(true);
    expect(isVoidKey({ keys }, 'carer', before)).toBe(true);
  });
});

describe('a statement that a delegate signed', () => {
  const keys = [key('own'), lost('stolen', at)];
  const narrow = delegation('own', { delegateId: 'narrow', categoryTags: ['vital-signs'] });
  const wide = delegation('stolen', { delegateId: 'wide', addedAt: at });
  const delegates = [narrow, wide];
  const by = (delegateId: string | undefined, categoryTag: string) => ({
    ...signed,
    ...{ kid: 'carer', at: later, delegateId, categoryTags: [categoryTag] },
  });

  test('stands by the very delegation that it was signed under', () => {
    expect(isVoid({ keys, delegates }, by('narrow', 'vital-signs'))).toBe(false);
    expect(isVoid({ keys, delegates }, by('wide', 'psychiatry'))).toBe(true);
    // Nor by another one that covers it.
    expect(isVoid({ keys, delegates }, by('wide', 'vital-signs'))).toBe(true);
    expect(isVoid({ keys, delegates }, by('unknown', 'vital-signs'))).toBe(true);
  });

  test('stands by no delegation of another key', () => {
    const others = [delegation('own', { kid: 'other' })];
    expect(isVoid({ keys, delegates: others }, by('by-own', 'lab'))).toBe(true);
  });

  test('holds however late it came, where the delegation was made in time', () => {
    const inTime = [delegation('stolen')];
    expect(isVoid({ keys, delegates: inTime }, by('by-stolen', 'lab'))).toBe(false);
  });

  describe('where nobody kept under which delegation', () => {
    test('stands by one that covered it then', () => {
      expect(isVoid({ keys, delegates }, by(undefined, 'vital-signs'))).toBe(false);
      expect(isVoid({ keys, delegates }, by(undefined, 'psychiatry'))).toBe(true);
    });

    test.each<[string, Partial<Delegation>, boolean]>([
      ['that covers it', {}, false],
      ['that came with it', { addedAt: later }, false],
      ['that came after it', { addedAt: '2026-05-11T12:00:00.001Z' }, true],
      ['that ended after it', { endedAt: '2026-05-11T12:00:00.001Z' }, false],
      ['that had ended', { endedAt: later }, true],
      ['that began after it', { notBefore: '2026-05-12T00:00:00Z' }, true],
      ['that was over', { notAfter: later }, true],
      ['for another action', { actions: ['withdraw'] }, true],
      ['for other categories', { categoryTags: ['imaging'] }, true],
      ['of another key', { kid: 'other' }, true],
    ])('by one %s', (_which, more, isNone) => {
      const only = [delegation('own', more)];
      expect(isVoid({ keys, delegates: only }, by(undefined, 'lab'))).toBe(isNone);
    });
  });

  test('is void where the delegation is, of each delegation by itself', () => {
    expect(delegates.map((each) => isVoidDelegation({ keys }, each))).toEqual([false, true]);
  });
});

describe('what is void for good', () => {
  const keys = [key('own'), lost('stolen', at)];
  const endings = [{ key: 'stolen' }];
  const byStolen = { ...signed, kid: 'stolen', at };

  test('is what a key signed whose loss is final', () => {
    expect(isVoidForGood({ keys, delegates: [] }, byStolen)).toBe(true);
    expect(isVoidForGood({ keys, delegates: [] }, { ...byStolen, at: before })).toBe(false);
    expect(isVoidForGood({ keys, delegates: [], endings }, byStolen)).toBe(false);
    expect(isVoidForGood({ keys, delegates: [], endings: [{ key: 'own' }] }, byStolen)).toBe(true);
  });

  test('is what a delegate signed by a delegation of such a key', () => {
    const delegates = [delegation('stolen', { addedAt: at })];
    const byCarer = { ...signed, kid: 'carer', at: later, delegateId: 'by-stolen' };
    expect(isVoidForGood({ keys, delegates }, byCarer)).toBe(true);
    expect(isVoidForGood({ keys, delegates, endings }, byCarer)).toBe(false);
  });
});
