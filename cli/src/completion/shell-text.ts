import type { Branch } from './command-tree.js';

/** A word of a shell that stands for exactly this text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The cases of a shell's `case "$path $option"` that set what the option's value is chosen from. */
export function choiceCases(
  branches: readonly Branch[],
  setting: (choices: readonly string[]) => string,
): string {
  return branches
    .flatMap(({ path, options }) =>
      options
        .filter(({ choices }) => choices.length > 0)
        .map(({ text, choices }) => `    ${quoted(`${path} ${text}`)}) ${setting(choices)} ;;`),
    )
    .join('\n');
}
