'use strict';

// Packs the SDK and what it needs: `node scripts/release/pack.js FOLDER` leaves the tarballs there and
// prints their names. Everything has to be built before.

const { spawnSync } = require('node:child_process');
const { mkdirSync } = require('node:fs');
const path = require('node:path');
const { root, packages } = require('./packages.js');

/** @returns the tarballs' file names, absolute */
function pack(destination) {
  mkdirSync(destination, { recursive: true });
  const args = packages.flatMap(({ manifest }) => ['--workspace', manifest.name]);
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['pack', '--json', '--pack-destination', destination, ...args],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  return JSON.parse(stdout).map(({ filename }) => path.join(destination, filename));
}

module.exports = { pack };

if (require.main === module) {
  const [destination] = process.argv.slice(2);
  if (destination === undefined) {
    console.error('usage: node scripts/release/pack.js FOLDER');
    process.exitCode = 2;
  } else {
    for (const file of pack(path.resolve(destination))) console.log(file);
  }
}
