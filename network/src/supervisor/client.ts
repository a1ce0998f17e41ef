import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkError } from '../instance/errors.js';
import { type Instance, logFile, nodeDirectory } from '../instance/instance.js';
import { livenessOf } from './process-identity.js';
import {
  type ProcessKind,
  type ProcessSpec,
  type ProcessState,
  type Reply,
  type Request,
  socketName,
  stateFileName,
  type SupervisorState,
} from './protocol.js';
import { reachable } from './socket-path.js';

const startTimeoutMilliseconds = 10_000;

/** What to run; log, directory and restart policy follow from the instance. */
export interface ProcessRequest {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** An organization's processes, and whether its supervisor answered or the state is from disk. */
export interface SupervisorView {
  readonly supervisor: 'running' | 'gone' | 'foreign' | 'none';
  readonly pid: number | undefined;
  readonly startedAt: string | undefined;
  readonly processes: readonly ProcessState[];
}

/** What of an organization its supervisor needs: enough to stop one that the topology no longer has. */
export interface SupervisorOwner {
  readonly name: string;
  readonly directories: { readonly supervisor: string };
}

/** What the organization's supervisor last wrote down; undefined if it never ran. */
export function recordedState(organization: SupervisorOwner): SupervisorState | undefined {
  try {
    const file = path.join(organization.directories.supervisor, stateFileName);
    return JSON.parse(readFileSync(file, 'utf8')) as SupervisorState;
  } catch {
    return undefined;
  }
}

/** Looks at an organization's processes without needing its supervisor to be alive. */
export function status(organization: SupervisorOwner): SupervisorView {
  const state = recordedState(organization);
  return {
    supervisor: state ? livenessOf(state.pid, state.startTicks) : 'none',
    pid: state?.pid,
    startedAt: state?.startedAt,
    processes: state?.processes ?? [],
  };
}

/** Starts the organization's supervisor unless it runs; it takes over processes left by an earlier one. */
export async function ensureSupervisor(organization: SupervisorOwner): Promise<void> {
  if (status(organization).supervisor === 'running') return;
  const directory = organization.directories.supervisor;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const log = openSync(path.join(directory, 'supervisor.log'), 'a', 0o600);
  const main = path.join(__dirname, '..', '..', 'dist', 'supervisor', 'main.js');
  const child = spawn(process.execPath, ['--max-semi-space-size=1', main, directory], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH },
  });
  child.unref();
  closeSync(log);
  const deadline = Date.now() + startTimeoutMilliseconds;
  while (recordedState(organization)?.pid !== child.pid) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new NetworkError(
        'ERR_SUPERVISOR',
        `The supervisor of ${organization.name} did not start.`,
        `Read ${path.join(directory, 'supervisor.log')}.`,
      );
    }
    await delay(20);
  }
}

/**
 * Runs a process under the organization's supervisor, which logs it to `nodes/NAME/NAME.log`. A
 * process of the same name is replaced.
 *
 * @throws NetworkError ERR_SUPERVISOR if the supervisor can't be reached.
 */
export async function startProcess(
  instance: Instance,
  organization: SupervisorOwner,
  request: ProcessRequest,
): Promise<ProcessState> {
  const spec: ProcessSpec = {
    ...request,
    cwd: request.cwd ?? nodeDirectory(instance, request.name),
    log: logFile(instance, request.name),
    restart: instance.topology.restart[request.kind],
  };
  mkdirSync(nodeDirectory(instance, request.name), { recursive: true, mode: 0o700 });
  await ensureSupervisor(organization);
  const processes = await ask(organization, { do: 'start', spec });
  const state = processes.find((each) => each.spec.name === spec.name);
  if (state) return state;
  throw new NetworkError('ERR_SUPERVISOR', `${spec.name} was not started.`);
}

/** Stops a process and keeps it stopped until it is started again. */
export async function stopProcess(organization: SupervisorOwner, name: string): Promise<void> {
  await ask(organization, { do: 'stop', name });
}

/** Stops a process and forgets it. */
export async function removeProcess(organization: SupervisorOwner, name: string): Promise<void> {
  await ask(organization, { do: 'remove', name });
}

/** Stops a process if it runs and starts it as it was first started. */
export async function restartProcess(organization: SupervisorOwner, name: string): Promise<void> {
  await ensureSupervisor(organization);
  await ask(organization, { do: 'restart', name });
}

/** Starts again everything that ran when the supervisor was last shut down. */
export async function startAll(organization: SupervisorOwner): Promise<readonly ProcessState[]> {
  await ensureSupervisor(organization);
  return ask(organization, { do: 'startAll' });
}

/** Stops all of the organization's processes and then its supervisor. */
export async function shutdown(organization: SupervisorOwner): Promise<void> {
  await ensureSupervisor(organization);
  const { pid, startTicks } = recordedState(organization) ?? {};
  await ask(organization, { do: 'shutdown' });
  while (livenessOf(pid, startTicks) === 'running') await delay(20);
}

async function ask(
  organization: SupervisorOwner,
  request: Request,
): Promise<readonly ProcessState[]> {
  const reply = await exchange(organization, request);
  if (reply.ok) return reply.processes;
  throw new NetworkError('ERR_SUPERVISOR', `Supervisor of ${organization.name}: ${reply.message}`);
}

function exchange(organization: SupervisorOwner, request: Request): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (cause?: Error) => {
      reject(
        new NetworkError(
          'ERR_SUPERVISOR',
          `The supervisor of ${organization.name} does not answer.`,
          'Run network.sh status, then network.sh start.',
          { cause },
        ),
      );
    };
    const socket = connect(reachable(organization.directories.supervisor, socketName));
    socket.on('error', fail);
    socket.on('data', (chunk) => (text += chunk.toString('utf8')));
    socket.on('end', () => {
      if (text.endsWith('\n')) resolve(JSON.parse(text) as Reply);
      else fail();
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
