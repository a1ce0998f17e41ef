import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SalusError } from '@salus/protocol';
import { invalid, NotYet } from '../errors/refusal.js';
import { SealedFolder } from '../storage/sealed-folder.js';
import type { Answer } from './entry.js';
import { Outbox, type Handler } from './outbox.js';

const key = randomBytes(32);
const answer = (body: unknown): Answer => ({ status: 201, headers: {}, body });
const operation = { key: 'k1', kind: 'write', practitioner: 'dr-1', request: { name: 'Canary' } };

describe('the outbox', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'salus-outbox-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  const boxOf = (write: Handler, clock = Date.now, folder = new SealedFolder(home, key)) =>
    new Outbox({ folder, handlers: { write }, clock });

  it('carries a request out once, however often it comes', async () => {
    const handler = jest.fn<Promise<Answer>, Parameters<Handler>>(() =>
      Promise.resolve(answer('a')),
    );
    const box = boxOf(handler);
    const entries = await Promise.all([box.submit(operation), box.submit(operation)]);
    entries.push(await box.submit(operation), await boxOf(handler).submit(operation));
    expect(entries.map(({ answer: got }) => got?.body)).toEqual(['a', 'a', 'a', 'a']);
    expect(handler).toHaveBeenCalledTimes(1);
    expect(handler).toHaveBeenCalledWith(operation.request, {
      id: entries[0].id,
      practitioner: 'dr-1',
    });
  });

  it('takes equal requests without a key for one, and those of two practitioners for two', async () => {
    let count = 0;
    const box = boxOf(() => Promise.resolve(answer(++count)));
    const keyless = { ...operation, key: undefined };
    await box.submit(keyless);
    await box.submit(keyless);
    await box.submit({ ...keyless, practitioner: 'dr-2' });
    expect(count).toBe(2);
  });

  it('refuses a key that stands for another request', async () => {
    const box = boxOf(() => Promise.resolve(answer('a')));
    await box.submit(operation);
    await expect(box.submit({ ...operation, request: {} })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      status: 422,
    });
  });

  it('gives a refusal again, and tries what is transient again', async () => {
    const errors = [
      new SalusError('ERR_PEER_UNREACHABLE', 'away'),
      invalid('name', 'The name is wrong'),
    ];
    const handler = jest.fn(() => Promise.reject(errors.shift() ?? new Error('none left')));
    const box = boxOf(handler);
    await expect(box.submit(operation)).resolves.toMatchObject({
      state: 'PENDING',
      lastError: 'ERR_PEER_UNREACHABLE',
    });
    const refused = { state: 'REFUSED', refusal: { code: 'ERR_INVALID_ARGUMENT' }, attempts: 2 };
    await expect(box.submit(operation)).resolves.toMatchObject(refused);
    await expect(box.submit(operation)).resolves.toMatchObject(refused);
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('keeps keys of two clients that act for one practitioner apart', async () => {
    let count = 0;
    const box = boxOf(() => Promise.resolve(answer(++count)));
    const by = (client: string, request: object) => ({ ...operation, client, request });
    await box.submit(by('lab', { n: 1 }));
    await box.submit(by('ward', { n: 2 }));
    expect(count).toBe(2);
    await expect(box.submit(by('lab', { n: 2 }))).rejects.toMatchObject({ status: 422 });
  });

  it.each(['ERR_FORBIDDEN', 'ERR_CONFLICT', 'ERR_KEY_MISMATCH', 'ERR_NOT_FOUND'] as const)(
    'carries out again what was refused for %s, which may have changed',
    async (code) => {
      const errors = [new SalusError(code, 'no')];
      const box = boxOf(() => {
        const error = errors.pop();
        return error ? Promise.reject(error) : Promise.resolve(answer('done'));
      });
      await expect(box.submit(operation)).resolves.toMatchObject({ state: 'REFUSED' });
      await expect(box.submit({ ...operation, request: {} })).rejects.toMatchObject({
        status: 422,
      });
      await expect(box.submit(operation)).resolves.toMatchObject({ answer: { body: 'done' } });
    },
  );

  describe('for a write that comes before its patient', () => {
    const DAY = 86_400_000;
    const waitingBox = () => {
      const world = { now: Date.now(), known: false };
      const folder = new SealedFolder(home, key);
      const write: Handler = () =>
        world.known ? Promise.resolve(answer('written')) : Promise.reject(new NotYet('no', 'wait'));
      const register: Handler = () => {
        world.known = true;
        return Promise.resolve(answer('registered'));
      };
      const handlers = { write, register };
      const clock = () => world.now;
      return { world, box: new Outbox({ folder, handlers, clock, awaited: ['register'] }) };
    };

    it('waits, and writes it when the patient comes', async () => {
      const { box } = waitingBox();
      const { id } = await box.submit(operation);
      await expect(box.find(id)).resolves.toMatchObject({ state: 'PENDING' });
      await box.submit({ ...operation, key: 'k2', kind: 'register' });
      await box.settle();
      await expect(box.find(id)).resolves.toMatchObject({ answer: { body: 'written' } });
    });

    it('refuses it after a week in vain', async () => {
      const { box, world } = waitingBox();
      const { id } = await box.submit(operation);
      world.now += 8 * DAY;
      await box.resume();
      await expect(box.find(id)).resolves.toMatchObject({
        state: 'REFUSED',
        request: null,
        refusal: { code: 'ERR_NOT_FOUND' },
      });
    });
  });

  it('tries what is transient again after pauses that grow', async () => {
    let now = Date.now();
    const handler = jest.fn(() => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'away')));
    const box = boxOf(handler, () => now);
    await box.submit(operation);
    const triesAfter = async (ms: number) => {
      now += ms;
      await box.resume();
      return handler.mock.calls.length;
    };
    expect(await triesAfter(14_000)).toBe(1);
    expect(await triesAfter(1000)).toBe(2);
    expect(await triesAfter(15_000)).toBe(2);
    expect(await triesAfter(15_000)).toBe(3);
    await box.resume({ all: true });
    expect(handler).toHaveBeenCalledTimes(4);
    await box.submit(operation);
    expect(handler).toHaveBeenCalledTimes(5);
    for (let more = 0; more < 10; more += 1) await triesAfter(300_000);
    expect(handler).toHaveBeenCalledTimes(15);
  });

  it('sets a damaged file aside, tells of it, and takes up all others', async () => {
    const away = { now: true };
    const told: string[] = [];
    const box = new Outbox({
      folder: new SealedFolder(home, key),
      handlers: {
        write: () =>
          away.now
            ? Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'away'))
            : Promise.resolve(answer(1)),
      },
      report: ({ outcome }) => told.push(outcome),
    });
    for (const name of ['a', 'b', 'c', 'd', 'e']) await box.submit({ ...operation, key: name });
    const [first = '', second = ''] = (await readdir(home)).toSorted();
    await writeFile(path.join(home, first), 'damaged');
    await new SealedFolder(home, key).put(second.replace('.sealed', ''), { of: 'a later release' });
    away.now = false;
    told.length = 0;
    await box.resume({ all: true });
    expect(told.filter((one) => one === 'DONE')).toHaveLength(3);
    expect(told.filter((one) => one !== 'DONE')).toHaveLength(2);
    expect(told).toContain('ERR_DECRYPTION_FAILED');
    const files = await readdir(home);
    expect(files.filter((file) => file.endsWith('.damaged'))).toHaveLength(1);
    expect(files).toContain(second);
    told.length = 0;
    await box.resume({ all: true });
    expect(told).not.toContain('ERR_DECRYPTION_FAILED');
  });

  it('journals anew a request whose file is damaged', async () => {
    const box = boxOf(() => Promise.resolve(answer('again')));
    const { id } = await box.submit(operation);
    await writeFile(path.join(home, `${id}.sealed`), 'damaged');
    await expect(box.submit(operation)).resolves.toMatchObject({ answer: { body: 'again' } });
  });

  it('lets no write that hangs keep the others', async () => {
    let release: () => void = () => undefined;
    const hanging = new Promise<Answer>((resolve) => (release = () => resolve(answer('late'))));
    const ends = { away: true };
    const box = boxOf((request) => {
      if (ends.away) return Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'away'));
      return (request as { hangs?: true }).hangs ? hanging : Promise.resolve(answer('done'));
    });
    await box.submit({ ...operation, request: { hangs: true } });
    const others = [];
    for (const name of ['x', 'y', 'z']) others.push(await box.submit({ ...operation, key: name }));
    ends.away = false;
    const resuming = box.resume({ all: true });
    for (const { id } of others) {
      while ((await box.find(id))?.state !== 'DONE') await new Promise(setImmediate);
    }
    release();
    await resuming;
    expect(box.pending).toBe(0);
  });

  it('takes up what waited', async () => {
    let away = true;
    const box = boxOf(() =>
      away
        ? Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'away'))
        : Promise.resolve(answer(1)),
    );
    const { id } = await box.submit(operation);
    expect(box.pending).toBe(1);
    away = false;
    await box.resume({ all: true });
    expect(box.pending).toBe(0);
    await expect(box.find(id)).resolves.toMatchObject({ state: 'DONE', request: null });
  });

  it('forgets an answer after its retention', async () => {
    let now = Date.now();
    const box = boxOf(
      () => Promise.resolve(answer(1)),
      () => now,
    );
    const { id } = await box.submit(operation);
    now += 8 * 24 * 60 * 60 * 1000;
    await box.resume();
    await expect(box.find(id)).resolves.toBeUndefined();
  });

  it('keeps nothing in the clear, and no file that was moved', async () => {
    const box = boxOf(() => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'away')));
    const { id } = await box.submit(operation);
    await box.submit({ ...operation, key: 'k2' });
    const files = await readdir(home);
    const texts = await Promise.all(files.map((file) => readFile(path.join(home, file), 'latin1')));
    expect(texts.join()).not.toContain('Canary');
    const other = files.find((file) => !file.startsWith(id))!;
    await rm(path.join(home, `${id}.sealed`));
    await rename(path.join(home, other), path.join(home, `${id}.sealed`));
    await expect(box.find(id)).rejects.toMatchObject({ code: 'ERR_DECRYPTION_FAILED' });
  });

  describe('over a crash', () => {
    /** A ledger that takes a record of an ID once. */
    class Ledger {
      readonly records = new Map<string, unknown>();
      put(id: string, value: unknown): void {
        if (!this.records.has(id)) this.records.set(id, value);
      }
    }

    class Crash extends Error {}

    type Through = <T>(effect: () => T | Promise<T>) => Promise<T>;

    /** Ends the "process" at the n-th effect, before or after it happened. */
    const crashingAt = (point: number) => {
      let effects = 0;
      let crash: () => void;
      const crashed = new Promise<void>((resolve) => (crash = resolve));
      const through = async <T>(effect: () => T | Promise<T>): Promise<T> => {
        const crashIf = (due: boolean) => {
          if (!due) return;
          crash();
          throw new Crash();
        };
        effects += 1;
        crashIf(effects * 2 - 1 === point);
        const result = await effect();
        crashIf(effects * 2 === point);
        return result;
      };
      return { through, crashed };
    };

    class CrashingFolder extends SealedFolder {
      constructor(readonly through: Through) {
        super(home, key);
      }
      override put(name: string, value: unknown): Promise<void> {
        return this.through(() => super.put(name, value));
      }
    }

    // Effects: journal the request, two writes on the ledger, journal the answer.
    it.each([1, 2, 3, 4, 5, 6, 7, 8])(
      'loses and doubles nothing, whichever effect it crashes at: %i',
      async (point) => {
        const ledger = new Ledger();
        const handlerWith =
          (through: Through): Handler =>
          async (request) => {
            await through(() => ledger.put('record', request));
            await through(() => ledger.put('details', request));
            return answer('stored');
          };
        const { through, crashed } = crashingAt(point);
        // A dead process does not journal what killed it.
        const dying = boxOf(
          (request, by) =>
            handlerWith(through)(request, by).catch((error: unknown) =>
              error instanceof Crash
                ? new Promise<never>(() => undefined)
                : Promise.reject(error as Error),
            ),
          Date.now,
          new CrashingFolder(through),
        );
        void dying.submit(operation).catch(() => undefined);
        await crashed;

        const alive = boxOf(handlerWith((effect) => Promise.resolve(effect())));
        await alive.resume();
        const entry = await alive.submit(operation);
        expect(entry).toMatchObject({ state: 'DONE', answer: answer('stored') });
        expect([...ledger.records.keys()].sort()).toEqual(['details', 'record']);
      },
    );
  });
});
