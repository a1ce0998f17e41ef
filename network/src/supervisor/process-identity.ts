import { readFileSync } from 'node:fs';

/**
 * When the kernel started this process (field 22 of /proc/PID/stat, proc(5)). With the id it tells a
 * process from a later one that got the same id. Undefined if there is no such process.
 */
export function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: only its parent has not yet asked how. While threads beside the first are
    // left (field 20), though, the sockets and locks of the process are still held.
    return fields[0] === 'Z' && Number(fields[17]) <= 1 ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether the recorded process still runs: `gone` if not, `foreign` if another has its id now. */
export function livenessOf(
  pid: number | undefined,
  startTicks: string | undefined,
): 'running' | 'gone' | 'foreign' {
  if (pid === undefined) return 'gone';
  const ticks = startTicksOf(pid);
  if (ticks === undefined) return 'gone';
  return ticks === startTicks ? 'running' : 'foreign';
}
