import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFhirFile } from '@salus/client/records';
import { SalusCommand } from '../command-line/salus-command.js';
import { defineDeid } from './deid.js';

const synthea = path.join(__dirname, '../../../test/data/synthea');
const files = readdirSync(synthea).map((file) => path.join(synthea, file));
const folder = mkdtempSync(path.join(tmpdir(), 'salus-deid-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function deid(...args: string[]): Promise<Record<string, unknown>> {
  let out = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const program = new SalusCommand('salus').option('--json').option('--home <folder>');
  defineDeid(program.command('deid'));
  try {
    await program.parseAsync(['--json', '--home', folder, 'deid', ...args], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return JSON.parse(out) as Record<string, unknown>;
}

describe('salus deid', () => {
  const output = path.join(folder, 'out.json');
  const key = path.join(folder, 'study.key');

  it('writes one bundle for all files, readable by the owner alone, and tells what went', async () => {
    const told = await deid(...files, '--output', output, '--at-least', '2', '--profile', 'strict');
    expect(told).toMatchObject({ patients: 4, takenOut: {} });
    expect(statSync(output).mode & 0o777).toBe(0o600);
    const resources = await readFhirFile(output);
    expect(resources).toHaveLength(told['resources'] as number);
    expect(readFileSync(output, 'utf8')).not.toMatch(/Quitzon|Daugherty|Kiehn|McCullough/);
  });

  it('gives the same again under the same key, which it makes, and else another', async () => {
    const [file = ''] = files;
    const results = [];
    for (const args of [['--key', key], ['--key', key], []]) {
      await deid(file, '--output', output, '--as-of', '2026-11-21', ...args);
      results.push(readFileSync(output, 'utf8'));
    }
    expect(results[1]).toBe(results[0]);
    expect(results[2]).not.toBe(results[0]);
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['--at-least', 'few'],
    ['--as-of', 'today'],
  ])('refuses %s %s', async (option, value) => {
    await expect(deid(...files, '--output', output, option, value)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
    });
  });
});
