/** Mutation tests of the contracts' rules: `npm run mutation`, or `npm run mutation -- -m <files>`. */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { configFile: 'jest.rules.config.js', enableFindRelatedTests: true },
  mutate: ['chaincode/*/src/rules/**/*.ts', '!**/*.test.ts'],
  ignorePatterns: ['**/dist', '**/build', '**/*.tsbuildinfo', '.salus', 'network', 'docs', 'bench'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};
