'use strict';

// The walls between the rooms. ARCHITECTURE.md shows them; rooms.test.ts breaks each one.

/** Sources that a user's program loads: no test, and nothing made for tests. */
const PRODUCT = {
  pathNot: '\\.(test|fixture)\\.ts$|/test-support/|^packages/testing/|^(test|bench)/',
};
const SERVICES = '^services/([^/]+)/';

/** Nobody of `from` imports anything of `to`. */
const wall = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { ...PRODUCT, ...from },
  to,
});

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Files that import each other cannot be read, tested or moved one at a time.',
      from: PRODUCT,
      to: { circular: true },
    },
    wall(
      'protocol-knows-nobody',
      { path: '^packages/protocol/' },
      { path: '^(?!packages/protocol/)(packages|chaincode|client|services|cli|network)/' },
      'What all parties agree on depends on no party.',
    ),
    wall(
      'protocol-imports-two-libraries',
      { path: '^packages/protocol/' },
      { path: 'node_modules/(?!zod/|canonicalize/|@noble/hashes/)' },
      'zod, canonicalize and a portable SHA-256 are all that the protocol stands on.',
    ),
    wall(
      'protocol-runs-anywhere',
      { path: '^packages/protocol/' },
      { dependencyTypes: ['core'] },
      'Browsers run the protocol: it imports no module of Node.js.',
    ),
    wall(
      'packages-know-no-network',
      { path: '^packages/' },
      { path: '^(chaincode|client|services|cli|network)/' },
      'A library is importable alone.',
    ),
    wall(
      'contracts-know-no-client',
      { path: '^chaincode/' },
      { path: '^(client|services|cli|network)/' },
      'A contract is executed by peers, for whatever client.',
    ),
    wall(
      'client-runs-no-service',
      { path: '^client/' },
      { path: '^(chaincode|services|cli|network)/' },
      'A hospital embeds the SDK without the services and without contracts.',
    ),
    wall(
      'client-loads-no-chaincode-runtime',
      { path: '^(client|packages|services|cli)/' },
      { path: 'node_modules/(fabric-contract-api|fabric-shim)/' },
      'The chaincode runtime belongs to contracts.',
    ),
    {
      name: 'services-know-kit-and-client',
      severity: 'error',
      comment: 'A service is deployed without the others: what two of them share is in the kit.',
      from: { ...PRODUCT, path: SERVICES },
      to: { path: '^(services/(?!(kit|$1)/)|chaincode/|cli/|network/)' },
    },
    {
      name: 'kit-knows-no-service',
      severity: 'error',
      comment: 'The kit is below the services.',
      from: { ...PRODUCT, path: '^services/kit/' },
      to: { path: '^services/(?!kit/)' },
    },
    {
      name: 'nobody-imports-cli',
      severity: 'error',
      comment: 'The command line is a program, not a library.',
      from: { path: '^(?!cli/)' },
      to: { path: '^cli/' },
    },
    wall(
      'tests-alone-import-testing',
      { path: '^(?!bench/|test/|packages/testing/)' },
      { path: '^packages/testing/|/test-support/|\\.fixture\\.ts$' },
      'What helps tests is not shipped.',
    ),
    {
      name: 'rules-import-no-fabric',
      severity: 'error',
      comment: 'A rule is a pure decision: it is tested and proven without a ledger.',
      from: { ...PRODUCT, path: '/rules/' },
      to: { path: 'node_modules/(fabric-|@hyperledger/)|/transactions/' },
    },
  ],
  options: {
    // Other workspaces are reached through what they are built to, which the compiler keeps free of circles.
    doNotFollow: { path: 'node_modules|/(dist|build)/' },
    exclude: { path: '\\.d\\.ts$|^bench/results|^test/data' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default'],
    },
  },
};
