import { CEREMONY_LIFETIME_MS } from '@salus/protocol/computation';
import { key, reshare } from '../test-support/ceremonies.js';
import { standingAt } from './lifetime.js';

const proposedAt = '2026-05-01T00:00:00.000Z';
const after = (ms: number) => new Date(Date.parse(proposedAt) + ms).toISOString();
const from = (record: typeof key) => ({ ...record, ceremony: { ...record.ceremony, proposedAt } });

describe('a ceremony that comes to no end', () => {
  test('goes on for its lifetime', () => {
    for (const record of [from(key), from(reshare)]) {
      expect(standingAt(record, after(CEREMONY_LIFETIME_MS))).toBe(record);
    }
  });

  test('has failed after that, and with it the key that it was to make', () => {
    const record = from(key);
    expect(standingAt(record, after(CEREMONY_LIFETIME_MS + 1))).toStrictEqual({
      ...record,
      status: 'FAILED',
      ceremony: { ...record.ceremony, outcome: 'FAILED' },
    });
  });

  test('leaves a key as it is that it was to reshare', () => {
    const record = from(reshare);
    expect(standingAt(record, after(CEREMONY_LIFETIME_MS + 1))).toStrictEqual({
      ...record,
      ceremony: { ...record.ceremony, outcome: 'FAILED' },
    });
  });

  test('is no more than one that ended', () => {
    const record = from(reshare);
    const done = { ...record, ceremony: { ...record.ceremony, outcome: 'DONE' as const } };
    expect(standingAt(done, after(10 * CEREMONY_LIFETIME_MS))).toBe(done);
  });
});
