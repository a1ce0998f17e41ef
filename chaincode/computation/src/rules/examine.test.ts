import type { CommitteeTerms } from '@salus/protocol/computation';
import { examine } from './examine.js';
import { sharesHeldBy, type PostedHashes } from './shares.js';

/** As under shares of a resharing, which nobody can prove. */
const unproven = (committee: CommitteeTerms, posted: PostedHashes) =>
  examine({ committee, provable: false }, posted);

const post = (...hashes: [string, string][]) =>
  hashes.map(([shareId, hash]) => ({ shareId, hash }));

describe('the posted hashes of partial openings', () => {
  const committee = { members: ['A', 'B', 'C'], threshold: 2 };
  const a = post(['s0', 'h0'], ['s1', 'h1']);
  const b = post(['s0', 'h0'], ['s2', 'h2']);

  const c = post(['s1', 'h1'], ['s2', 'h2']);
  const all = post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']);
  const posted = (...of: [string, typeof a][]) => new Map(of);

  test('are too few at first', () => {
    const collecting = {
      status: 'COLLECTING',
      agreed: [],
      unconfirmed: [],
      liars: [],
      unproven: [],
    };
    expect(unproven(committee, new Map())).toEqual(collecting);
    const unconfirmed = ['s0', 's1'];
    expect(unproven(committee, posted(['A', a]))).toEqual({ ...collecting, unconfirmed });
  });

  test('of a threshold of members wait for a second holder of each share', () => {
    const waiting = { status: 'UNCONFIRMED', agreed: [], liars: [], unproven: [] };
    expect(unproven(committee, posted(['B', b], ['A', a]))).toEqual({
      ...waiting,
      unconfirmed: ['s1', 's2'],
    });
    expect(unproven(committee, posted(['C', c], ['B', b]))).toEqual({
      ...waiting,
      unconfirmed: ['s0', 's1'],
    });
  });

  test('are enough once two holders of each share agree, in the order of the shares', () => {
    expect(unproven(committee, posted(['C', c], ['B', b], ['A', a]))).toEqual({
      status: 'RELEASABLE',
      agreed: all,
      unconfirmed: [],
      liars: [],
      unproven: [],
    });
  });

  test('are confirmed by holders alone: nobody else counts', () => {
    const own = posted(['B', b], ['A', a]);
    for (const stranger of ['C', 'D']) {
      const more = new Map(own).set(stranger, post(['s0', 'h0'], ['s1', 'h1'], ['s2', 'h2']));
      const { status, liars } = unproven(committee, more);
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
    expect(unproven(committee, alike)).toMatchObject({
      status: 'UNCONFIRMED',
      unconfirmed: ['s1', 's2'],
    });
  });

  test('are too few as long as one share has none, whoever posted', () => {
    const status = (...of: [string, typeof a][]) => unproven(committee, posted(...of)).status;
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
      expect(unproven(five, of(...four)).status).toBe('RELEASABLE');
      for (const second of four) {
        const three = four.filter((one) => one !== second);
        expect(unproven(five, of(...three)).status).toBe('UNCONFIRMED');
        expect(unproven(five, of(...three.slice(1))).status).toBe('COLLECTING');
      }
    }
  });

  test('of a share with one holder are never confirmed', () => {
    const two = { members: ['A', 'B'], threshold: 2 };
    const own = posted(['A', post(['s0', 'h0'])], ['B', post(['s1', 'h1'])]);
    expect(unproven(two, own)).toEqual({
      status: 'UNCONFIRMED',
      agreed: [],
      unconfirmed: ['s0', 's1'],
      liars: [],
      unproven: [],
    });
  });

  test('are disputed where holders contradict each other', () => {
    const lie = post(['s1', 'lie'], ['s2', 'h2']);
    expect(unproven(committee, posted(['A', a], ['B', b], ['C', lie]))).toEqual({
      status: 'DISPUTED',
      agreed: [],
      unconfirmed: [],
      liars: [],
      unproven: [],
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
    expect(unproven(four, honest)).toMatchObject({ status: 'RELEASABLE', liars: ['C'] });
  });
});

describe('the posted hashes of partial openings that can be proven', () => {
  const five = { members: ['A', 'B', 'C', 'D', 'E'], threshold: 3 };
  const provable = { committee: five, provable: true };
  /** What honest members post; another hash for each share of whoever lies. */
  const posts = (members: string, liars = '') =>
    new Map(
      members.split('').map((member) => [
        member,
        sharesHeldBy(five, member).map((shareId) => ({
          shareId,
          hash: liars.includes(member) ? `lie ${shareId}` : shareId,
        })),
      ]),
    );

  test('are confirmed by a threshold of holders', () => {
    const { status, agreed, liars } = examine(provable, posts('ABCDE'));
    expect({ status, agreed: agreed.length, liars }).toEqual({
      status: 'RELEASABLE',
      agreed: 10,
      liars: [],
    });
    expect(agreed.map(({ shareId }) => shareId)).toEqual([...Array(10).keys()].map((n) => `s${n}`));
    for (const four of ['ABCD', 'ABCE', 'ABDE', 'ACDE', 'BCDE']) {
      const { status, unconfirmed } = examine(provable, posts(four));
      expect({ status, unconfirmed: unconfirmed.length }).toEqual({
        status: 'UNCONFIRMED',
        unconfirmed: 6,
      });
      expect(examine(provable, posts(four.slice(1))).status).toBe('UNCONFIRMED');
      expect(examine(provable, posts(four.slice(2))).status).toBe('COLLECTING');
    }
  });

  test('of two colluding holders confirm nothing, and have no honest member named', () => {
    const outvoted = examine(provable, posts('ABCDE', 'AB'));
    expect(outvoted).toMatchObject({ status: 'DISPUTED', agreed: [], unconfirmed: [], liars: [] });
    // Where the honest holders are away, nobody contradicts the two.
    const alone = examine(provable, posts('ABC', 'AB'));
    expect(alone).toMatchObject({ status: 'DISPUTED', agreed: [], liars: [] });
    const absent = examine(provable, posts('ABD', 'AB'));
    expect(absent.liars).toEqual([]);
    expect(absent.status).not.toBe('RELEASABLE');
  });

  test('name whom a threshold of holders contradicts', () => {
    const seven = { members: ['A', 'B', 'C', 'D', 'E', 'F', 'G'], threshold: 3 };
    const posted = new Map(
      seven.members.map((member) => [
        member,
        sharesHeldBy(seven, member).map((shareId) => ({
          shareId,
          hash: 'FB'.includes(member) ? 'lie' : shareId,
        })),
      ]),
    );
    const found = examine({ committee: seven, provable: true }, posted);
    expect(found).toMatchObject({ status: 'RELEASABLE', liars: ['B', 'F'] });
    expect(found.agreed.every(({ shareId, hash }) => shareId === hash)).toBe(true);
  });

  /** The proofs of members whose partial openings have these hashes. */
  const proofsOf = (posted: PostedHashes, ...members: string[]) => ({
    members,
    hashes: new Map(
      members
        .flatMap((member) => posted.get(member) ?? [])
        .map(({ shareId, hash }) => [shareId, hash]),
    ),
  });

  test('need no confirmation where a proof was verified', () => {
    const posted = posts('ABC');
    const found = examine(provable, posted, proofsOf(posted, 'A', 'B', 'C'));
    expect(found).toMatchObject({ status: 'RELEASABLE', unconfirmed: [], liars: [], unproven: [] });
    expect(found.agreed).toHaveLength(10);
    const { unconfirmed } = examine(provable, posted);
    const some = new Map(unconfirmed.slice(1).map((shareId) => [shareId, shareId]));
    expect(examine(provable, posted, { members: ['A'], hashes: some })).toMatchObject({
      status: 'UNCONFIRMED',
      unconfirmed: unconfirmed.slice(0, 1),
    });
  });

  test('yield to proofs where holders contradict each other; the others are told of as unproven', () => {
    const posted = posts('ABCDE', 'AB');
    const few = proofsOf(posted, 'C', 'D');
    expect(examine(provable, posted, few)).toMatchObject({
      status: 'DISPUTED',
      liars: [],
      unproven: ['A', 'B'],
    });
    const found = examine(provable, posted, proofsOf(posted, 'C', 'D', 'E'));
    expect(found).toMatchObject({ status: 'RELEASABLE', liars: [], unproven: ['A', 'B'] });
    expect(found.agreed.every(({ shareId, hash }) => shareId === hash)).toBe(true);
  });

  test('of two members that both prove theirs leave neither unproven', () => {
    const posted = posts('ABCDE', 'A');
    const proofs = proofsOf(posted, 'C', 'D', 'E');
    const both = { ...proofs, members: ['A', ...proofs.members] };
    expect(examine(provable, posted, both).unproven).toEqual([]);
    expect(examine(provable, posted, proofs).unproven).toEqual(['A']);
  });

  test('yield to a proof where a threshold of holders confirms them, which calls nobody a liar', () => {
    const proven = { members: ['A'], hashes: new Map([['s0', 'smudged otherwise']]) };
    const found = examine(provable, posts('ABCDE'), proven);
    expect(found.agreed.slice(0, 2)).toEqual(post(['s0', 'smudged otherwise'], ['s1', 's1']));
    expect(found).toMatchObject({ liars: [], unproven: [] });
  });

  test('of whoever does not hold a share count for nothing', () => {
    const posted = posts('ABCD');
    const held = sharesHeldBy(five, 'E');
    const foreign = new Map(posted).set('E', [
      ...held.slice(1).map((shareId) => ({ shareId, hash: shareId })),
      { shareId: 's0', hash: 'lie' },
    ]);
    const { status, unconfirmed, liars } = examine(provable, foreign);
    expect({ status, unconfirmed, liars }).toEqual({
      status: 'UNCONFIRMED',
      unconfirmed: [held[0]],
      liars: [],
    });
  });

  test('are too few while a share has none', () => {
    const { status, unconfirmed, agreed } = examine(provable, posts('AB'));
    expect({ status, agreed }).toEqual({ status: 'COLLECTING', agreed: [] });
    expect(unconfirmed).toHaveLength(9);
    expect(examine(provable, new Map())).toEqual({
      status: 'COLLECTING',
      agreed: [],
      unconfirmed: [],
      liars: [],
      unproven: [],
    });
  });
});
