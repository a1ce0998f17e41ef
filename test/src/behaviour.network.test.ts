import { behaviours } from './behaviour/index.js';
import { NetworkWorld } from './network-world.js';
import { testNetworkHome } from './support/test-network.js';

describe('on a running network', () => {
  const world = new NetworkWorld(testNetworkHome());
  afterAll(() => world.close());
  for (const describeBehaviour of behaviours) describeBehaviour(world);
});
