import path from 'node:path';
import ts from 'typescript';
import { root, type Code } from './blocks.js';

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

const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * What the compiler says of samples, as a user has them who installed the packages.
 *
 * @param given - declarations of what the samples take as given, beside what they import
 */
export function compile(samples: readonly Code[], given: string): readonly string[] {
  // Samples await at the top: `.mts` is a module.
  const nameOf = (at: number) => path.join(root, `sample-${at}.mts`);
  const declared = path.join(root, 'given.d.ts');
  const files = new Map(samples.map(({ text }, at) => [nameOf(at), `${text}\nexport {};\n`]));
  const texts = new Map([...files, [declared, given]]);
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
