import { cpuSeconds, pssKiB } from './process-usage.js';

test('a busy process has used processor time and memory', () => {
  const before = cpuSeconds(process.pid);
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 120_000);
  expect(cpuSeconds(process.pid)).toBeGreaterThan(before);

  const small = pssKiB(process.pid);
  const held = Buffer.alloc(64 * 1024 * 1024, 1);
  expect(pssKiB(process.pid) - small).toBeGreaterThan(held.length / 1024 / 2);
});

test('a process that is gone uses nothing', () => {
  expect(cpuSeconds(2 ** 30)).toBe(0);
  expect(pssKiB(2 ** 30)).toBe(0);
});
