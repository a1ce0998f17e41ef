import { eventually } from './eventually.js';

describe('what fails at first', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is repeated until it succeeds', async () => {
    let count = 0;
    const attempt = () => {
      count += 1;
      expect(count).toBe(3);
      return count;
    };
    expect(await eventually(attempt, 1)).toBe(3);
  });

  it('is told with its last error when it never succeeds', async () => {
    jest.spyOn(Date, 'now').mockReturnValueOnce(0);
    const attempt = () => Promise.reject(new Error('still away'));
    await expect(eventually(attempt)).rejects.toThrow('still away');
  });
});
