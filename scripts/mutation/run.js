'use strict';

// Mutation tests of the rules, a group of them at a time, each against the tests beside it:
// `npm run mutation` for all, `npm run mutation -- ehr consent` for some. Fails below 80 %.

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const bin = path.join(root, 'node_modules', '.bin');

const PROTOCOL = 'packages/protocol/src';
const CONSENT = ['combine', 'deny', 'grant', 'lost-key', 'share'];

/** What is mutated: folders of rules, and files that all parties share. */
const GROUPS = {
  consent: CONSENT.map((rule) => `${PROTOCOL}/consent/${rule}.ts`),
  membership: ['chaincode/membership-contract/src/rules'],
  ehr: ['chaincode/ehr-contract/src/rules'],
  drug: ['chaincode/drug-contract/src/rules', `${PROTOCOL}/drug/sgtin.ts`],
  computation: [
    'chaincode/computation/src/rules',
    `${PROTOCOL}/computation/lineage.ts`,
    `${PROTOCOL}/computation/opened-values.ts`,
    `${PROTOCOL}/computation/opening.ts`,
  ],
  claims: [
    'chaincode/claims-contract/src/rules',
    `${PROTOCOL}/claims/opening.ts`,
    `${PROTOCOL}/claims/totals.ts`,
  ],
  statistics: [
    'chaincode/statistics-contract/src/rules',
    `${PROTOCOL}/statistics/cohort.ts`,
    `${PROTOCOL}/statistics/opening.ts`,
  ],
};

const named = process.argv.slice(2);
const unknown = named.filter((group) => !Object.hasOwn(GROUPS, group));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Groups are ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}

let failed = [];
for (const group of named.length > 0 ? named : Object.keys(GROUPS)) {
  console.log(`\n== ${group}`);
  const { status } = spawnSync(path.join(bin, 'stryker'), ['run'], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${bin}${path.delimiter}${process.env.PATH}`,
      MUTATED_RULES: GROUPS[group].join(','),
    },
    stdio: 'inherit',
  });
  if (status !== 0) failed = [...failed, group];
}
if (failed.length > 0) console.error(`\nmutation: failed for ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
