import fc from 'fast-check';
import { combine } from 'shamir-secret-sharing';
import { coded } from '@salus/testing/coded';
import { joinShares, splitRoots } from './shares.js';
import type { SharePackage } from './state.js';

const root = (byte: number) => Buffer.alloc(32, byte).toString('base64url');
const pseudonyms = [{ kind: 'hospital' as const, pseudonym: 'p'.repeat(43) }];

async function packages(
  roots: readonly string[],
  threshold: number,
  count: number,
): Promise<SharePackage[]> {
  const setId = crypto.randomUUID();
  const split = await splitRoots(roots, { threshold, count, setId });
  return split.map((one) => ({ ...one, pseudonyms }));
}

describe('shares of the root secret', () => {
  it('come together from any that reach the threshold, with all earlier roots', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        async (threshold, more, secrets, order) => {
          const roots = secrets.map((one) => Buffer.from(one).toString('base64url'));
          const all = await packages(roots, threshold, threshold + more);
          const shuffled = all
            .map((one) => ({ one, at: Number(order.next().value) }))
            .sort((left, right) => left.at - right.at)
            .map(({ one }) => one);
          expect(await joinShares(shuffled.slice(0, threshold))).toEqual(roots);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are refused where they are too few', async () => {
    const all = await packages([root(1)], 3, 5);
    await expect(joinShares(all.slice(0, 2))).rejects.toThrow(coded('ERR_SHARE_INVALID'));
    const lowered = all.slice(0, 2).map((one) => ({ ...one, threshold: 2 }));
    await expect(joinShares(lowered)).rejects.toThrow(coded('ERR_SHARE_INVALID'));
  });

  it('leave every byte of the secret as possible as any other where one is missing', async () => {
    const [held, other] = await packages([root(1)], 2, 2);
    const mine = new Uint8Array(Buffer.from(held?.share ?? '', 'base64url'));
    const missing = new Uint8Array(Buffer.from(other?.share ?? '', 'base64url'));
    const possible = new Set<number>();
    for (let value = 0; value < 256; value += 1) {
      missing[0] = value;
      possible.add((await combine([mine, missing]))[0] ?? -1);
    }
    expect(possible.size).toBe(256);
  });

  it('are told apart from wrong ones, of which a few do no harm', async () => {
    const [first, second, third] = await packages([root(1)], 2, 3);
    if (!first || !second || !third) throw new Error('no packages');
    const [foreign] = await packages([root(2)], 2, 2);
    if (!foreign) throw new Error('no packages');
    const share = Buffer.from(third.share, 'base64url');
    share[5] = (share[5] ?? 0) ^ 0x10;
    const wrong = { ...third, share: share.toString('base64url') };
    await expect(joinShares([first, wrong])).rejects.toThrow(coded('ERR_SHARE_INVALID'));
    await expect(joinShares([first, foreign])).rejects.toThrow(coded('ERR_SHARE_INVALID'));
    await expect(joinShares([first, { ...second, check: foreign.check }])).rejects.toThrow(
      coded('ERR_SHARE_INVALID'),
    );
    expect(await joinShares([wrong, foreign, first, second])).toEqual([root(1)]);
  });
});
