import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorDocs } from './error-docs.js';

describe('docs/errors.md', () => {
  it('is what the tables of codes say', () => {
    const file = path.join(__dirname, '..', '..', 'docs', 'errors.md');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, errorDocs());
    expect(readFileSync(file, 'utf8')).toBe(errorDocs());
  });
});
