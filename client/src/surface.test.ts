import { execFileSync } from 'node:child_process';
import path from 'node:path';
import ts from 'typescript';

/** More than that, and nobody finds what he needs. */
const MOST_NAMES = 60;
const MOST_MODULES = 350;

const root = path.join(__dirname, '..');

/** Names that a program can import from the root of the package, types included. */
function namesOfRoot(): string[] {
  const entry = path.join(__dirname, 'index.ts');
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram([entry], { ...parsed.options, noEmit: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile);
  return checker.getExportsOfModule(module as ts.Symbol).map(({ name }) => name);
}

/** Files that a process of its own has loaded after it ran a program. */
function loadedBy(program: string): readonly string[] {
  const tell = 'console.log(JSON.stringify(Object.keys(require.cache)))';
  const script = `${program}\n${tell}`;
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }),
  ) as string[];
}

describe('the root of the SDK', () => {
  it(`exports at most ${MOST_NAMES} names`, () => {
    const names = namesOfRoot();
    expect(names).toContain('connect');
    expect(names.length).toBeLessThanOrEqual(MOST_NAMES);
  });

  it('loads few modules, and none of a chaincode runtime, of encryption or of a parser', () => {
    const loaded = loadedBy("require('@salus/client')");
    expect(loaded.length).toBeGreaterThan(100);
    expect(loaded.length).toBeLessThanOrEqual(MOST_MODULES);
    const forbidden =
      /node_modules\/(fabric-contract-api|fabric-shim|node-seal|zod|@peculiar|@noble\/curves|@hpke)\/|packages\/(compute|content|crypto|fhir|wallet|proofs)\//;
    // fabric-gateway signs with @noble/curves itself.
    expect(loaded.filter((file) => forbidden.test(file) && !/noble\/curves/.test(file))).toEqual(
      [],
    );
  });

  it('loads no encryption engine before something is encrypted', () => {
    const loaded = loadedBy(
      "for (const name of ['records', 'claims', 'statistics', 'computation']) require(`@salus/client/${name}`)",
    );
    expect(loaded.filter((file) => /fabric-(contract-api|shim)|node-seal/.test(file))).toEqual([]);
  });
});
