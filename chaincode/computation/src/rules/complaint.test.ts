import type { KeyRecord } from '../state/records.js';
import { fail, type Complaining } from './complaint.js';
import {
  committee,
  confirmed,
  dealt,
  hashes,
  key,
  nothing,
  ready,
  reshare,
  revealed,
} from '../test-support/ceremonies.js';

const five = { members: ['A', 'B', 'C', 'D', 'E'], threshold: 3 };
const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

const invalid: Complaining = { by: 'B', reason: 'SHARE_INVALID', shareId: 's0', at: 't' };
const missing: Complaining = { ...invalid, reason: 'SHARE_MISSING' };
const part: Complaining = { ...invalid, by: 'D', shareId: 's1', from: 's0' };
const disputed: Complaining = { ...invalid, reason: 'SHARE_DISPUTED' };
const trial: Complaining = { by: 'A', reason: 'TRIAL_FAILED', at: 't' };

describe('a complaint about a share', () => {
  test('by a holder ends the key, and names the dealer', () => {
    expect(fail(key, revealed, missing)).toEqual({
      ...key,
      status: 'FAILED',
      ceremony: { ...key.ceremony, outcome: 'FAILED', complaint: { ...missing, against: ['A'] } },
    });
    const another = fail(key, revealed, { ...invalid, by: 'A', shareId: 's1' });
    expect(another.ceremony.complaint).toMatchObject({ by: 'A', shareId: 's1', against: ['C'] });
  });

  test('that is wrong is shown, but of a part of a resharing', () => {
    const against = { against: ['A'], shown: true };
    expect(fail(key, revealed, invalid).ceremony.complaint).toEqual({ ...invalid, ...against });
    expect(fail(reshare, dealt, part).ceremony.complaint).not.toHaveProperty('shown');
  });

  test('is of one who holds the share, while shares are confirmed', () => {
    expect(() => fail(key, revealed, { ...invalid, by: 'C' })).toThrow(failure('ERR_FORBIDDEN'));
    expect(() => fail(key, revealed, { ...invalid, shareId: 's9' })).toThrow(
      failure('ERR_FORBIDDEN', { expected: '' }),
    );
    expect(() => fail(key, ready, invalid)).toThrow(failure('ERR_CONFLICT', { got: 'READY' }));
  });

  test('is false from a member that has confirmed the share', () => {
    const some = { ...revealed, fingerprints: hashes(committee, ['B']) };
    expect(() => fail(key, some, invalid)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'B has confirmed its shares',
        argument: 'shareId',
        expected: 'a share not confirmed',
        got: 's0',
      }),
    );
    const other = { ...revealed, fingerprints: hashes(committee, ['A']) };
    expect(fail(key, other, invalid).status).toBe('FAILED');
  });

  test('is false from the member that made the share', () => {
    expect(() => fail(key, revealed, { ...invalid, by: 'A' })).toThrow(
      failure('ERR_CONFLICT', {
        message: 'A has made the share itself',
        argument: 'shareId',
        expected: 'a share of another',
        got: 's0',
      }),
    );
  });

  test('names a share, and one of the old committee only in a resharing', () => {
    const { shareId, ...unnamed } = invalid;
    expect(() => fail(key, revealed, unnamed)).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'shareId: name the share at fault',
        argument: 'shareId',
        expected: 'a share',
        got: 'none',
      }),
    );
    expect(() => fail(key, revealed, { ...invalid, from: shareId })).toThrow(
      failure('ERR_INVALID_ARGUMENT', { argument: 'from', expected: 'none', got: 's0' }),
    );
  });
});

