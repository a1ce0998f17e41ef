import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root, shellLines } from './blocks.js';

const lines = shellLines()
  .map(({ line }) => line)
  .filter((line) => line.startsWith('npx node --inspect'));

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly hitBreakpoints?: readonly string[]; readonly url?: string };
}

/** Runs a line of the guide with an inspector on a free port, until `use` is done with its address. */
async function inspected<T>(line: string, use: (address: string) => Promise<T>): Promise<T> {
  const [, , inspect = '', ...words] = line.split(' ');
  const home = mkdtempSync(path.join(tmpdir(), 'salus-debugging-'));
  const given = words.map((word) => (word === 'HOME' ? home : word));
  const child = spawn(process.execPath, [`${inspect}=0`, ...given], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  try {
    for await (const told of createInterface({ input: child.stderr })) {
      const [address] = /ws:\/\/\S+/.exec(told) ?? [];
      if (address !== undefined) return await use(address);
    }
    throw new Error(`${line} ended without an inspector`);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Stops at the first line that runs in a source, as an inspector does that follows source maps. */
async function stopIn(source: string, address: string): Promise<string> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  let id = 0;
  const send = (method: string, params: object = {}) => {
    socket.send(JSON.stringify({ id: (id += 1), method, params }));
  };
  const scripts: string[] = [];
  const stopped = new Promise<string>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const { method, params } = JSON.parse(String(data)) as Message;
      if (method === 'Debugger.scriptParsed') scripts.push(params?.url ?? '');
      if (method !== 'Debugger.paused') return;
      const isHere = (params?.hitBreakpoints?.length ?? 0) > 0;
      if (isHere) resolve(scripts.findLast((url) => url.endsWith(source)) ?? '');
      else send('Debugger.resume');
    });
  });
  send('Debugger.enable');
  send('Debugger.setBreakpointByUrl', { urlRegex: `${source}$`, lineNumber: 0 });
  send('Runtime.runIfWaitingForDebugger');
  try {
    return await stopped;
  } finally {
    socket.close();
  }
}

describe('the commands for debugging', () => {
  it('are there for a test, a contract and a service', () => {
    expect(lines).toHaveLength(3);
  });

  it.each(lines)('let an inspector attach: %s', async (line) => {
    expect(await inspected(line, (address) => Promise.resolve(address))).toContain('127.0.0.1');
  });

  it('stop a test at a breakpoint in a TypeScript source', async () => {
    const [test = ''] = lines;
    const source = '/src/consent/combine.ts';
    expect(await inspected(test, (address) => stopIn(source, address))).toContain(source);
  });
});
