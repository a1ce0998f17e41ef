import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SalusError } from '@salus/protocol';
import { invalid } from '../errors/refusal.js';
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
    await box.resume();
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
