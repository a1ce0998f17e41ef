import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ComputeError } from '../bfv/errors.js';
import { InParts } from './protocol.js';
import { WorkerQueue } from './worker-queue.js';

/** Answers with how many requests this worker has seen, or does what the request says. */
const script = `
const { parentPort } = require('node:worker_threads');
let seen = 0;
parentPort.on('message', ({ request, staging }) => {
  seen += 1;
  if (request === 'hang') for (;;);
  if (request === 'die') process.exit(3);
  if (request === 'throw') throw new Error('out of memory');
  const failure = { code: 'ERR_ENGINE_FAILED', message: 'native' };
  if (request === 'fail') parentPort.postMessage({ failure, recycle: true });
  else if (request === 'refuse') parentPort.postMessage({ failure, recycle: false });
  else if (staging) {
    const { byteLength } = staging;
    parentPort.postMessage({ result: [...request[0], byteLength], staging }, [staging]);
  } else parentPort.postMessage({ result: seen });
});`;

/** So long that only the test's own clock gets there. */
const TIMEOUT_MS = 3_600_000;

describe('a queue of work for a worker', () => {
  let folder: string;
  let queue: WorkerQueue;
  const queueOf = (workerPath: string) =>
    new WorkerQueue({
      workerPath,
      workerData: {},
      timeoutMs: TIMEOUT_MS,
      workers: 1,
      maxWaiting: 8,
    });
  const run = (request: unknown) => queue.run('encrypt', () => request);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'salus-worker-'));
    await writeFile(join(folder, 'worker.js'), script);
  });
  beforeEach(() => {
    queue = queueOf(join(folder, 'worker.js'));
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

  test('moves copies to its worker in memory that comes back', async () => {
    const runWith = (...values: readonly number[]) =>
      queue.run('encrypt', (staging) => staging.copiesOf([Uint8Array.from(values)]));
    expect(await runWith(1, 2, 3)).toEqual([1, 2, 3, 3]);
    // The same three bytes travel once more.
    expect(await runWith(7)).toEqual([7, 3]);
    await expect(run('die')).rejects.toMatchObject({ code: 'ERR_ENGINE_FAILED' });
    expect(await runWith(8)).toEqual([8, 3]);
  });

  test('does its first job in the worker that was started ahead', async () => {
    const started = jest.spyOn(Worker.prototype, 'unref');
    queue.warmUp();
    queue.warmUp();
    expect(started).toHaveBeenCalledTimes(1);
    const [warmed] = started.mock.contexts as Worker[];
    const served = jest.spyOn(warmed as Worker, 'postMessage');
    expect(await run(0)).toBe(1);
    expect(served).toHaveBeenCalledTimes(1);
    started.mockRestore();
  });

  test('tells in a request what keeps a worker from starting', async () => {
    const broken = queueOf(join(folder, 'missing.js'));
    broken.warmUp();
    await expect(broken.run('encrypt', () => 0)).rejects.toMatchObject({
      code: 'ERR_ENGINE_FAILED',
    });
    await broken.close();
  });

  test('starts nothing ahead once it is closed', async () => {
    await queue.close();
    expect(() => queue.warmUp()).toThrow('the engine is closed');
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
  ])('replaces its worker after it was told to %s, and goes on', async (request, code) => {
    await run(0);
    const failed = run(request);
    const next = run(0);
    await expect(failed).rejects.toMatchObject({ code });
    expect(await next).toBe(1);
  });

  test('replaces its worker after it was told to hang, and goes on', async () => {
    await run(0);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    try {
      const failed = run('hang');
      const next = run(0);
      jest.advanceTimersByTime(TIMEOUT_MS);
      await expect(failed).rejects.toMatchObject({ code: 'ERR_ENGINE_TIMEOUT' });
      expect(await next).toBe(1);
    } finally {
      jest.useRealTimers();
    }
  });

  test('refuses what cannot be sent, and goes on', async () => {
    await expect(run(() => 1)).rejects.toMatchObject({ code: 'ERR_ENGINE_FAILED' });
    expect(await run(0)).toBe(1);
  });

  test('refuses more than may wait, until there is room', async () => {
    const taken = Array.from({ length: 9 }, () => run(0));
    await expect(run(0)).rejects.toMatchObject({ code: 'ERR_ENGINE_BUSY' });
    await queue.capacity();
    const one = run(0);
    expect(await Promise.all(taken)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await one).toBe(10);
  });

  test('gives up what waits and what runs, and goes on', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const given = [1, 2].map((request) => queue.run('encrypt', () => request, { signal }));
    const kept = run(0);
    controller.abort();
    for (const one of [...given, queue.run('encrypt', () => 3, { signal })]) {
      await expect(one).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    }
    expect(await kept).toBe(2);
  });

  test('makes a request only when its turn comes, and refuses the one that cannot be made', async () => {
    const order: string[] = [];
    const first = queue.run('encrypt', () => order.push('first'));
    const second = queue.run('encrypt', () => order.push('second'));
    expect(order).toEqual(['first']);
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    const missing = () => {
      throw new ComputeError('ERR_CIPHERTEXT_MISSING', 'gone');
    };
    await expect(queue.run('encrypt', missing)).rejects.toMatchObject({
      code: 'ERR_CIPHERTEXT_MISSING',
    });
    expect(await run(0)).toBe(3);
  });

  test('sends a request in parts, each after the answer to the one before, and nothing between', async () => {
    const made: string[] = [];
    function* parts(name: string) {
      for (let part = 0; part < 3; part += 1) {
        made.push(`${name}${part}`);
        yield part;
      }
    }
    const inParts = (name: string) => queue.run('evaluate', () => new InParts(parts(name)));
    expect(await Promise.all([inParts('a'), run(0), inParts('b')])).toEqual([3, 4, 7]);
    expect(made).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
  });

  test.each([
    ['fails in its worker', ['fail']],
    ['ends its worker', ['die']],
    ['cannot be sent', [() => 1]],
  ])('gives a request up of which a part %s, and goes on', async (_, [bad]) => {
    const parts = [0, bad, 0].values();
    const request = queue.run('evaluate', () => new InParts(parts as Iterator<unknown, void>));
    const next = run(0);
    await expect(request).rejects.toMatchObject({ code: 'ERR_ENGINE_FAILED' });
    expect(await next).toBeLessThan(3);
  });

  test('spreads over several workers', async () => {
    const workerPath = join(folder, 'worker.js');
    const limits = { timeoutMs: TIMEOUT_MS, workers: 2, maxWaiting: 8 };
    const wide = new WorkerQueue({ ...limits, workerPath, workerData: {} });
    const twice = [wide.run('encrypt', () => 0), wide.run('encrypt', () => 0)];
    expect(await Promise.all(twice)).toEqual([1, 1]);
    await wide.close();
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
