import { behaviours } from './behaviour/index.js';
import { NetworkWorld } from './network-world.js';
import { testNetworkHome } from './support/test-network.js';

// Every case has keys of its own. A case mostly waits for blocks, so several run at a time.
Object.assign(globalThis, { test: test.concurrent });

describe('on a running network', () => {
  const world = new NetworkWorld(testNetworkHome());
  afterAll(() => world.close());
  for (const describeBehaviour of behaviours) describeBehaviour(world);
});
