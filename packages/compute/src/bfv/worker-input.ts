import type { Program } from '@salus/protocol/computation';

/** What comes with a hash must have it; what was checked before need not be checked again. */
export interface WorkerInput {
  readonly bytes: Uint8Array;
  readonly hash?: string | undefined;
  readonly checked?: boolean;
}

/** Lets a long operation tell how far it is, and stop when nobody waits for it any more. */
export type Step = (done: number, total: number) => void;

/** A program and what it computes with. */
export interface ProgramInput {
  readonly program: Program;
  readonly inputs: readonly WorkerInput[];
}

/** Some of the inputs of a program, in their order: the worker adds them up as they come. */
export interface ProgramPart extends ProgramInput {
  /** Inputs of the parts before. */
  readonly offset: number;
  /** Inputs of all parts. */
  readonly total: number;
}
