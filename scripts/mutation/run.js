'use strict';

// Mutation tests of the rules, a group of them at a time, each against the tests beside it:
// `npm run mutation` for all, `npm run mutation -- ehr common` for some. Fails below 80 %.

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const bin = path.join(root, 'node_modules', '.bin');

const FOLDERS = {
  common: 'chaincode/common',
  ehr: 'chaincode/ehr-contract',
  drug: 'chaincode/drug-contract',
  computation: 'chaincode/computation',
  claims: 'chaincode/claims-contract',
  statistics: 'chaincode/statistics-contract',
};

const named = process.argv.slice(2);
const unknown = named.filter((group) => !Object.hasOwn(FOLDERS, group));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Groups are ${Object.keys(FOLDERS).join(', ')}.`);
  process.exit(2);
}

let failed = [];
for (const group of named.length > 0 ? named : Object.keys(FOLDERS)) {
  console.log(`\n== ${group}`);
  const { status } = spawnSync(path.join(bin, 'stryker'), ['run'], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${bin}${path.delimiter}${process.env.PATH}`,
      MUTATED_RULES: `${FOLDERS[group]}/src/rules`,
    },
    stdio: 'inherit',
  });
  if (status !== 0) failed = [...failed, group];
}
if (failed.length > 0) console.error(`\nmutation: failed for ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
