import { growthOf } from './memory-samples.js';
import { tallied, type Answered } from './tally.js';

const input = (tag: number, target: string, kind: string, answer: string): Answered => ({
  ...{ tag, target, kind, answer },
});

test('an input has reached SEAL if SEAL loaded more than it does before it comes to the input', () => {
  const answered = [
    input(0, 'encrypt', 'truncated', 'ERR_PUBLIC_KEY_INVALID'),
    input(1, 'encrypt', 'a multiple', 'RIGHT'),
    input(2, 'checkTrial', 'truncated', 'ERR_PARTIAL_INVALID'),
    input(3, 'checkTrial', 'a multiple', 'ERR_TRIAL_FAILED'),
  ];
  const loads = [0, 1, 4, 5];
  const refusals = [0, 0, 0, 1];
  const told = tallied(answered, {
    loadsOf: (tag) => loads[tag] ?? 0,
    refusalsOf: (tag) => refusals[tag] ?? 0,
    ownLoads: new Map([['checkTrial', 4]]),
  });
  expect(told).toEqual({
    reachedSeal: 2,
    refusedBySeal: 1,
    answers: {
      ERR_PUBLIC_KEY_INVALID: 1,
      RIGHT: 1,
      ERR_PARTIAL_INVALID: 1,
      ERR_TRIAL_FAILED: 1,
    },
    byTarget: {
      encrypt: { inputs: 2, reachedSeal: 1 },
      checkTrial: { inputs: 2, reachedSeal: 1 },
    },
    byKind: {
      truncated: { inputs: 2, reachedSeal: 0 },
      'a multiple': { inputs: 2, reachedSeal: 2 },
    },
  });
});

test('growth compares the second half of a series with the first', () => {
  expect(growthOf([10, 20, 20, 20])).toEqual({ medians: 20 / 15, greatest: 1 });
  expect(growthOf([20, 20, 10, 40])).toEqual({ medians: 25 / 20, greatest: 2 });
});
