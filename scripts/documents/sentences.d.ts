export interface Sentence {
  /** Line on which its paragraph begins. */
  readonly line: number;
  readonly text: string;
  /** How many words; code counts as one. */
  readonly words: number;
}

/** The sentences of a text in Markdown, without blocks of code. */
export function sentencesOf(text: string): readonly Sentence[];

/** The sentences of all documents, each with its file from the root. */
export function sentences(): readonly (Sentence & { readonly file: string })[];
