/** Tells what is being done, a line for each step. */
export interface Progress {
  (line: string): void;
  /** Tells how far the step is. On a terminal the next line takes this one's place. */
  readonly passing?: (line: string) => void;
}
