import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { livenessOf, startTicksOf } from './process-identity.js';

/** A process that listens, with threads that keep it from ending at once: it prints its port. */
const LISTENER = `
  const { Worker } = require('node:worker_threads');
  for (let each = 0; each < 6; each += 1) new Worker('for (;;);', { eval: true });
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    console.log(server.address().port);
  });
`;

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

test('a killed process counts as running until it has let go of its port', async () => {
  for (let round = 0; round < 5; round += 1) {
    const child = spawn(process.execPath, ['-e', LISTENER], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [text] = (await once(child.stdout, 'data')) as [Buffer];
      const { pid = 0 } = child;
      const startTicks = startTicksOf(pid);
      expect(livenessOf(pid, startTicks)).toBe('running');
      child.kill('SIGKILL');
      // Without a pause: the time between the first thread's end and the last one's is short.
      while (livenessOf(pid, startTicks) === 'running');
      expect(await accepts(Number(text.toString()))).toBe(false);
    } finally {
      child.kill('SIGKILL');
    }
  }
});

test('a process of another start than the recorded one is foreign', () => {
  expect(livenessOf(process.pid, startTicksOf(process.pid))).toBe('running');
  expect(livenessOf(process.pid, '1')).toBe('foreign');
  expect(livenessOf(undefined, '1')).toBe('gone');
});
