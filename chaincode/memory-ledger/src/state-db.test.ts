import fc from 'fast-check';
import { compareKeys, StateStore } from './state-db.js';

const version = { block: 1, tx: 0 };
/** Few, so that they meet; some that UTF-16 orders otherwise than UTF-8 does. */
const key = fc.constantFrom('a', 'ab', 'b', 'é', '\uffff', '\u{10000}', '\u{10ffff}', 'a\u0000b');
const step = fc.record({ key, isPut: fc.boolean(), byte: fc.nat(255) });

describe('a state store', () => {
  it('gives the keys of any range in the order of their bytes, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(step), key, fc.oneof(key, fc.constant('')), (steps, start, end) => {
        const store = new StateStore();
        const kept = new Map<string, number>();
        for (const { key: at, isPut, byte } of steps) {
          if (isPut) {
            store.put(at, { value: Buffer.of(byte), version });
            kept.set(at, byte);
          } else {
            store.delete(at);
            kept.delete(at);
          }
        }
        const inRange = [...kept]
          .filter(([at]) => compareKeys(at, start) >= 0)
          .filter(([at]) => end === '' || compareKeys(at, end) < 0)
          .sort(([one], [other]) => compareKeys(one, other));
        expect(store.range(start, end).map(([at, { value }]) => [at, value[0]])).toEqual(inRange);
        for (const [at, byte] of kept) expect(store.get(at)?.value[0]).toBe(byte);
      }),
    );
  });
});
