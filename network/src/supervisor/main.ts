// The supervisor of one organization: a process of its own that runs the organization's
// certificate authority, peer, orderer and chaincode servers, and nobody else's. It imports little
// on purpose, since there is one for each organization.

import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { Child } from './child.js';
import { startTicksOf } from './process-identity.js';
import {
  type Reply,
  type Request,
  socketName,
  stateFileName,
  type SupervisorState,
} from './protocol.js';
import { reachable } from './socket-path.js';

const directory = process.argv[2] ?? '';
const stateFile = path.join(directory, stateFileName);
const socketFile = path.join(directory, socketName);
const startedAt = new Date().toISOString();
const startTicks = startTicksOf(process.pid);
const children = new Map<string, Child>();

function save(): void {
  const state: SupervisorState = {
    pid: process.pid,
    startTicks,
    startedAt,
    processes: [...children.values()].map((child) => child.state),
  };
  const temporary = `${stateFile}.${String(process.pid)}`;
  writeFileSync(temporary, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(temporary, stateFile);
}

function takeOver(): void {
  let left: SupervisorState;
  try {
    left = JSON.parse(readFileSync(stateFile, 'utf8')) as SupervisorState;
  } catch {
    return;
  }
  for (const state of left.processes) children.set(state.spec.name, new Child(state, save));
}

function named(name: string): Child {
  const child = children.get(name);
  if (!child) throw new Error(`there is no process ${name}`);
  return child;
}

async function perform(request: Request): Promise<void> {
  switch (request.do) {
    case 'status':
      return;
    case 'start': {
      await children.get(request.spec.name)?.stop();
      const child = Child.create(request.spec, save);
      children.set(request.spec.name, child);
      child.start();
      return;
    }
    case 'startAll':
      for (const child of children.values()) if (child.state.wanted) child.start();
      return;
    case 'stop':
      return named(request.name).stop();
    case 'remove':
      await named(request.name).stop();
      children.delete(request.name);
      save();
      return;
    case 'restart':
      await named(request.name).stop();
      named(request.name).start();
      return;
    case 'shutdown':
      // Peers before orderers would be neater, but every one of them survives losing the others.
      await Promise.all([...children.values()].map((child) => child.suspend()));
  }
}

async function answer(line: string, socket: Socket): Promise<void> {
  const request = JSON.parse(line) as Request;
  let reply: Reply;
  try {
    await perform(request);
    const processes = [...children.values()].map((child) => child.state);
    reply = { ok: true, pid: process.pid, processes };
  } catch (error) {
    reply = { ok: false, message: (error as Error).message };
  }
  socket.end(`${JSON.stringify(reply)}\n`, () => {
    if (request.do === 'shutdown') leave();
  });
}

function leave(): void {
  rmSync(socketFile, { force: true });
  process.exit(0);
}

function serve(): void {
  rmSync(socketFile, { force: true });
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end >= 0) void answer(text.slice(0, end), socket);
    });
  });
  server.listen(reachable(directory, socketName), () => {
    chmodSync(socketFile, 0o600);
    save();
  });
}

process.umask(0o077);
process.on('SIGTERM', () => {
  void perform({ do: 'shutdown' }).then(leave);
});
process.on('SIGHUP', () => undefined);
takeOver();
serve();
