import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './blocks.js';
import { inOrder, linesOf, logLines } from './log-lines.js';

/** The rows of docs/logs.md, as `service: members`. */
function documented(): string[] {
  const text = readFileSync(path.join(root, 'docs', 'logs.md'), 'utf8');
  let service = '';
  return text.split('\n').flatMap((line) => {
    const [, heading] = /^## (.*)$/.exec(line) ?? [];
    if (heading !== undefined) service = heading.toLowerCase();
    const [, cell] = /^\| (`[^|]*?) *\|/.exec(line) ?? [];
    if (cell === undefined) return [];
    const members = [...cell.matchAll(/`([^`]+)`/g)].map(([, member = '']) => member);
    return [`${service}: ${inOrder(members)}`];
  });
}

describe('the table of log lines', () => {
  const written = logLines().map(({ service, members, place }) => {
    return { row: `${service}: ${members}`, place };
  });
  const rows = documented();

  it('has a row for every line that a service writes', () => {
    expect(written.length).toBeGreaterThan(30);
    expect(written.filter(({ row }) => !rows.includes(row))).toEqual([]);
  });

  it('has no row for a line that no service writes, and none twice', () => {
    const known = new Set(written.map(({ row }) => row));
    expect(rows.filter((row) => !known.has(row))).toEqual([]);
    expect(rows.filter((row, at) => rows.indexOf(row) !== at)).toEqual([]);
  });

  it.each([
    ['a line of a literal', `report({ keyId: 'k', code: 'c' });`, ['code, keyId']],
    [
      'each form that a line can have',
      `report({ ...task, at: 1 });`,
      ['at, keyId', 'at, openingId'],
    ],
    ['a method that may be missing', `parts.log?.({ shared: 1 });`, ['shared']],
    ['a line of pino', `app.log.info({ id: 1 }, 'outbox');`, ['id, msg: outbox']],
    [
      'JSON that is written as it is',
      'process.stderr.write(`${JSON.stringify({ a: 1 })}\\n`);',
      ['a'],
    ],
    ['nothing that only hands on a line', `const to = (line: object) => report(line);`, []],
    ['nothing of another function', `record({ keyId: 'k' });`, []],
  ])('would see %s', (_, code, members) => {
    const given = `declare function report(line: object): void;
      declare function record(line: object): void;
      declare const parts: { log?: (line: object) => void };
      declare const app: { log: { info(line: object, message: string): void } };
      declare const process: { stderr: { write(text: string): void } };
      declare const task: { keyId: string } | { openingId: string };\n`;
    const source = ts.createSourceFile('x.ts', given + code, ts.ScriptTarget.ES2023, true);
    const host = ts.createCompilerHost({});
    const program = ts.createProgram(
      ['x.ts'],
      { strict: true, lib: ['lib.es2023.d.ts'] },
      {
        ...host,
        getSourceFile: (name, target) =>
          name === 'x.ts' ? source : host.getSourceFile(name, target),
      },
    );
    const found = linesOf(source, program.getTypeChecker());
    expect(found.map((one) => one.members)).toEqual(members);
  });
});
