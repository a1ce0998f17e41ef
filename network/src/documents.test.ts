import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, shellCommands, spans } from '../../scripts/documents/blocks.js';
import { parseChaincodeArguments, parseDeployArguments } from './chaincode/arguments.js';

const commandLine = path.join(root, 'network', 'network.sh');

interface Line {
  readonly place: string;
  readonly words: readonly string[];
}

const lines: readonly Line[] = shellCommands();
const ofNetwork = (words: readonly string[]): readonly string[] | undefined =>
  /^(network\/)?network\.sh$/.test(words[0] ?? '') ? words.slice(1) : undefined;

const helps = new Map<string, string>();
function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const { stdout } = spawnSync(commandLine, [command, '--help'], { encoding: 'utf8' });
  helps.set(command, stdout);
  return stdout;
}

/** What is wrong with the words after `network.sh`. */
function faultOf([command = '', ...words]: readonly string[]): string | undefined {
  if (command === '--help') return undefined;
  const given = words.filter((word) => word !== '--json' && word !== '…');
  if (command === 'deployCC' || command === 'cc') {
    try {
      if (command === 'cc') parseChaincodeArguments(given);
      else parseDeployArguments(given);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
  const help = helpOf(command);
  const [, usage] = new RegExp(`^Usage: network\\.sh ${command}\\b(.*)$`, 'm').exec(help) ?? [];
  if (usage === undefined) return `there is no command ${command}`;
  const flags = given.filter((word) => word.startsWith('-'));
  const unknown = flags.find((flag) => !help.includes(flag === '-ca' ? '--ca' : flag));
  return unknown === undefined ? undefined : `${command} has no option ${unknown}`;
}

describe('the shell lines of the documents', () => {
  it('name commands and options of network.sh that there are', () => {
    const own = lines.flatMap(({ place, words }) => {
      const after = ofNetwork(words);
      return after ? [{ place, after }] : [];
    });
    expect(own.length).toBeGreaterThanOrEqual(5);
    const faults = own.flatMap(({ place, after }) => {
      const fault = faultOf(after);
      return fault === undefined ? [] : [`${place} ${after.join(' ')}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it('name commands of network.sh that there are within sentences too', () => {
    const faults = spans().flatMap(({ file, line, text }) => {
      const [command = ''] = ofNetwork(text.split(' ')) ?? [];
      if (command === '' || command.startsWith('-')) return [];
      return helpOf(command).includes(`Usage: network.sh ${command}`) ||
        ['deployCC', 'cc'].includes(command)
        ? []
        : [`${file}:${line} ${text}`];
    });
    expect(faults).toEqual([]);
  });

  it('name scripts of the repository that there are', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const faults = lines.flatMap(({ place, words }) => {
      const [program = '', verb = '', name = ''] = words;
      if (program === 'npm' && verb === 'run' && !Object.hasOwn(scripts, name)) {
        return [`${place} npm run ${name}`];
      }
      return program.includes('/') && !isExecutable(program) ? [`${place} ${program}`] : [];
    });
    expect(faults).toEqual([]);
  });

  it('begin with a program that a reader has', () => {
    const known = [
      'salus',
      'npx',
      'npm',
      'node',
      'export',
      'source',
      'eval',
      'printf',
      'peer',
      'cat',
      'curl',
      ...['head', 'mkdir', 'sha256sum', 'tar'],
    ];
    const strange = lines.filter(
      ({ words: [program = ''] }) => !program.includes('/') && !known.includes(program),
    );
    expect(strange).toEqual([]);
  });

  it.each([
    ['an unknown command', 'statuss', 'no command'],
    ['an unknown option', 'up --fast', 'no option --fast'],
    ['an unknown option of a deployment', 'deployCC -ccx ehr', '-ccx'],
  ])('would be refused for %s', (_, line, fault) => {
    expect(faultOf(line.split(' '))).toContain(fault);
  });
});

function isExecutable(file: string): boolean {
  try {
    accessSync(path.join(root, file), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
