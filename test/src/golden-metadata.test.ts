import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { contractMetadata } from '@salus/memory-ledger';
import { canonicalJson } from '@salus/protocol';
import { deployments } from './deployment.js';
import { contractClasses } from './memory-world.js';

// The interface that a deployed contract tells of itself. A change of it may break clients: look at
// the difference, then run with UPDATE_GOLDEN=1.
describe('contract metadata', () => {
  test.each(deployments.map(({ name }) => name))('%s is as agreed', (name) => {
    const contracts = contractClasses[name];
    if (!contracts) throw new Error(`The chaincode ${name} exports no class`);
    const found = pretty(contractMetadata(...contracts));
    const golden = path.join(__dirname, 'golden', `${name}.golden.json`);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, found);
    expect(found).toBe(readFileSync(golden, 'utf8'));
  });
});

function pretty(metadata: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(metadata)), null, 2)}\n`;
}
