import { behaviours } from './behaviour/index.js';
import { MemoryWorld } from './memory-world.js';

// A loaded machine takes seconds for what a ceremony or a study computes.
jest.setTimeout(60_000);

describe('on the ledger in memory', () => {
  const world = new MemoryWorld();
  afterAll(() => world.close());
  for (const describeBehaviour of behaviours) describeBehaviour(world);
});
