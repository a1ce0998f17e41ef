import { examine } from './examine.js';
import { sharesHeldBy } from './shares.js';

describe('the posted hashes of partial openings', () => {
  const committee = { members: ['A', 'B', 'C'], threshold: 2 };
  const post = (...hashes: [string, string][]) =>
    hashes.map(([shareId, hash]) => ({ shareId, hash }));
  const a = post(['s0', 'h0'], ['s1', 'h1']);
  const b = post(['s0', 'h0'], ['s2', 'h2']);

  const c = post(['s1', 'h1'], ['s2', 'h2']);
  const all = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
  const posted = (...of: [string, typeof a][]) => new Map(of);

  test('are too few at first', () => {
    const collecting = { status: 'COLLECTING', agreed: [], unconfirmed: [], liars: [] };
    expect(examine(committee, new Map())).toEqual(collecting);
    const unconfirmed = ['s0', 's1'];
    expect(examine(committee, posted(['A', a]))).toEqual({ ...collecting, unconfirmed });
  });

  test('of a threshold of members wait for a second holder of each share', () => {
    const waiting = { status: 'UNCONFIRMED', agreed: [], liars: [] };
    expect(examine(committee, posted(['B', b], ['A', a]))).toEqual({
      ...waiting,
      unconfirmed: ['s1', 's2'],
    });
    expect(examine(committee, posted(['C', c], ['B', b]))).toEqual({
      ...waiting,
      unconfirmed: ['s0', 's1'],
    });
  });

  test('are enough once two holders of each share agree, in the order of the shares', () => {
    expect(examine(committee, posted(['C', c], ['B', b], ['A', a]))).toEqual({
      status: 'RELEASABLE',
      agreed: all,
      unconfirmed: [],
      liars: [],
    });
  });

  test('are confirmed by holders alone: nobody else counts', () => {
    const own = posted(['B', b], ['A', a]);
    for (const stranger of ['C', 'D']) {
      const more = new Map(own).set(stranger, post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']));
      const { status, liars } = examine(committee, more);
      expect({ stranger, status, liars }).toEqual(
        stranger === 'C'
          ? { stranger, status: 'RELEASABLE', liars: ['C'] }
          : { stranger, status: 'UNCONFIRMED', liars: [] },
      );
    }
  });

  test('are confirmed share by share, though all have one hash', () => {
    const alike = posted(
      ['A', post(['s0', 'h'], ['s1', 'h'])],
      ['B', post(['s0', 'h'], ['s2', 'h'])],
    );
    expect(examine(committee, alike)).toMatchObject({
      status: 'UNCONFIRMED',
      unconfirmed: ['s1', 's2'],
    });
  });

  test('are too few as long as one share has none, whoever posted', () => {
    const status = (...of: [string, typeof a][]) => examine(committee, posted(...of)).status;
    expect(status(['A', a], ['B', post(['s0', 'h0'])])).toBe('COLLECTING');
    expect(status(['A', all])).toBe('COLLECTING');
    expect(status(['A', a], ['D', all])).toBe('COLLECTING');
  });

  test('take one member more than the threshold, whichever they are', () => {
    const five = { members: ['A', 'B', 'C', 'D', 'E'], threshold: 3 };
    const of = (...members: string[]) =>
      new Map(
        members.map((member) => [
          member,
          sharesHeldBy(five, member).map((shareId) => ({ shareId, hash: shareId })),
        ]),
      );
    for (const absent of five.members) {
      const four = five.members.filter((one) => one !== absent);
      expect(examine(five, of(...four)).status).toBe('RELEASABLE');
      for (const second of four) {
        const three = four.filter((one) => one !== second);
        expect(examine(five, of(...three)).status).toBe('UNCONFIRMED');
        expect(examine(five, of(...three.slice(1))).status).toBe('COLLECTING');
      }
    }
  });

  test('of a share with one holder are never confirmed', () => {
    const two = { members: ['A', 'B'], threshold: 2 };
    const own = posted(['A', post(['s0', 'h0'])], ['B', post(['s1', 'h1'])]);
    expect(examine(two, own)).toEqual({
      status: 'UNCONFIRMED',
      agreed: [],
      unconfirmed: ['s0', 's1'],
      liars: [],
    });
  });

  test('are disputed where holders contradict each other', () => {
    const lie = post(['s1', 'lie'], ['s2', 'h2']);
    expect(examine(committee, posted(['A', a], ['B', b], ['C', lie]))).toEqual({
      status: 'DISPUTED',
      agreed: [],
      unconfirmed: [],
      liars: [],
    });
  });

  test('name the liar where a majority contradicts it', () => {
    const four = { members: ['A', 'B', 'C', 'D'], threshold: 2 };
    const lie = post(['s0', 'lie'], ['s2', 'h2'], ['s3', 'h3']);
    const honest = posted(
      ['A', all],
      ['B', post(['s0', 'h0'], ['s1', 'h1'], ['s3', 'h3'])],
      ['C', lie],
    );
    expect(examine(four, honest)).toMatchObject({ status: 'RELEASABLE', liars: ['C'] });
  });
});

describe('proven partial openings', () => {
  const committee = { members: ['A', 'B', 'C'], threshold: 2 };
  const post = (...hashes: [string, string][]) =>
    hashes.map(([shareId, hash]) => ({ shareId, hash }));
  const a = post(['s0', 'h0'], ['s1', 'h1']);
  const b = post(['s0', 'h0'], ['s2', 'h2']);

  test('need no second holder', () => {
    const proven = new Map([
      ['s1', 'h1'],
      ['s2', 'h2'],
    ]);
    const posted = new Map([
      ['A', a],
      ['B', b],
    ]);
    expect(examine(committee, posted, proven)).toEqual({
      status: 'RELEASABLE',
      agreed: post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']),
      unconfirmed: [],
      liars: [],
    });
    expect(examine(committee, posted, new Map([['s1', 'h1']]))).toMatchObject({
      status: 'UNCONFIRMED',
      unconfirmed: ['s2'],
    });
    expect(examine(committee, new Map([['B', b]]), new Map([['s1', 'h1']])).status).toBe(
      'UNCONFIRMED',
    );
  });

  test('stand against any number of other holders, and name them', () => {
    const lie = 'lie';
    const posted = new Map([
      ['A', a],
      ['B', post(['s0', lie], ['s2', 'h2'])],
      ['C', post(['s1', 'h1'], ['s2', 'h2'])],
    ]);
    expect(examine(committee, posted).status).toBe('DISPUTED');
    expect(examine(committee, posted, new Map([['s0', 'h0']]))).toMatchObject({
      status: 'RELEASABLE',
      liars: ['B'],
    });
    const four = { members: ['A', 'B', 'C', 'D'], threshold: 2 };
    const both = new Map([
      ['A', post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2'])],
      ['B', post(['s0', lie], ['s1', 'h1'], ['s3', 'h3'])],
      ['C', post(['s0', lie], ['s2', 'h2'], ['s3', 'h3'])],
    ]);
    expect(examine(four, both).liars).toEqual(['A']);
    expect(examine(four, both, new Map([['s0', 'h0']]))).toEqual({
      status: 'RELEASABLE',
      agreed: post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2'], ['s3', 'h3']),
      unconfirmed: [],
      liars: ['B', 'C'],
    });
  });
});
