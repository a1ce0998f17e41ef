import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { up } from '../lifecycle/network.js';
import { instanceOf } from './instance.js';
import { makeDirectory } from './make-directory.js';

const scratch = mkdtempSync(path.join(tmpdir(), 'salus-directory-'));

test('a directory is made with those above it, for the owner only, or is there already', () => {
  const directory = path.join(scratch, 'one', 'two');
  makeDirectory(directory, 'SALUS_HOME');
  makeDirectory(directory, 'SALUS_HOME');
  for (const made of [directory, path.dirname(directory)]) {
    expect(statSync(made).mode & 0o777).toBe(0o700);
  }
});

const file = path.join(scratch, 'file');
writeFileSync(file, '');

test.each(['/proc/x', '/proc/x/y', file, path.join(file, 'below'), '/dev/null/x'])(
  'a directory that can not be made is an error: %s',
  (directory) => {
    expect(() => makeDirectory(directory, 'SALUS_HOME')).toThrow(
      expect.objectContaining({
        code: 'ERR_ARGUMENT',
        message: expect.stringContaining(directory) as string,
        remedy: expect.stringContaining('SALUS_HOME') as string,
      }) as Error,
    );
  },
);

test('up ends with an error where there can be no SALUS_HOME', async () => {
  const instance = instanceOf({ home: '/proc/x', portBase: 26_400 });
  await expect(up(instance)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' });
});
