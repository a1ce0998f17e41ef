import { readFileSync } from 'node:fs';
import path from 'node:path';
import { networkErrorCodes } from './errors.js';
import { instanceOf } from './instance.js';

const guide = readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'operators.md'), 'utf8');
const rows = guide
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("the operators' guide tells every error code, its meaning and its remedy", () => {
  // Codes of a token, which are not the network's, have a table of two columns.
  const told = rows.filter((cells) => cells.length === 3 && cells[0]?.startsWith('`ERR_'));
  const known = Object.entries(networkErrorCodes).map(([code, { meaning, remedy }]) => [
    `\`${code}\``,
    ...[meaning, remedy],
  ]);
  expect(told).toEqual(known);
});

test("the operators' guide has the ports of an organization", () => {
  const portBase = 7000;
  const { ports } = instanceOf({ portBase }).organizations[0] ?? {};
  const offsets = Object.values(ports ?? {}).map((value) =>
    typeof value === 'number'
      ? String(value - portBase)
      : `${(value[0] ?? 0) - portBase}–${(value.at(-1) ?? 0) - portBase}`,
  );
  expect(offsets).toHaveLength(10);
  const told = rows
    .map(([offset]) => offset)
    .filter((cell) => /^[0-9]+(–[0-9]+)?$/.test(cell ?? ''));
  expect(told).toEqual(offsets);
});
