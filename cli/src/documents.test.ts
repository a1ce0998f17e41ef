import type { Argument, Command, Option } from 'commander';
import { shellCommands, spans } from '../../scripts/documents/blocks.js';
import { buildProgram } from './program.js';
import { allCommands } from './run.js';

let program: Command;

beforeAll(async () => {
  program = await buildProgram(allCommands);
});

/** What a document leaves to its reader: `…`, `FILE`, `MSP=URL`, `https://…`. */
const isLeftOpen = (word: string) => word.includes('…');

interface Given {
  readonly command: Command;
  readonly options: readonly string[];
  readonly values: readonly string[];
}

function withParents(command: Command): readonly Command[] {
  return command.parent ? [command, ...withParents(command.parent)] : [command];
}

function optionOf(command: Command, flag: string): Option | undefined {
  return withParents(command)
    .flatMap(({ options }) => options)
    .find(({ short, long }) => short === flag || long === flag);
}

/** Follows words down the tree of commands, as commander does. */
function follow(words: readonly string[]): Given | string {
  let command = program;
  const options: string[] = [];
  const values: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word.startsWith('-') && word !== '-') {
      if (word === '--help') continue;
      const option = optionOf(command, word);
      if (!option) return `${command.name()} has no option ${word}`;
      options.push(word);
      const isValue = (next: string | undefined) => next !== undefined && !/^-./.test(next);
      const from = at + 1;
      if (option.required || option.optional) {
        const isMany = option.variadic;
        while (isValue(words[at + 1]) && (isMany || at < from)) at += 1;
        const taken = words.slice(from, at + 1);
        if (option.required && taken.length === 0) return `${word} has no value`;
        const wrong = taken.find((value) => !isChoice(option, value));
        if (wrong !== undefined) return `${word} does not take ${wrong}`;
      }
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next && values.length === 0) command = next;
    else values.push(word);
  }
  return { command, options, values };
}

function isChoice({ argChoices }: Option | Argument, value: string): boolean {
  return (
    argChoices === undefined ||
    isLeftOpen(value) ||
    value.split('|').every((one) => argChoices.includes(one))
  );
}

/** What is wrong with a command line; `isWhole` where nothing may be left out. */
function faultOf(words: readonly string[], isWhole: boolean): string | undefined {
  const given = follow(words);
  if (typeof given === 'string') return given;
  const { command, options, values } = given;
  const isOpen = !isWhole || words.some((word) => word === '…');
  const { registeredArguments: places } = command;
  const [extra] = places.at(-1)?.variadic ? [] : values.slice(places.length);
  if (extra !== undefined && !isLeftOpen(extra)) return `${command.name()} takes no ${extra}`;
  const wrong = values.find((value, at) => {
    const place = places[Math.min(at, places.length - 1)];
    return place && !isChoice(place, value);
  });
  if (wrong !== undefined) return `${command.name()} does not take ${wrong}`;
  if (isOpen || words.includes('--help')) return undefined;
  if (command.commands.length > 0) return `${command.name()} needs a command`;
  const missing = places.find((place, at) => place.required && values[at] === undefined);
  if (missing) return `${command.name()} needs ${missing.name()}`;
  const needed = command.options.find(
    ({ mandatory, long, short }) =>
      mandatory && !options.includes(long ?? '') && !options.includes(short ?? ''),
  );
  return needed && `${command.name()} needs ${needed.flags}`;
}

const salusWords = (words: readonly string[]): readonly string[] | undefined => {
  const own = words[0] === 'npx' ? words.slice(1) : words;
  return own[0] === 'salus' ? own.slice(1) : undefined;
};

describe('the `salus` lines of the documents', () => {
  const lines = shellCommands().flatMap(({ place, words }) => {
    const own = salusWords(words);
    return own ? [{ place, own }] : [];
  });

  it('are found, on lines of several documents', () => {
    expect(new Set(lines.map(({ place }) => place.split(':')[0])).size).toBeGreaterThanOrEqual(4);
  });

  it('name commands, options and arguments that there are, and leave none out unsaid', () => {
    const faults = lines.flatMap(({ place, own }) => {
      const fault = faultOf(own, true);
      return fault === undefined ? [] : [`${place} salus ${own.join(' ')}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it('name commands and options that there are within sentences too', () => {
    const faults = spans().flatMap(({ file, line, text }) => {
      // `salus … v1` is a text that a hash begins with.
      const isCommand = /^(npx )?salus (?!.* v[0-9]$)/.test(text);
      const own = isCommand ? salusWords(text.replace(/[[\]]/g, '').split(' ')) : undefined;
      const fault = own && faultOf(own, false);
      return fault ? [`${file}:${line} ${text}: ${fault}`] : [];
    });
    expect(faults).toEqual([]);
  });

  it.each([
    ['an unknown command', 'ehr reed P R', 'ehr takes no reed'],
    ['an unknown option', 'whoami --fast', 'whoami has no option --fast'],
    ['a missing option', 'ehr read P R --purpose TREAT', 'read needs --out'],
    ['a missing argument', 'receipt --out f', 'receipt needs decisionId'],
    ['a value that is no choice', 'ehr read P R --purpose CARE', '--purpose does not take CARE'],
    ['a group without a command', 'ehr', 'ehr needs a command'],
  ])('would be refused for %s', (_, line, fault) => {
    expect(faultOf(line.split(' '), true)).toContain(fault);
  });
});
