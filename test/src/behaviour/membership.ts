import type { ContractWorld } from '../contract-world.js';
import { Administrators } from './membership/actors.js';
import { changeCases } from './membership/changes.js';

/** What the membership registry does, on whatever ledger. Each case leaves the members as they were. */
export function describeMembership(world: ContractWorld): void {
  describe('the membership registry', () => {
    changeCases(new Administrators(world));
  });
}
