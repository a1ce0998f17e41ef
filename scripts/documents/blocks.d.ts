/** Code in a document: its file from the root, and the line on which it begins. */
export interface Code {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A command as a shell would take it. */
export interface ShellCommand {
  /** `FILE:LINE`. */
  readonly place: string;
  readonly words: readonly string[];
}

/** The folder of the repository. */
export const root: string;

/** Every document of the repository, by its path from the root. */
export function documents(): readonly string[];

/** The fenced blocks of a text, with the number of their first line. */
export function fencedBlocks(
  text: string,
): readonly { readonly language: string; readonly line: number; readonly text: string }[];

/** The blocks of one language in all documents. */
export function blocksIn(language: string): readonly Code[];

/** Code within lines, outside of blocks. */
export function spans(): readonly Code[];

/** The commands of one shell line, without comments, settings and redirections. */
export function commandsOf(line: string): readonly (readonly string[])[];

/** A line of a shell block: its place, and its text without a comment. */
export interface ShellLine {
  /** `FILE:LINE`. */
  readonly place: string;
  readonly line: string;
}

/** Every line of the shell blocks of all documents; a line that is broken is one. */
export function shellLines(): readonly ShellLine[];

/** Every command of the shell blocks of all documents, word by word. */
export function shellCommands(): readonly ShellCommand[];
