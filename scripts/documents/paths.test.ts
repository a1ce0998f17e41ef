import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root, spans } from './blocks.js';

const rooms = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
  .map(({ name }) => name);

/** Whether a span of code is a path from the root, with nothing for the reader to fill in. */
const isPath = (text: string) =>
  rooms.some((room) => text.startsWith(`${room}/`)) && /^[\w./@-]+$/.test(text);

/** What only a build or an installation makes. */
const isMade = (text: string) => /(^|\/)(dist|build|node_modules)(\/|$)/.test(text);

describe('the paths in the sentences of the documents', () => {
  const paths = spans().filter(({ text }) => isPath(text) && !isMade(text));

  it('are found in several documents', () => {
    expect(new Set(paths.map(({ file }) => file)).size).toBeGreaterThan(5);
  });

  it('lead to files and folders that are there', () => {
    const lost = paths
      .filter(({ text }) => !existsSync(path.join(root, text)))
      .map(({ file, line, text }) => `${file}:${line} ${text}`);
    expect(lost).toEqual([]);
  });
});
