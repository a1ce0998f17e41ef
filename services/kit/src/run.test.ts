import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { serveUntilTold } from './run.js';

const serviceAt = (url: string) => ({ url, close: jest.fn(() => Promise.resolve()) });

describe('a service of a home', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'salus-run-'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(home, { recursive: true });
  });

  it('runs once: a second one is refused, and the first is reached as before', async () => {
    const told = new PassThrough();
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => told.write(text));
    const file = path.join(home, 'wallet.url');
    const first = serviceAt('https://127.0.0.1:1');
    const running = serveUntilTold(first, { home, name: 'wallet' });
    await once(told, 'data');

    const second = serviceAt('https://127.0.0.1:2');
    await expect(serveUntilTold(second, { home, name: 'wallet' })).rejects.toMatchObject({
      code: 'ERR_HOME_IN_USE',
    });
    expect(second.close).toHaveBeenCalled();
    expect(first.close).not.toHaveBeenCalled();
    expect(await readFile(file, 'utf8')).toBe('https://127.0.0.1:1\n');

    process.emit('SIGTERM');
    await running;
    expect(first.close).toHaveBeenCalled();
    const third = serveUntilTold(second, { home, name: 'wallet' });
    await once(told, 'data');
    expect(await readFile(file, 'utf8')).toBe('https://127.0.0.1:2\n');
    process.emit('SIGTERM');
    await third;
  });
});
