'use strict';

// Each file of network tests gives the shared network back as it got it. A file that does not is
// the one that fails, and the next one finds every node running.

const path = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

module.exports = class NetworkEnvironment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    const { checkTestNetwork } = require(
      path.join(__dirname, 'dist', 'support', 'test-network.js'),
    );
    await checkTestNetwork(process.env.SALUS_TEST_HOME);
  }
};
