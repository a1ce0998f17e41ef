import type { Command, Option } from 'commander';

/** A word that may come next, and what it is. */
export interface Word {
  readonly text: string;
  readonly description: string;
}

/** An option, as far as completing needs to know it. */
export interface OptionWord extends Word {
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** What may follow a command. */
export interface Branch {
  /** The words that lead here, each after a slash: `/ehr/read`, and nothing for `salus` itself. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly OptionWord[];
}

/** All commands under one, with what may follow each of them. */
export function branchesOf(command: Command, above?: Branch): readonly Branch[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const own = help.visibleOptions(command).map(optionWord);
  const known = new Set(own.map(({ text }) => text));
  const branch: Branch = {
    path: above ? `${above.path}/${command.name()}` : '',
    words:
      subcommands.length > 0
        ? subcommands.map((one) => ({ text: one.name(), description: one.description() }))
        : choicesOf(command),
    options: [...own, ...(above?.options ?? []).filter(({ text }) => !known.has(text))],
  };
  return [branch, ...subcommands.flatMap((one) => below(one, command, branch))];
}

function below(command: Command, parent: Command, branch: Branch): readonly Branch[] {
  if (parent.commands.includes(command)) return branchesOf(command, branch);
  // The help that commander adds takes the name of what stands beside it.
  const words = branch.words.filter(({ text }) => text !== command.name());
  return [{ path: `${branch.path}/${command.name()}`, words, options: [] }];
}

function choicesOf(command: Command): readonly Word[] {
  const [first] = command.registeredArguments;
  return (first?.argChoices ?? []).map((text) => ({ text, description: first?.description ?? '' }));
}

function optionWord(option: Option): OptionWord {
  return {
    text: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}
