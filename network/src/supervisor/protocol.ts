import type { RestartPolicy } from '../instance/topology.js';

export type ProcessKind = 'ca' | 'orderer' | 'peer' | 'chaincode';

/** What a supervisor needs to run a process and to run it again. */
export interface ProcessSpec {
  /** Unique within the organization; also the name of its directory under `nodes/`. */
  readonly name: string;
  readonly kind: ProcessKind;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Standard output and error are appended here. */
  readonly log: string;
  readonly restart: RestartPolicy;
}

/** A process as its supervisor sees it. */
export interface ProcessState {
  readonly spec: ProcessSpec;
  /** Whether the operator wants it to run. */
  wanted: boolean;
  /** Stopped with the whole network: it comes back with the next start. */
  suspended?: boolean;
  /** Process id, and the kernel's start time that tells it from a later process with the same id. */
  pid?: number;
  startTicks?: string;
  startedAt?: string;
  /** Restarts by the supervisor since the operator last started it. */
  restarts: number;
  lastExit?: { readonly code: number | null; readonly signal: string | null; readonly at: string };
}

export type Request =
  | { readonly do: 'start'; readonly spec: ProcessSpec }
  | { readonly do: 'stop' | 'restart' | 'remove'; readonly name: string }
  | { readonly do: 'status' | 'shutdown' | 'startAll' };

export type Reply =
  | { readonly ok: true; readonly pid: number; readonly processes: readonly ProcessState[] }
  | { readonly ok: false; readonly message: string };

/** What a supervisor leaves on disk, so that `status` works without it and a later one takes over. */
export interface SupervisorState {
  readonly pid: number;
  readonly startTicks: string | undefined;
  readonly startedAt: string;
  readonly processes: readonly ProcessState[];
}

export const stateFileName = 'state.json';
export const socketName = 'control.sock';
