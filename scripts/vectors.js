'use strict';

// Has the second implementation of the computing layer, in Go, compute all test vectors anew, and compares
// them with the ones in the repository, byte by byte. `--write` puts them there. It takes Node and Go, and
// nothing of node_modules.

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const reference = path.join(__dirname, '..', 'packages', 'compute', 'reference');
const file = path.join(reference, 'vectors.json');
const name = path.relative(process.cwd(), file);

/** What Go prints, as bytes. */
function rebuilt() {
  const { status, stdout, error } = spawnSync('go', ['run', '.', 'vectors'], {
    cwd: reference,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  if (error?.code === 'ENOENT')
    throw new Error('Go is not installed: get 1.24 or newer, https://go.dev/dl');
  if (error) throw error;
  if (status !== 0) throw new Error(`go run ended with status ${status}`);
  return stdout;
}

/** The first line in which two texts differ, from 1 on. */
function firstDifference(one, other) {
  const [lines, others] = [one, other].map((bytes) => bytes.toString().split('\n'));
  return lines.findIndex((line, index) => line !== others[index]) + 1 || lines.length + 1;
}

try {
  const vectors = rebuilt();
  if (process.argv.includes('--write')) writeFileSync(file, vectors);
  const committed = readFileSync(file);
  if (!committed.equals(vectors)) {
    const line = firstDifference(committed, vectors);
    throw new Error(`${name} differs from what Go computes, first in line ${line}`);
  }
  const hash = createHash('sha256').update(vectors).digest('hex');
  console.log(`${name} is what Go computes: ${vectors.length} bytes, SHA-256 ${hash}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
