import type { Command } from 'commander';
import { SalusCommand } from './salus-command.js';

const DASH = '-5uNzX_jQ0mT7wKf3bYc9RaLh2vGd8sEp1iUoVtMxWk';
const TWO_DASHES = `-${DASH.slice(0, -1)}`;
const HEX = '0f'.repeat(32);

let taken: unknown;

/** A command of the shape of salus: a global option, and commands in a group. */
function program(): Command {
  const root = new SalusCommand('root').option('--json').option('--home <folder>');
  const group = root.command('group');
  const show = group.command('show').argument('<patient>').argument('[grant]');
  show.option('--as <name>').action((...parameters: unknown[]) => {
    taken = parameters.slice(0, 3);
  });
  root.command('many <files...>').action((files: string[]) => {
    taken = files;
  });
  const quiet = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    command.commands.forEach(quiet);
  };
  quiet(root);
  return root;
}

async function read(...args: string[]): Promise<unknown> {
  const root = program();
  await root.parseAsync(args, { from: 'user' });
  return [taken, root.opts()];
}

describe.each([DASH, TWO_DASHES])('with the identifier %s', (id) => {
  it.each([
    [['group', 'show', id], [id, undefined, {}], {}],
    [['group', 'show', id, 'g1'], [id, 'g1', {}], {}],
    [['group', 'show', HEX, id], [HEX, id, {}], {}],
    [['group', 'show', id, id], [id, id, {}], {}],
    [['group', 'show', '--', id, '-x'], [id, '-x', {}], {}],
    [['group', 'show', id, '--', '-x'], [id, '-x', {}], {}],
    [['many', 'a', id, 'b', id], ['a', id, 'b', id], {}],
  ])('takes %j as arguments', async (args, expected, options) => {
    await expect(read(...args)).resolves.toEqual([expected, options]);
  });

  it('takes it as the value of an option, and reads the options around it', async () => {
    const args = ['--home', id, 'group', 'show', id, '--as', id, '--json'];
    const expected = [[id, undefined, { as: id }], { home: id, json: true }];
    await expect(read(...args)).resolves.toEqual(expected);
  });

  it.each([
    [['-x'], 'commander.unknownOption'],
    [['--jsno'], 'commander.unknownOption'],
    [['--nothing-of-that-kind-here'], 'commander.unknownOption'],
    [['g1', 'g2'], 'commander.excessArguments'],
    [['--help'], 'commander.helpDisplayed'],
  ])('still meets what is wrong after it: %j', async (after, code) => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await expect(read('group', 'show', id, ...after)).rejects.toMatchObject({ code });
    await expect(read('group', 'show', ...after, id)).rejects.toMatchObject({ code });
    jest.restoreAllMocks();
  });
});
