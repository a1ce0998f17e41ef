import path from 'node:path';
import ts from 'typescript';
import { blocksIn, root, type Code } from './blocks.js';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
};

/** What the samples take as given, beside what they import. */
const GIVEN = `
/** Patient's pseudonym on the ledger. */
declare const pseudonym: string;
declare const recordId: string;
/** The reader's own key for one reading. */
declare const hpkePublicKey: string;
/** A logistic unit of medicine. */
declare const sscc: string;
/** Stores, each as MSP=URL. */
declare const storeUrls: readonly string[];
/** Addresses of key services, the own one first. */
declare const keyUrls: readonly string[];
/** What a patient's wallet has handed to the hospital. */
declare const invitation: import('@salus/client/wallet').WalletInvitation;
declare const nationalId: string;
/** Keeps a wallet's state, encrypted. */
declare function keep(state: import('@salus/wallet').WalletState): Promise<void>;
`;

const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the compiler says of samples, as a user has them who installed the packages. */
function compile(samples: readonly Code[]): readonly string[] {
  // Samples await at the top: `.mts` is a module.
  const nameOf = (at: number) => path.join(root, `sample-${at}.mts`);
  const given = path.join(root, 'given.d.ts');
  const files = new Map(samples.map(({ text }, at) => [nameOf(at), `${text}\nexport {};\n`]));
  const texts = new Map([...files, [given, GIVEN]]);
  const program = ts.createProgram([...texts.keys()], options, {
    ...host,
    fileExists: (name) => texts.has(name) || host.fileExists(name),
    readFile: (name) => texts.get(name) ?? host.readFile(name),
    getSourceFile: (name, target) => {
      const text = texts.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, target);
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, target));
      return parsed.get(name);
    },
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const at = [...files.keys()].indexOf(file?.fileName ?? '');
    const sample = samples[at];
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + (sample?.line ?? 1);
    const told = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${sample?.file ?? file?.fileName ?? ''}:${line} ${told}`;
  });
}

describe('the TypeScript samples of the documents', () => {
  const samples = [...blocksIn('ts'), ...blocksIn('js')];

  it('are there in README, the guide to the SDK and the guide to wallets', () => {
    const files = new Set(samples.map(({ file }) => file));
    expect([...files]).toEqual(
      expect.arrayContaining(['README.md', 'client/README.md', 'docs/wallet.md']),
    );
  });

  it('compile under strict types against the packages as they are built', () => {
    expect(compile(samples)).toEqual([]);
  }, 60_000);

  it('would be refused for a name that a package does not export, and a type that does not fit', () => {
    const text =
      "import { connekt, connect } from '@salus/client';\nawait connect({ channel: 1 });";
    expect(compile([{ file: 'docs/x.md', line: 7, text }])).toEqual([
      expect.stringMatching(/^docs\/x\.md:7 .*connekt/),
      expect.stringMatching(/^docs\/x\.md:8 .*number/),
    ]);
  }, 60_000);

  it('the SDK in README takes fifteen lines at the most', () => {
    const [sample] = samples.filter(({ file }) => file === 'README.md');
    expect(sample?.text.split('\n').length).toBeLessThanOrEqual(15);
  });
});
