import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc/PID/stat: USER_HZ, which Linux fixes at 100 for user space (proc(5)). */
const TICKS_PER_SECOND = 100;

/** CPU seconds (user and system) that a process has used so far; 0 when it is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold spaces: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Memory of a process in KiB as PSS: shared pages are divided among those that share them. 0 when it is gone. */
export function pssKiB(pid: number): number {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(match?.[1] ?? 0);
  } catch {
    return 0;
  }
}
