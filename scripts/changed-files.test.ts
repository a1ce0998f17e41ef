import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { filesToTest } from './changed-files.js';

let root: string;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
    cwd: root,
    stdio: 'pipe',
  });
const write = (file: string, text = '') => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const commit = () => {
  git('add', '-A');
  git('commit', '-q', '-m', 'a');
};

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'salus-changed-'));
  git('init', '-q', '-b', 'main');
  write('client/src/a.ts');
  write('client/src/b.ts');
  write('docs/a.md');
  write('package.json');
  commit();
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('the files to test', () => {
  it('are none where nothing changed', () => {
    expect(filesToTest(root)).toEqual([]);
  });

  it('are all where there is no repository', () => {
    rmSync(path.join(root, '.git'), { recursive: true });
    expect(filesToTest(root)).toBeUndefined();
  });

  it('are sources that changed and new ones, and no documents', () => {
    write('client/src/a.ts', 'changed');
    write('client/src/new.test.ts');
    write('docs/a.md', 'changed');
    expect(filesToTest(root)).toEqual(['client/src/a.ts', 'client/src/new.test.ts']);
  });

  it('include those of commits that the upstream branch lacks', () => {
    git('checkout', '-q', '-b', 'work', '--track', 'main');
    write('client/src/b.ts', 'changed');
    commit();
    expect(filesToTest(root)).toEqual(['client/src/b.ts']);
  });

  it('are all where a change concerns every test', () => {
    write('client/src/a.ts', 'changed');
    write('package.json', '{}');
    expect(filesToTest(root)).toBeUndefined();
  });

  it('are all where a source is gone', () => {
    rmSync(path.join(root, 'client/src/b.ts'));
    expect(filesToTest(root)).toBeUndefined();
  });
});
