import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { eventually } from '@salus/testing/eventually';
import { Backlog } from './backlog.js';

const schema = z.strictObject({
  name: z.string(),
  status: z.enum(['WAITING', 'RUNNING', 'DONE']),
  dueAt: z.string().optional(),
});
type TestJob = z.infer<typeof schema>;
const waiting = (name: string, dueAt?: string): TestJob => ({
  ...{ name, status: 'WAITING' },
  ...(dueAt !== undefined && { dueAt }),
});

describe('a backlog', () => {
  let folder: string;
  /** What was worked on, in this order, with the failures so far. */
  let done: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-backlog-'));
    done = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  const file = () => path.join(folder, 'jobs.json');
  const open = async (
    act: (name: string, backlog: Backlog<TestJob>) => Promise<void> = (name, backlog) =>
      backlog.finish(name),
    retryMs = 20,
  ) => {
    const backlog: Backlog<TestJob> = await Backlog.open({
      ...{ file: file(), schema, keyOf: ({ name }) => name, retryMs },
      work: async ({ name }, failures) => {
        done.push(`${name}${failures}`);
        await act(name, backlog);
      },
    });
    return backlog;
  };
  const running = async (backlog: Backlog<TestJob>, act: () => Promise<void>) => {
    const stopping = new AbortController();
    const working = backlog.run(stopping.signal);
    try {
      await act();
    } finally {
      stopping.abort();
      await working;
    }
  };

  it('has a job that fails wait by itself, longer and longer; others go on', async () => {
    const started = Date.now();
    const backlog = await open(async (name, all) => {
      if (name !== 'bad') await all.finish(name);
    }, 40);
    await backlog.add([waiting('bad'), waiting('a')]);
    await running(backlog, async () => {
      await eventually(() => {
        expect(done).toContain('bad2');
      }, 5);
      // Added while the other one waits: it is done at once.
      await backlog.add([waiting('b')]);
      await eventually(() => {
        expect(done).toContain('b0');
      }, 5);
    });
    expect(done.slice(0, 2)).toEqual(['bad0', 'a0']);
    const failed = done.filter((each) => each.startsWith('bad'));
    expect(failed.slice(0, 3)).toEqual(['bad0', 'bad1', 'bad2']);
    // 40 ms after the first failure, 80 ms after the second.
    expect(Date.now() - started).toBeGreaterThanOrEqual(115);
    expect(backlog.jobs).toEqual([waiting('bad')]);
  });

  it('does a job at its time, which a restart keeps', async () => {
    const dueAt = new Date(Date.now() + 400).toISOString();
    const before = await open();
    await before.add([waiting('later', dueAt)]);
    expect(await before.workOff()).toBe(true);
    const backlog = await open();
    expect(backlog.jobs).toEqual([waiting('later', dueAt)]);
    await running(backlog, async () => {
      await eventually(() => {
        expect(done).toEqual(['later0']);
      }, 5);
    });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(dueAt));
    expect(await readFile(file(), 'utf8')).toBe('[]');
  });

  it('does a job again that was added while it was done', async () => {
    let isFirst = true;
    const backlog = await open(async (name, all) => {
      if (isFirst) {
        isFirst = false;
        await all.add([waiting(name)]);
      }
      await all.finish(name);
    });
    await backlog.add([waiting('a')]);
    expect(await backlog.workOff()).toBe(false);
    expect(backlog.jobs).toEqual([waiting('a')]);
    expect(await backlog.workOff()).toBe(true);
    // Added anew, it has not failed.
    expect(done).toEqual(['a0', 'a0']);
    expect(backlog.jobs).toEqual([]);
  });

  it('keeps what is left to do of a job for later', async () => {
    const dueAt = new Date(Date.now() + 3_600_000).toISOString();
    const backlog = await open((name, all) => all.finish(name, waiting(name, dueAt)));
    await backlog.add([waiting('a')]);
    expect(await backlog.workOff()).toBe(true);
    expect(await backlog.workOff()).toBe(true);
    expect(done).toEqual(['a0']);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual([waiting('a', dueAt)]);
  });

  it('does all that waits when it is told to, whatever failed before', async () => {
    const backlog = await open(() => Promise.resolve(), 3_600_000);
    await backlog.add([waiting('a')]);
    expect([await backlog.workOff(), await backlog.workOff()]).toEqual([false, false]);
    expect(done).toEqual(['a0', 'a1']);
  });
});
