import { behaviours } from './behaviour/index.js';
import { MemoryWorld } from './memory-world.js';

describe('on the ledger in memory', () => {
  const world = new MemoryWorld();
  afterAll(() => world.close());
  for (const describeBehaviour of behaviours) describeBehaviour(world);
});
