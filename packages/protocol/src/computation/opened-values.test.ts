import { hashOfOpened, isWhatWasOpened, openedValues } from './opened-values.js';

describe('opened values', () => {
  test.each([
    [[], []],
    [[0, 0], []],
    [
      [0, 3, 0, -1, 0, 0],
      [0, 3, 0, -1],
    ],
    [[5], [5]],
  ])('are of the slots %o: %o', (slots, values) => {
    expect(openedValues('o', slots, 's')).toEqual({ openingId: 'o', values, salt: 's' });
  });

  test('are told apart from others by their hash', () => {
    const opened = openedValues('o', [1, 2], 's');
    const record = { openingId: 'o', openedHash: hashOfOpened(opened) };
    expect(isWhatWasOpened(record, opened)).toBe(true);
    expect(isWhatWasOpened(record, { ...opened, values: [1, 3] })).toBe(false);
    const other = { ...opened, openingId: 'p' };
    expect(isWhatWasOpened({ ...record, openedHash: hashOfOpened(other) }, other)).toBe(false);
    expect(isWhatWasOpened({ openingId: 'o' }, opened)).toBe(false);
  });
});
