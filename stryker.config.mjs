/** Mutation tests of a group of rules, folders and files; scripts/mutation/run.js goes through the groups. */
const rules = (process.env.MUTATED_RULES ?? 'packages/protocol/src/consent/combine.ts').split(',');
const folderOf = (rule) => (rule.endsWith('.ts') ? rule.slice(0, rule.lastIndexOf('/')) : rule);

export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: {
    configFile: 'jest.rules.config.js',
    // Only these tests are looked at for each mutant.
    config: { roots: [...new Set(rules.map((rule) => `<rootDir>/${folderOf(rule)}`))] },
    enableFindRelatedTests: true,
  },
  mutate: [
    ...rules.map((rule) => (rule.endsWith('.ts') ? rule : `${rule}/**/*.ts`)),
    '!**/*.test.ts',
    '!**/test-support/**',
  ],
  ignorePatterns: [
    '**/dist',
    '**/build',
    '**/*.tsbuildinfo',
    '.salus',
    'docs',
    'bench/results',
    'test/data',
  ],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATION_WORKERS ?? 2),
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 90, low: 80, break: 80 },
};
