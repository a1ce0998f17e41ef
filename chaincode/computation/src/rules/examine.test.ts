import { examine } from './examine.js';
import { sharesHeldBy } from './shares.js';

describe('the posted hashes of partial openings', () => {
  const committee = { members: ['A', 'B', 'C'], threshold: 2 };
  const post = (...hashes: [string, string][]) =>
    hashes.map(([shareId, hash]) => ({ shareId, hash }));
  const a = post(['s0', 'h0'], ['s1', 'h1']);
  const b = post(['s0', 'h0'], ['s2', 'h2']);

  test('are too few at first', () => {
    const collecting = { status: 'COLLECTING', agreed: [], liars: [] };
    expect(examine(committee, new Map())).toEqual(collecting);
    expect(examine(committee, new Map([['A', a]]))).toEqual(collecting);
  });

  test('are enough from a threshold of members, in the order of the shares', () => {
    expect(
      examine(
        committee,
        new Map([
          ['B', b],
          ['A', a],
        ]),
      ),
    ).toEqual({
      status: 'RELEASABLE',
      agreed: post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']),
      liars: [],
    });
  });

  test('are in the order of the shares where the last one alone is confirmed', () => {
    const c = post(['s1', 'h1'], ['s2', 'h2']);
    const posted = new Map([
      ['C', c],
      ['B', b],
    ]);
    const { status, agreed } = examine(committee, posted);
    expect(status).toBe('RELEASABLE');
    expect(agreed).toEqual(post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']));
  });

  test('are too few as long as one share has none, whoever posted', () => {
    const status = (...posted: [string, typeof a][]) => examine(committee, new Map(posted)).status;
    expect(status(['A', a], ['B', post(['s0', 'h0'])])).toBe('COLLECTING');
    const all = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
    expect(status(['A', all])).toBe('COLLECTING');
    expect(status(['A', a], ['D', all])).toBe('COLLECTING');
  });

  test('are never enough from fewer members than the threshold', () => {
    const five = { members: ['A', 'B', 'C', 'D', 'E'], threshold: 3 };
    const of = (...members: string[]) =>
      new Map(
        members.map((member) => [
          member,
          sharesHeldBy(five, member).map((shareId) => ({ shareId, hash: shareId })),
        ]),
      );
    for (const one of five.members) {
      for (const other of five.members) {
        expect(examine(five, of(one, other)).status).toBe('COLLECTING');
      }
    }
    expect(examine(five, of('A', 'B', 'D')).status).toBe('RELEASABLE');
  });

  test('are disputed where holders contradict each other', () => {
    const lie = post(['s1', 'lie'], ['s2', 'h2']);
    const posted = new Map([
      ['A', a],
      ['B', b],
      ['C', lie],
    ]);
    expect(examine(committee, posted)).toEqual({ status: 'DISPUTED', agreed: [], liars: [] });
  });

  test('name the liar where a majority contradicts it', () => {
    const four = { members: ['A', 'B', 'C', 'D'], threshold: 2 };
    const honest = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
    const posted = new Map([
      ['A', honest],
      ['B', post(['s0', 'h0'], ['s1', 'h1'], ['s3', 'h3'])],
      ['C', post(['s0', 'lie'], ['s2', 'h2'], ['s3', 'h3'])],
    ]);
    expect(examine(four, posted)).toMatchObject({ status: 'RELEASABLE', liars: ['C'] });
  });
});
