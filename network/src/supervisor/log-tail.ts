import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Fabric's own format of log lines without its colours: logs go to files, and to who reads them. */
export const plainLogFormat =
  '%{time:2006-01-02 15:04:05.000 MST} %{level:.4s} [%{module}] %{shortfunc} -> %{message}';

const tailBytes = 256 * 1024;

/** The last lines of a file that may be large; none if there is no such file. */
export function lastLines(file: string, count: number): string[] {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(0, size - tailBytes);
    const buffer = Buffer.alloc(size - start);
    readSync(handle, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8').trimEnd().split('\n');
    return lines.slice(-count).filter((line) => line !== '');
  } finally {
    closeSync(handle);
  }
}

const fault = /ERRO|PANI|FATA|panic:|Error:|error:|\[ERROR\]|\[FATAL\]/;

/** The last lines that tell of an error; the last lines at all if none does. */
export function lastErrors(file: string, count = 8): string[] {
  const lines = lastLines(file, 400);
  const faults = lines.filter((line) => fault.test(line));
  return (faults.length > 0 ? faults : lines).slice(-count);
}
