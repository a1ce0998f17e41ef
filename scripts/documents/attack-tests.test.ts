import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './blocks.js';

/** Where tests lie. */
const ROOMS = ['packages', 'chaincode', 'client', 'services', 'test'];
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** All source files of those rooms. */
function sources(): string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(^|\/)src\/.*\.ts$/.test(file) && !file.includes('node_modules'))
      .map((file) => path.join(room, file)),
  );
}

/** Rows of the table under a heading, as cells. */
function rowsUnder(text: string, heading: string): string[][] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [rules = ''] = section.split('\n## ');
  return rules
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| --'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

describe('what docs/compute.md says that each layer enforces', () => {
  const files = sources();
  const [header, ...rows] = rowsUnder(read('docs/compute.md'), 'What each layer enforces').filter(
    (cells) => cells.length === 5,
  );

  it('names an attack test in each row', () => {
    expect(header?.at(-1)).toBe('Attack test');
    expect(rows.length).toBeGreaterThan(15);
  });

  it.each(rows)('has the test that it names against: %s', (...cells) => {
    const [, file = '', title = ''] = /^`([^`]+)`: "(.+)"$/.exec(cells.at(-1) ?? '') ?? [];
    const found = files.filter((one) => path.basename(one) === file && read(one).includes(title));
    expect({ file, title, found: found.length }).toEqual({ file, title, found: 1 });
  });
});
