import { MOST_KEPT, Staging } from './staging.js';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
/** What a message does that moves memory: the sender has it no longer. */
const sent = (staging: Staging): ArrayBuffer | undefined => {
  const memory = staging.handOver();
  return memory && structuredClone(memory, { transfer: [memory] });
};

describe('memory that travels to a worker', () => {
  test('takes copies along, and leaves callers what is theirs', () => {
    const staging = new Staging();
    const [one, other] = [bytes(1, 2, 3), bytes(4)];
    expect(staging.copiesOf([one, other])).toEqual([one, other]);
    expect(new Uint8Array(sent(staging) ?? [])).toEqual(bytes(1, 2, 3, 4));
    expect([one, other]).toEqual([bytes(1, 2, 3), bytes(4)]);
  });

  test('travels only with copies in it', () => {
    const staging = new Staging();
    expect(staging.handOver()).toBeUndefined();
    staging.copiesOf([]);
    expect(staging.handOver()).toBeUndefined();
    staging.copiesOf([bytes(1)]);
    staging.takeBack(sent(staging));
    expect(staging.handOver()).toBeUndefined();
  });

  test('is used again once it is back, also for fewer copies', () => {
    const staging = new Staging();
    staging.copiesOf([bytes(1, 2, 3, 4)]);
    const back = sent(staging);
    staging.takeBack(back);
    const [copy] = staging.copiesOf([bytes(9)]);
    expect(copy).toEqual(bytes(9));
    expect(copy?.buffer).toBe(back);
  });

  test('is kept up to a size only, so that nobody else says how much', () => {
    const staging = new Staging();
    const large = new Uint8Array(MOST_KEPT + 1);
    staging.copiesOf([large]);
    const back = sent(staging);
    expect(back?.byteLength).toBe(large.length);
    staging.takeBack(back);
    staging.copiesOf([bytes(1)]);
    expect(staging.handOver()?.byteLength).toBe(1);
  });

  test('is new after a worker kept it', () => {
    const staging = new Staging();
    staging.copiesOf([bytes(1, 2)]);
    sent(staging);
    staging.takeBack(undefined);
    expect(staging.copiesOf([bytes(5, 6)])).toEqual([bytes(5, 6)]);
    expect(staging.handOver()?.byteLength).toBe(2);
  });
});
