import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  /** The program's name as the kernel has it. */
  readonly name: string;
}

/** State "listening" in /proc/net/tcp (proc(5)). */
const listening = '0A';

/** Inodes of the sockets that listen, by port, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local = '', , state] = fields;
    const inode = fields[9];
    if (state !== listening || inode === undefined) continue;
    found.set(inode, parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
  }
  return found;
}

function read<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    // Ended meanwhile, or another user's: it can't be told.
    return otherwise;
  }
}

/** The program's name of a process; undefined if there is no such process. */
export const programOf = (pid: number): string | undefined =>
  read(() => readFileSync(`/proc/${String(pid)}/comm`, 'utf8').trim(), undefined);

function socketsOf(pid: number): string[] {
  const folder = `/proc/${String(pid)}/fd`;
  return read(() => readdirSync(folder), []).flatMap((handle) => {
    const target = read(() => readlinkSync(`${folder}/${handle}`), '');
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
  });
}

/** Which processes listen on these ports, as far as /proc lets this user see it. */
export function portHolders(ports: readonly number[]): Map<number, PortHolder> {
  const inodes = new Map(
    ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => [...listeningInodes(read(() => readFileSync(file, 'utf8'), ''))])
      .filter(([, port]) => ports.includes(port)),
  );
  const holders = new Map<number, PortHolder>();
  if (inodes.size === 0) return holders;
  const pids = read(() => readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.map(Number)) {
    for (const inode of socketsOf(pid)) {
      const port = inodes.get(inode);
      if (port !== undefined) holders.set(port, { pid, name: programOf(pid) ?? 'unknown' });
    }
  }
  return holders;
}