describe('a complaint in a resharing', () => {
  test('leaves the key as it is, and names the old holders whose hash stands', () => {
    const failed = fail(reshare, dealt, { ...part, from: 's2' });
    expect(failed.status).toBe('ACTIVE');
    expect(failed.ceremony).toMatchObject({
      outcome: 'FAILED',
      complaint: { by: 'D', shareId: 's1', from: 's2', against: ['B', 'C'] },
    });
    expect(failed.ceremony).not.toHaveProperty('dissenting');
  });

  test('names nobody who dealt another hash, and keeps that name apart', () => {
    const lie = new Map([...hashes(committee, ['A'], 'x'), ...hashes(committee, ['B', 'C'])]);
    const { ceremony } = fail(reshare, { ...nothing, dealt: lie }, part);
    expect(ceremony.complaint?.against).toEqual(['B']);
    expect(ceremony.dissenting).toEqual(['A']);
  });

  test('is not for a member that is to leave', () => {
    for (const complaint of [{ ...part, by: 'A' }, { ...disputed, by: 'A' }, trial]) {
      expect(() => fail(reshare, dealt, complaint)).toThrow(
        failure('ERR_FORBIDDEN', {
          message: 'A has no part in this step of key k',
          expected: 'B, C, D',
          got: 'A',
        }),
      );
    }
  });

  test('is false from an old holder of the same hash, which makes the part itself', () => {
    expect(() => fail(reshare, dealt, { ...part, by: 'B', shareId: 's0' })).toThrow(
      failure('ERR_CONFLICT', { message: 'B has made the share itself' }),
    );
    // B holds no s1 of the old committee.
    const owed = { ...part, by: 'B', shareId: 's0', from: 's1' };
    expect(fail(reshare, dealt, owed).ceremony.complaint?.against).toEqual(['C']);
  });

  test('names the old share', () => {
    const { from, ...unnamed } = part;
    expect(from).toBe('s0');
    expect(() => fail(reshare, dealt, unnamed)).toThrow(
      failure('ERR_INVALID_ARGUMENT', { argument: 'from', expected: 'a share', got: 'none' }),
    );
    expect(() => fail(reshare, dealt, { ...part, from: 's7' })).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'from: expected an old share',
        argument: 'from',
        expected: 's0, s1, s2',
        got: 's7',
      }),
    );
  });

  test('about new holders whose contributions differ names who is outvoted', () => {
    const record = { ...reshare, profile: 'bfv-8192-proven-v1' };
    const wide = { members: ['B', 'C', 'D', 'E'], threshold: 2 };
    const to = { ...record, ceremony: { ...record.ceremony, committee: wide } };
    const lie = new Map([...hashes(wide, ['B', 'C', 'E']), ...hashes(wide, ['D'], 'x')]);
    const posted = { ...dealt, fingerprints: hashes(wide), contributions: lie };
    const about: Complaining = { by: 'B', reason: 'SHARE_DISPUTED', shareId: 's0', at: 't' };
    expect(fail(to, posted, about).ceremony.complaint?.against).toEqual(['D']);
    expect(() => fail({ ...to, profile: 'bfv-8192-sum-v1' }, posted, about)).toThrow(
      failure('ERR_CONFLICT', { expected: 'no complaint' }),
    );
  });

  test('about old holders who contradict each other is for a share without a hash that stands', () => {
    const split = {
      ...nothing,
      dealt: new Map([...hashes(committee, ['B']), ...hashes(committee, ['C'], 'x')]),
    };
    const about: Complaining = { by: 'D', reason: 'SHARE_DISPUTED', from: 's2', at: 't' };
    expect(fail(reshare, split, about).ceremony.complaint).toEqual({
      ...about,
      against: ['B', 'C'],
    });
    expect(() => fail(reshare, split, { ...about, from: 's0' })).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the holders of this share do not contradict each other',
        argument: 'from',
        expected: 's2',
        got: 's0',
      }),
    );
    expect(() => fail(reshare, split, { ...about, shareId: 's2' })).toThrow(
      failure('ERR_INVALID_ARGUMENT', { argument: 'shareId', expected: 'none', got: 's2' }),
    );
    expect(() => fail(reshare, dealt, about)).toThrow(
      failure('ERR_CONFLICT', { expected: 'no complaint', got: 's2' }),
    );
    // One that leaves contradicts one that stays: that ends nothing.
    const lie = new Map([...hashes(committee, ['A'], 'x'), ...hashes(committee, ['B', 'C'])]);
    expect(() => fail(reshare, { ...nothing, dealt: lie }, { ...about, from: 's0' })).toThrow(
      failure('ERR_CONFLICT', { expected: 'no complaint' }),
    );
  });
});

describe('a complaint about a contradiction', () => {
  test('is checked', () => {
    expect(() => fail(key, confirmed, disputed)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the holders of this share do not contradict each other',
        argument: 'shareId',
        expected: 'no complaint',
        got: 's0',
      }),
    );
    const { reason, by, at } = disputed;
    expect(() => fail(key, confirmed, { reason, by, at })).toThrow(
      failure('ERR_INVALID_ARGUMENT', { argument: 'shareId', expected: 'a share', got: 'none' }),
    );
  });

  test.each([
    ['fingerprints', confirmed],
    ['trial', ready],
  ] as const)('of %s names both of two', (name, posted) => {
    const lie = hashes(committee, ['A'], 'x').get('A') ?? [];
    const contradictory = { ...posted, [name]: new Map(posted[name]).set('A', lie) };
    const failed = fail(key, contradictory, disputed);
    expect(failed.status).toBe('FAILED');
    expect(failed.ceremony.complaint).toEqual({ ...disputed, against: ['A', 'B'] });
    expect(() => fail(key, contradictory, { ...disputed, shareId: 's2' })).toThrow(
      failure('ERR_CONFLICT', { expected: 's0, s1', got: 's2' }),
    );
  });

  test('names the one whom a majority of the holders contradicts', () => {
    const larger = {
      ...key,
      committee: five,
      ceremony: { ...key.ceremony, committee: five },
    };
    const posted = {
      ...nothing,
      fingerprints: new Map(hashes(five)).set('B', hashes(five, ['B'], 'x').get('B') ?? []),
    };
    expect(fail(larger, posted, disputed).ceremony.complaint?.against).toEqual(['B']);
  });
});

describe('a complaint about the trial', () => {
  test('names no share and nobody, and comes when the trial is there', () => {
    const failed = fail(key, ready, trial);
    expect(failed.status).toBe('FAILED');
    expect(failed.ceremony.complaint).toEqual({ ...trial, against: [] });
    expect(() => fail(key, confirmed, trial)).toThrow(failure('ERR_CONFLICT'));
    for (const argument of ['shareId', 'from']) {
      expect(() => fail(key, ready, { ...trial, [argument]: 's0' })).toThrow(
        failure('ERR_INVALID_ARGUMENT', {
          message: `${argument}: name the share at fault`,
          argument,
          expected: 'none',
          got: 's0',
        }),
      );
    }
  });

  test('comes too late when the ceremony is over', () => {
    const done: KeyRecord = { ...key, ceremony: { ...key.ceremony, outcome: 'DONE' } };
    expect(() => fail(done, ready, trial)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the ceremony of key k is over',
        argument: 'keyId',
        expected: 'a ceremony that goes on',
        got: 'DONE',
      }),
    );
  });
});
