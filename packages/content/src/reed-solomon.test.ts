import fc from 'fast-check';
import { coded } from '@salus/testing/coded';
import { ReedSolomon } from './reed-solomon.js';

/** A code, data for it, and k of its shards in any order. */
const cases = fc
  .integer({ min: 1, max: 32 })
  .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n })))
  .chain(([n, k]) =>
    fc.record({
      n: fc.constant(n),
      k: fc.constant(k),
      data: fc.nat(40).chain((length) =>
        fc.array(fc.uint8Array({ minLength: length, maxLength: length }), {
          minLength: k,
          maxLength: k,
        }),
      ),
      kept: fc.subarray([...Array(n).keys()], { minLength: k, maxLength: k }),
    }),
  );

describe('the erasure code', () => {
  it('restores every shard from any k of n', () => {
    fc.assert(
      fc.property(cases, ({ n, k, data, kept }) => {
        const code = new ReedSolomon(k, n);
        const all = [...data, ...code.parity(data)].map((shard) => Buffer.from(shard));
        const there = all.map((shard, index) => (kept.includes(index) ? shard : undefined));
        const restored = code.restore(there, [...all.keys()]);
        expect(restored.map((shard) => Buffer.from(shard))).toEqual(all);
      }),
    );
  });

  it('makes the shards that JavaReedSolomon makes (its testOneEncode)', () => {
    const data = [0, 4, 2, 6, 8].map((byte) => Uint8Array.of(byte, byte + 1));
    expect(new ReedSolomon(5, 10).parity(data).map((shard) => [...shard])).toEqual([
      [12, 13],
      [10, 11],
      [14, 15],
      [90, 91],
      [94, 95],
    ]);
  });

  it('needs k shards', () => {
    const code = new ReedSolomon(2, 3);
    const [parity] = code.parity([Uint8Array.of(1), Uint8Array.of(2)]);
    expect(() => code.restore([undefined, undefined, parity], [0])).toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
  });

  it('takes no shards of different lengths, and not too many', () => {
    const code = new ReedSolomon(2, 3);
    for (const data of [
      [Uint8Array.of(1), Uint8Array.of(1, 2)],
      [Uint8Array.of(1)],
      [1, 2, 3].map((byte) => Uint8Array.of(byte)),
    ]) {
      expect(() => code.parity(data)).toThrow(coded('ERR_INVALID_ARGUMENT'));
    }
    expect(() => code.restore([Uint8Array.of(1), Uint8Array.of(1, 2)], [2])).toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
    expect(() => code.restore([Uint8Array.of(1), Uint8Array.of(2)], [3])).toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
  });

  it.each([
    [0, 1],
    [2, 1],
    [1, 33],
    [1.5, 3],
  ])('does not exist as %d of %d', (k, n) => {
    expect(() => new ReedSolomon(k, n)).toThrow(coded('ERR_INVALID_ARGUMENT'));
  });
});
