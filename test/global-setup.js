'use strict';

// One network for all of a run's network tests; SALUS_TEST_HOME names a running one to use instead.

const path = require('node:path');

module.exports = async function setup() {
  if (process.env.SALUS_TEST_HOME) return;
  const { startTestNetwork } = require(path.join(__dirname, 'dist', 'support', 'test-network.js'));
  const network = await startTestNetwork();
  process.env.SALUS_TEST_HOME = network.home;
  globalThis.salusTestNetwork = network;
};
