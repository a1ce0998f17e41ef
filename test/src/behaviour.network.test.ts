import { describeDrug } from './behaviour/drug.js';
import { describeEhr } from './behaviour/ehr.js';
import { behaviours, type Behaviour } from './behaviour/index.js';
import { describeLedgerSemantics } from './behaviour/ledger-semantics.js';
import { describeStatistics } from './behaviour/statistics.js';
import { NetworkWorld } from './network-world.js';
import { testNetworkHome } from './support/test-network.js';

/**
 * Whose cases have keys of their own on the ledger, and mostly wait for blocks: several run at a time.
 * The others share what their transactions change, such as the budget of a committee's key.
 */
const SEVERAL_AT_A_TIME: ReadonlySet<Behaviour> = new Set([
  describeLedgerSemantics,
  describeEhr,
  describeDrug,
  describeStatistics,
]);

describe('on a running network', () => {
  const world = new NetworkWorld(testNetworkHome());
  afterAll(() => world.close());
  const alone = test;
  for (const describeBehaviour of behaviours) {
    const isAlone = !SEVERAL_AT_A_TIME.has(describeBehaviour);
    Object.assign(globalThis, { test: isAlone ? alone : alone.concurrent });
    describeBehaviour(world);
  }
});
