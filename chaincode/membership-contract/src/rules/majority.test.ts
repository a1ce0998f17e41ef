import { counted, majorityOf } from './majority.js';

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
  [6, 4],
])('of %i voices, %i are a majority', (count, majority) => {
  expect(majorityOf(count)).toBe(majority);
});

test('only those with a voice are counted, each once', () => {
  expect(counted(['AMSP', 'BMSP', 'CMSP'], ['CMSP', 'XMSP', 'AMSP', 'CMSP'])).toEqual([
    'AMSP',
    'CMSP',
  ]);
});
