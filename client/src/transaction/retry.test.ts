import fc from 'fast-check';
import { SalusError, type ErrorCode } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { pause, withRetry } from './retry.js';

const quick = { attempts: 4, baseMs: 1, maxMs: 2 };

function failing(code: ErrorCode, times: number) {
  let made = 0;
  return {
    made: () => made,
    attempt: () => {
      made += 1;
      return made <= times ? Promise.reject(new SalusError(code, 'x')) : Promise.resolve('done');
    },
  };
}

describe('retrying', () => {
  it.each<ErrorCode>(['ERR_MVCC_CONFLICT', 'ERR_ENDORSEMENT_MISMATCH'])(
    'goes on after %s, which left nothing applied',
    async (code) => {
      const { attempt, made } = failing(code, 3);
      await expect(withRetry(quick, attempt)).resolves.toBe('done');
      expect(made()).toBe(4);
    },
  );

  it('is bounded', async () => {
    const { attempt, made } = failing('ERR_MVCC_CONFLICT', 99);
    await expect(withRetry(quick, attempt)).rejects.toThrow(SalusError);
    expect(made()).toBe(4);
  });

  it.each<ErrorCode>([
    'ERR_COMMIT_UNKNOWN',
    'ERR_ORDERER_UNAVAILABLE',
    'ERR_DEADLINE_EXCEEDED',
    'ERR_FORBIDDEN',
  ])('stops at %s', async (code) => {
    const { attempt, made } = failing(code, 1);
    await expect(withRetry(quick, attempt)).rejects.toThrow(coded(code));
    expect(made()).toBe(1);
  });

  it('waits some time within a bound that doubles up to a maximum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (made) => {
        const waited = pause({ attempts: 1, baseMs: 10, maxMs: 1_000 }, made);
        expect(waited).toBeGreaterThanOrEqual(0);
        expect(waited).toBeLessThanOrEqual(Math.min(1_000, 10 * 2 ** (made - 1)));
      }),
    );
  });
});
