import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// Both worlds run the same functions. They have equal cases as long as no suite skips one or asks
// where it runs.
describe('the behaviour suites', () => {
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );

  test.each(files)('%s skips nothing and does not know its world', (name) => {
    const source = readFileSync(path.join(__dirname, name), 'utf8');
    expect(source).not.toMatch(/\b(skip|only|todo|xit|xtest|xdescribe|fit|fdescribe)\s*[.(]/);
    expect(source).not.toMatch(/instanceof|MemoryWorld|NetworkWorld|memory-ledger|process\.env/);
  });
});
