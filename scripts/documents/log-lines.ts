import { globSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './blocks.js';

/** A line that a service writes to its log. */
export interface LogLine {
  /** As docs/logs.md heads its table. */
  readonly service: string;
  /** The members of the JSON object, sorted; those that may be missing too. */
  readonly members: string;
  readonly place: string;
}

/** Whose lines the files of a folder write. */
const SERVICES: readonly (readonly [pattern: string, service: string])[] = [
  ['services/committee/src/**/*.ts', 'committee'],
  ['cli/src/commands/committee/*.ts', 'committee'],
  ['services/custodian/src/**/*.ts', 'custodian'],
  ['cli/src/commands/break-glass/*.ts', 'custodian'],
  ['services/keys/src/**/*.ts', 'keys'],
  ['cli/src/commands/key-service*.ts', 'keys'],
  ['services/store/src/**/*.ts', 'store'],
  ['cli/src/commands/store*.ts', 'store'],
  ['services/gateway/src/**/*.ts', 'gateway'],
  ['services/wallet/src/**/*.ts', 'wallet'],
  ['services/kit/src/run.ts', 'every service'],
  ['cli/src/command-line/report-error.ts', 'every service'],
];

/** Functions that write the object they are given, or hand it to one that does. */
const WRITERS = new Set(['report', 'log', 'logLine']);
const LEVELS = new Set(['info', 'warn', 'error']);

/** Every line that services write, as the compiler knows its members. */
export function logLines(): readonly LogLine[] {
  const files = SERVICES.flatMap(([pattern, service]) =>
    globSync(pattern, { cwd: root })
      .filter((file) => !/\.test\.ts$|test-support/.test(file))
      .map((file) => ({ file: path.join(root, file), service })),
  );
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), (file) =>
    ts.sys.readFile(file),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const names = files.map(({ file }) => file);
  const program = ts.createProgram(names, { ...options, composite: false, noEmit: true });
  const checker = program.getTypeChecker();
  return files.flatMap(({ file, service }) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`The compiler has not read ${file}`);
    return linesOf(source, checker)
      .filter(({ writer }) => writer !== 'report' || service !== GATEWAY)
      .map(({ members, line }) => {
        return { service, members, place: `${path.relative(root, file)}:${line}` };
      });
  });
}

/** What the parts of the gateway report, it hands to its own log. */
const GATEWAY = 'gateway';

/** The lines that a file writes. */
export function linesOf(source: ts.SourceFile, checker: ts.TypeChecker) {
  const found: { readonly members: string; readonly writer: string; readonly line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const written = writtenBy(node);
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      for (const members of written ? membersOf(written, checker) : []) {
        found.push({ members, writer: written?.writer ?? '', line });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

interface Written {
  readonly writer: string;
  readonly object: ts.Expression;
  /** What pino calls `msg`. */
  readonly message?: string;
}

function writtenBy(call: ts.CallExpression): Written | undefined {
  const { expression, arguments: given } = call;
  const [object, message] = given;
  if (!object) return undefined;
  const name = ts.isPropertyAccessExpression(expression)
    ? expression.name.text
    : ts.isIdentifier(expression)
      ? expression.text
      : '';
  const of = ts.isPropertyAccessExpression(expression) ? expression.expression.getText() : '';
  if (LEVELS.has(name) && /(^|\.)log$/.test(of) && message && ts.isStringLiteral(message)) {
    return { writer: name, object, message: message.text };
  }
  if (name === 'write' && /^process\.std(out|err)$/.test(of)) {
    const json = jsonIn(object);
    return json && { writer: name, object: json };
  }
  return WRITERS.has(name) ? { writer: name, object } : undefined;
}

/** What `${JSON.stringify(object)}\n` makes a text of. */
function jsonIn(text: ts.Expression): ts.Expression | undefined {
  if (!ts.isTemplateExpression(text)) return undefined;
  const [span] = text.templateSpans;
  const call = span?.expression;
  const isJson =
    call && ts.isCallExpression(call) && call.expression.getText() === 'JSON.stringify';
  return isJson ? call.arguments[0] : undefined;
}

function membersOf({ object, message }: Written, checker: ts.TypeChecker): readonly string[] {
  const type = checker.getTypeAtLocation(object);
  const types = type.isUnion() ? type.types : [type];
  return types.flatMap((one) => {
    const members = checker.getPropertiesOfType(one).map(({ name }) => name);
    // A function that passes on what it is given knows no member of it.
    if (members.length === 0 && message === undefined) return [];
    return [inOrder([...members, ...(message === undefined ? [] : [`msg: ${message}`])])];
  });
}

/** Members as one text, whichever order they are named in. */
export const inOrder = (members: readonly string[]): string => members.toSorted().join(', ');
