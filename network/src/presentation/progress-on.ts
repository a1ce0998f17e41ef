import type { Progress } from '../fabric/progress.js';

/** What of a stream is needed to tell progress. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\x1b[K';

/** Tells progress on a stream: in a log every line stays, on a terminal those that pass move. */
export function progressOn(stream: ProgressStream): Progress {
  if (stream.isTTY !== true) return (line) => void stream.write(`${line}\n`);
  let clear = '';
  const say = (line: string) => {
    stream.write(`${clear}${line}\n`);
    clear = '';
  };
  const passing = (line: string) => {
    stream.write(`${CLEAR_LINE}${line.slice(0, (stream.columns ?? 80) - 1)}`);
    clear = CLEAR_LINE;
  };
  return Object.assign(say, { passing });
}
