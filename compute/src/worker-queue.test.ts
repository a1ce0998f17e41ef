import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerQueue } from './worker-queue.js';

/** Answers with how many requests this worker has seen, or does what the request says. */
const script = `
const { parentPort } = require('node:worker_threads');
let seen = 0;
parentPort.on('message', ({ request }) => {
  seen += 1;
  if (request === 'hang') for (;;);
  if (request === 'die') process.exit(3);
  if (request === 'throw') throw new Error('out of memory');
  const failure = { code: 'ERR_ENGINE_FAILED', message: 'native' };
  if (request === 'fail') parentPort.postMessage({ failure, recycle: true });
  else if (request === 'refuse') parentPort.postMessage({ failure, recycle: false });
  else parentPort.postMessage({ result: seen });
});`;

describe('a queue of work for a worker', () => {
  let folder: string;
  let queue: WorkerQueue;
  const run = (request: unknown) => queue.run('encrypt', () => request);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'salus-worker-'));
    await writeFile(join(folder, 'worker.js'), script);
  });
  beforeEach(() => {
    queue = new WorkerQueue({
      workerPath: join(folder, 'worker.js'),
      workerData: {},
      timeoutMs: 1_000,
      workers: 1,
      maxWaiting: 8,
    });
  });
  afterEach(async () => {
    await queue.close();
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test('is worked off in order by one worker', async () => {
    expect(await Promise.all([run(0), run(0), run(0)])).toEqual([1, 2, 3]);
  });

  test('keeps its worker after a refusal', async () => {
    await run(0);
    await expect(run('refuse')).rejects.toMatchObject({ code: 'ERR_ENGINE_FAILED' });
    expect(await run(0)).toBe(3);
  });

  test.each([
    ['fail', 'ERR_ENGINE_FAILED'],
    ['die', 'ERR_ENGINE_FAILED'],
    ['throw', 'ERR_ENGINE_FAILED'],
    ['hang', 'ERR_ENGINE_TIMEOUT'],
  ])('replaces its worker after it was told to %s, and goes on', async (request, code) => {
    await run(0);
    const failed = run(request);
    const next = run(0);
    await expect(failed).rejects.toMatchObject({ code });
    expect(await next).toBe(1);
  });

  test('refuses what cannot be sent, and goes on', async () => {
    await expect(run(() => 1)).rejects.toMatchObject({ code: 'ERR_ENGINE_FAILED' });
    expect(await run(0)).toBe(1);
  });

  test('refuses everything once closed', async () => {
    const unfinished = [run('hang'), run(0)];
    const closing = queue.close();
    for (const one of [...unfinished, run(0)]) {
      await expect(one).rejects.toMatchObject({ code: 'ERR_ENGINE_UNAVAILABLE' });
    }
    await closing;
  });
});
