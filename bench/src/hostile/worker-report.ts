/** The name of the channel on which counting workers tell of each answer. */
export const CHANNEL = 'salus-hostile-inputs';

/** Told by a worker before each of its answers. */
export interface WorkerReport {
  readonly threadId: number;
  /** The number of the input that the request belongs to. */
  readonly tag: number | undefined;
  /** How often SEAL loaded bytes for the answer, and how often it refused to by an exception. */
  readonly loads: number;
  readonly refusals: number;
  readonly heapBytes: number;
}
