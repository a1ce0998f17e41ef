import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuSeconds, pssKiB } from './process-usage.js';

const MIB = 1024 * 1024;

/** A process that is told what to do next by anything that it reads. */
const PROGRAM = `
process.stdin.once('data', () => {
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 120_000);
  globalThis.held = Buffer.alloc(${64 * MIB}, 1);
  console.log('held');
});
console.log('ready');`;

test('a busy process has used processor time and memory', async () => {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const { pid = 0 } = child;
    await once(child.stdout, 'data');
    const [time, memory] = [cpuSeconds(pid), pssKiB(pid)];
    child.stdin.write('go on\n');
    await once(child.stdout, 'data');
    expect(cpuSeconds(pid)).toBeGreaterThan(time);
    // Half of what it holds: the rest of its memory may shrink meanwhile.
    expect(pssKiB(pid) - memory).toBeGreaterThan((64 * MIB) / 1024 / 2);
  } finally {
    child.kill();
  }
});

test('a process that is gone uses nothing', () => {
  expect(cpuSeconds(2 ** 30)).toBe(0);
  expect(pssKiB(2 ** 30)).toBe(0);
});
