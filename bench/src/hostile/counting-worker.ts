import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel, parentPort, threadId, type MessagePort } from 'node:worker_threads';
import countedSeal from './counted-seal.js';
import { CHANNEL, type WorkerReport } from './worker-report.js';

const { counted } = countedSeal;

// The engine's own worker, as it was built. Only node-seal is another for it: one that counts.
const counting = pathToFileURL(path.join(__dirname, 'counted-seal.js')).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node-seal' && context.parentURL !== counting
      ? { url: counting, shortCircuit: true }
      : next(specifier, context),
});

/** Notes for which input a request comes, and tells of each answer before it is given. */
function reportAnswers(port: MessagePort): void {
  const channel = new BroadcastChannel(CHANNEL);
  let tag: number | undefined;
  const on = port.on.bind(port) as (event: string, listener: (message: unknown) => void) => unknown;
  const post = port.postMessage.bind(port);
  Object.assign(port, {
    on: (event: string, listener: (message: unknown) => void) =>
      on(event, (message) => {
        tag = (message as { tag?: number }).tag;
        listener(message);
      }),
    postMessage: (message: object, transfer: readonly ArrayBuffer[] = []) => {
      if (!('progress' in message)) {
        const { loads, refusals, heapBytes } = counted;
        const report = { threadId, tag, loads, refusals, heapBytes: heapBytes() };
        channel.postMessage(report satisfies WorkerReport);
        Object.assign(counted, { loads: 0, refusals: 0 });
      }
      post(message, transfer);
    },
  });
}

if (parentPort !== null) {
  reportAnswers(parentPort);
  const load = createRequire(__filename);
  const manifest = load.resolve('@salus/compute/package.json');
  load(path.join(path.dirname(manifest), 'dist', 'engine', 'worker.js'));
}
