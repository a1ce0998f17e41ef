import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { branchesOf } from '../completion/command-tree.js';
import { zshCompletion } from '../completion/zsh.js';

const scripts = { bash: bashCompletion, zsh: zshCompletion };

/** `salus completion bash|zsh`, for the whole tree of commands. */
export function defineCompletion(completion: Command, program: () => Promise<Command>): void {
  completion
    .addArgument(new Argument('<shell>', 'that is to complete').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
For this shell: source <(salus completion bash). For all: write the script to
~/.local/share/bash-completion/completions/salus, or for zsh to a file _salus in a folder of $fpath.`,
    )
    .action(async (shell: keyof typeof scripts, _options: object, command: Command) => {
      const script = scripts[shell](branchesOf(await program()));
      command.configureOutput().writeOut?.(script);
    });
}
