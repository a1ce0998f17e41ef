'use strict';

// The tests of the pure rules alone: what the mutation tester runs for every mutant.

const { projects, testTimeout } = require('./jest.config.js');

const { testMatch: _all, displayName: _name, ...unit } = projects[0];

module.exports = {
  ...unit,
  testTimeout,
  roots: ['<rootDir>/chaincode', '<rootDir>/packages/protocol'],
  testMatch: [
    '<rootDir>/chaincode/*/src/rules/**/*.test.ts',
    '<rootDir>/packages/protocol/src/*/*.test.ts',
  ],
  runtime: '<rootDir>/scripts/mutation/runtime.js',
  // The copy under test lies in .stryker-tmp itself.
  modulePathIgnorePatterns: ['/dist/', '/build/'],
};
