import {
  complete,
  contradicted,
  dealersOf,
  requireShares,
  sharesDealtBy,
  sharesHeldBy,
  unanimous,
} from './shares.js';

const committee = { members: ['A', 'B', 'C'], threshold: 2 };
const post = (...hashes: [string, string][]) =>
  hashes.map(([shareId, hash]) => ({ shareId, hash }));

describe('the shares of a committee', () => {
  test('are held by a set of members each, and dealt by one of them', () => {
    expect(sharesHeldBy(committee, 'A')).toEqual(['s0', 's1']);
    expect(sharesHeldBy(committee, 'C')).toEqual(['s1', 's2']);
    expect(sharesHeldBy(committee, 'D')).toEqual([]);
    expect(committee.members.flatMap((member) => sharesDealtBy(committee, member)).sort()).toEqual([
      's0',
      's1',
      's2',
    ]);
  });

  test('are dealt by all who deal one', () => {
    const five = { members: ['A', 'B', 'C', 'D', 'E'], threshold: 2 };
    const dealing = five.members.filter((member) => sharesDealtBy(five, member).length > 0);
    expect(dealersOf(five)).toEqual(dealing);
  });

  test('are those of a committee that is possible', () => {
    expect(() => sharesHeldBy({ members: ['A'], threshold: 2 }, 'A')).toThrow(
      expect.objectContaining({ code: 'ERR_COMMITTEE_INVALID' }) as Error,
    );
  });

  test.each([
    ['one is missing', post(['s0', 'h'])],
    ['one is another', post(['s0', 'h'], ['s2', 'h'])],
    ['one is too many', post(['s0', 'h'], ['s1', 'h'], ['s2', 'h'])],
  ])('have to be posted for all and no others: %s', (_name, posted) => {
    expect(() => {
      requireShares('hashes', posted, ['s0', 's1']);
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARGUMENT',
        message: 'hashes: expected s0, s1',
        argument: 'hashes',
        expected: 's0, s1',
        got: posted.map(({ shareId }) => shareId).join(', '),
      }) as Error,
    );
  });

  test('may be posted in any order', () => {
    expect(() => {
      requireShares('hashes', post(['s1', 'h'], ['s0', 'h']), ['s0', 's1']);
    }).not.toThrow();
  });
});

describe('what holders post', () => {
  const all = new Map([
    ['A', post(['s0', 'h0'], ['s1', 'h1'])],
    ['B', post(['s0', 'h0'], ['s2', 'h2'])],
    ['C', post(['s1', 'h1'], ['s2', 'h2'])],
  ]);

  test('is complete when all holders of every share agree', () => {
    const list = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
    expect(complete(unanimous(committee, all))).toEqual(list);
    expect(contradicted(committee, all)).toEqual([]);
  });

  test('is not complete while one is missing, which is no contradiction', () => {
    const some = new Map([...all].slice(1));
    expect([...unanimous(committee, some)]).toEqual([
      ['s0', undefined],
      ['s1', undefined],
      ['s2', 'h2'],
    ]);
    expect(complete(unanimous(committee, some))).toBeUndefined();
    expect(contradicted(committee, some)).toEqual([]);
    const part = new Map(all).set('A', post(['s0', 'h0']));
    expect(unanimous(committee, part).get('s1')).toBeUndefined();
    expect(contradicted(committee, part)).toEqual([]);
  });

  test('contradicts itself where two hashes differ', () => {
    const lie = new Map(all).set('C', post(['s1', 'lie'], ['s2', 'h2']));
    expect(contradicted(committee, lie)).toEqual(['s1']);
    expect(unanimous(committee, lie).get('s1')).toBeUndefined();
  });
});
