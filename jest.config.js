'use strict';

// fabric-shim tells of every annotation and every failing transaction.
process.env.CORE_CHAINCODE_LOGGING_LEVEL ??= 'critical';

const swcOptions = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
};

/** Packages published as ES modules only: jest's module system needs them as CommonJS. */
const esmOnly = [
  'jose',
  'canonicalize',
  '@hpke',
  '@noble',
  'commander',
  'picocolors',
  'cookie',
  'fhir-kit-client',
];

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '\\.[cm]?[jt]s$': ['@swc/jest', swcOptions] },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnly.join('|')})/)`],
  resolver: '<rootDir>/scripts/jest-resolver.js',
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'],
    // Its package lets nobody require it.
    '^fhir-kit-client$': '<rootDir>/node_modules/fhir-kit-client/dist/index.js',
  },
  modulePathIgnorePatterns: ['/dist/', '/build/', '/.stryker-tmp/'],
};

const rooms = '{packages,chaincode,client,services,cli,network,test,bench,scripts}';

module.exports = {
  // Tells a test that hangs. How fast things are is for the benchmarks: a busy machine fails no test.
  testTimeout: 600_000,
  // Unit tests take every processor; jest would leave one idle, which is half of a small machine.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/scripts/jest-sequencer.js',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [`<rootDir>/${rooms}/**/*.test.ts`],
      testPathIgnorePatterns: ['/node_modules/', '\\.network\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'network',
      testEnvironment: '<rootDir>/test/network-environment.js',
      testMatch: [`<rootDir>/${rooms}/**/*.network.test.ts`],
      globalSetup: '<rootDir>/test/global-setup.js',
      globalTeardown: '<rootDir>/test/global-teardown.js',
    },
  ],
};
