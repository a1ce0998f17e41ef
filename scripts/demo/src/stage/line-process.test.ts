import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LineProcess } from './line-process.js';

const echo = `
process.stdout.write('{"ready":true}\\n');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === '"end"') process.exit(3);
  process.stderr.write('told\\n');
  process.stdout.write(line + '\\n');
});`;

describe("an actor's process", () => {
  let home: string;
  let script: string;

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'salus-line-'));
    script = path.join(home, 'script.js');
    writeFileSync(script, echo);
  });

  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const start = () => new LineProcess(script, [], { name: 'echo', home, env: {} });

  it('answers each line with its own, in the order in which they were asked', async () => {
    await using one = start();
    await expect(one.nextLine()).resolves.toEqual({ ready: true });
    const asked = [1, 2, 3].map((line) => one.exchange(line));
    await expect(Promise.all(asked)).resolves.toEqual([1, 2, 3]);
  });

  it('is named, with what it said last, when it ends before it answers', async () => {
    await using one = start();
    await one.nextLine();
    await one.exchange('hello');
    await expect(one.exchange('end')).rejects.toThrow('echo has ended: told');
  });

  it('ends with its input', async () => {
    const one = start();
    await one.nextLine();
    await one[Symbol.asyncDispose]();
    await expect(one.exchange('hello')).rejects.toThrow('echo has ended');
  });
});
