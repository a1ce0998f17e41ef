import { cpuSeconds, pssKiB } from './process-usage.js';

test('a busy process has used processor time and memory', () => {
  const before = cpuSeconds(process.pid);
  const end = Date.now() + 120;
  while (Date.now() < end);
  expect(cpuSeconds(process.pid)).toBeGreaterThan(before);
  expect(pssKiB(process.pid)).toBeGreaterThan(10_000);
});

test('a process that is gone uses nothing', () => {
  expect(cpuSeconds(2 ** 30)).toBe(0);
  expect(pssKiB(2 ** 30)).toBe(0);
});
