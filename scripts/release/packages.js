'use strict';

// The packages that others install: the SDK and what it stands on.

const { readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');

const folders = [
  'packages/protocol',
  'packages/crypto',
  'packages/compute',
  'packages/content',
  'packages/fhir',
  'packages/wallet',
  'packages/proofs',
  'client',
];

const packages = folders.map((folder) => {
  const place = path.join(root, folder);
  return {
    folder: place,
    manifest: JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')),
  };
});

/** The CommonJS file of each entry point, by the subpath that imports it. */
function entriesOf({ folder, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath, target]) => ({ subpath, file: path.join(folder, target.require.default) }));
}

module.exports = { root, packages, entriesOf };
