import path from 'node:path';

/** A script of this package as it was built: a process of its own can't run sources. */
export function builtScript(name: 'serve-store' | 'stream-content'): string {
  return path.join(__dirname, '..', 'dist', `${name}.js`);
}
