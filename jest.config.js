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
  module: { type: 'commonjs', ignoreDynamic: true },
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
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'],
    '^@salus/chaincode-common$': '<rootDir>/chaincode/common/src/index.ts',
    '^@salus/chaincode-common/portable$': '<rootDir>/chaincode/common/src/portable.ts',
    '^@salus/chaincode-computation$': '<rootDir>/chaincode/computation/src/index.ts',
    '^@salus/chaincode-computation/rules$': '<rootDir>/chaincode/computation/src/rules/index.ts',
    '^@salus/claims-contract/rules$': '<rootDir>/chaincode/claims-contract/src/rules/opening.ts',
    '^@salus/statistics-contract/rules$':
      '<rootDir>/chaincode/statistics-contract/src/rules/index.ts',
    '^@salus/memory-ledger$': '<rootDir>/chaincode/memory-ledger/src/index.ts',
    '^@salus/(ehr|drug|claims|statistics)-contract$':
      '<rootDir>/chaincode/$1-contract/src/index.ts',
    '^@salus/semantics-contract$': '<rootDir>/test/semantics-contract/src/index.ts',
    // Its package lets nobody require it.
    '^fhir-kit-client$': '<rootDir>/node_modules/fhir-kit-client/dist/index.js',
    '^@salus/client/service$': '<rootDir>/client/src/service/index.ts',
    '^@salus/(compute|client|gateway|network)$': '<rootDir>/$1/src/index.ts',
  },
  modulePathIgnorePatterns: ['/dist/', '/build/', '/.stryker-tmp/'],
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{chaincode,compute,client,gateway,network,test,bench}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.network\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'network',
      testMatch: ['<rootDir>/{network,client,gateway,test}/**/*.network.test.ts'],
      globalSetup: '<rootDir>/test/global-setup.js',
      globalTeardown: '<rootDir>/test/global-teardown.js',
    },
  ],
};
