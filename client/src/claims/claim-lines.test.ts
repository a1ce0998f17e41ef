import type { Benefit } from '@salus/protocol/claims';
import { coded } from '@salus/testing/coded';
import { vectorsOf, type ClaimLine } from './claim-lines.js';

const terms = { deductibleMinor: 0, coinsuranceBasisPoints: 0, capMinor: 100 };
const benefits: Benefit[] = [
  { category: 'medical', slot: 2, ...terms },
  { category: 'dental', slot: 0, ...terms },
];
const profile = { maxValue: 1000 };
const evidence = 'invoice';

describe('the lines of a claim', () => {
  it('put each amount into the slot of its benefit, named by slot or category', () => {
    const lines: ClaimLine[] = [
      { category: 'medical', amount: 7, evidence },
      { category: 'dental', amount: 0, evidence },
      { slot: 2, amount: 1000, evidence },
    ];
    expect(vectorsOf(lines, benefits, profile)).toEqual([[0, 0, 7], [0], [0, 0, 1000]]);
  });

  it.each<[ClaimLine, string]>([
    [{ category: 'vision', amount: 1, evidence }, 'lines.1.category'],
    [{ slot: 1, amount: 1, evidence }, 'lines.1.slot'],
    [{ amount: 1, evidence } as unknown as ClaimLine, 'lines.1.slot'],
  ])('are refused for a benefit that the policy has not: %j', (line, argument) => {
    const lines: ClaimLine[] = [{ slot: 0, amount: 1, evidence }, line];
    expect(() => vectorsOf(lines, benefits, profile)).toThrow(
      coded('ERR_INVALID_ARGUMENT', {
        argument,
        expected: 'a benefit of the policy: medical (slot 2), dental (slot 0)',
      }),
    );
  });

  it.each([-1, 1001, 12.5, Number.NaN, '12' as unknown as number])(
    'are refused for an amount of %p, which the error does not tell',
    (amount) => {
      const refused = () => vectorsOf([{ slot: 0, amount, evidence }], benefits, profile);
      expect(refused).toThrow(
        coded('ERR_VALUE_OUT_OF_RANGE', { argument: 'lines.0.amount', got: undefined }),
      );
    },
  );

  it.each([0, 65])('are refused where there are %i', (count) => {
    const lines = new Array<ClaimLine>(count).fill({ slot: 0, amount: 1, evidence });
    expect(() => vectorsOf(lines, benefits, profile)).toThrow(
      coded('ERR_INVALID_ARGUMENT', { argument: 'lines', got: `${count}` }),
    );
  });
});
