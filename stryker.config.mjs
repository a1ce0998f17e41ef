/** Mutation tests of one folder of rules; scripts/mutation/run.js goes through them. */
const rules = process.env.MUTATED_RULES ?? 'chaincode/common/src/rules';

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: {
    configFile: 'jest.rules.config.js',
    // Only these tests are looked at for each mutant.
    config: { roots: [`<rootDir>/${rules}`] },
    enableFindRelatedTests: true,
  },
  mutate: [`${rules}/**/*.ts`, '!**/*.test.ts'],
  ignorePatterns: ['**/dist', '**/build', '**/*.tsbuildinfo', '.salus', 'docs', 'bench', 'test'],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATION_WORKERS ?? 2),
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};
