import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { aloneIn } from './home-lock.js';

const inUse = expect.objectContaining({ code: 'ERR_HOME_IN_USE' }) as Error;
let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'salus-lock-'));
});

afterEach(() => rm(home, { recursive: true }));

const nothing = () => Promise.resolve('done');

describe('work that a home has one process for', () => {
  it('is refused to a second one, and free again afterwards', async () => {
    await aloneIn(home, 'wallet', () =>
      expect(aloneIn(home, 'wallet', nothing)).rejects.toThrow(inUse),
    );
    await expect(aloneIn(home, 'wallet', nothing)).resolves.toBe('done');
  });

  it('is free again after it failed', async () => {
    const failing = aloneIn(home, 'import', () => Promise.reject(new Error('failed')));
    await expect(failing).rejects.toThrow('failed');
    await expect(aloneIn(home, 'import', nothing)).resolves.toBe('done');
  });

  it('is given to one of all who ask at once, also by another path', async () => {
    const alias = path.join(home, 'alias');
    await symlink(home, alias);
    const asked = [home, alias, home, alias];
    // The one holds the home until the others have their answer.
    let refusals = 0;
    let release: () => void;
    const othersRefused = new Promise<void>((resolve) => (release = resolve));
    const outcomes = await Promise.allSettled(
      asked.map((each) =>
        aloneIn(each, 'import', () => othersRefused).catch((error: unknown) => {
          refusals += 1;
          if (refusals === asked.length - 1) release();
          throw error;
        }),
      ),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'rejected', reason: inUse })),
    );
  });

  it('leaves other work and other homes alone', async () => {
    await aloneIn(home, 'wallet', async () => {
      await expect(aloneIn(home, 'import', nothing)).resolves.toBe('done');
      await expect(aloneIn(path.join(home, 'other'), 'wallet', nothing)).resolves.toBe('done');
    });
  });

  it('is free again once its process was killed', async () => {
    const program = `require(${JSON.stringify(path.join(__dirname, '..', '..', 'dist', 'home', 'home-lock.js'))})
      .aloneIn(process.argv[1], 'wallet', () => { console.log('held'); return new Promise(() => 0); })`;
    const child = spawn(process.execPath, ['-e', program, home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(aloneIn(home, 'wallet', nothing)).rejects.toThrow(inUse);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(aloneIn(home, 'wallet', nothing)).resolves.toBe('done');
  });

  it('is told apart by a secret that only the owner reads', async () => {
    await aloneIn(home, 'wallet', nothing);
    expect((await stat(path.join(home, 'lock.secret'))).mode & 0o777).toBe(0o600);
  });
});
