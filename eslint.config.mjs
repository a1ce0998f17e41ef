import tseslint from 'typescript-eslint';

const LONGEST = 'jest.config.js says how long a test may take: a slow machine fails none.';
const FIGURES =
  'How fast and how large things are is for the benchmarks: a test would fail by the machine.';

/** What makes a test fail on one machine and pass on another. */
const dependsOnTheMachine = [
  {
    selector:
      'CallExpression[callee.name=/^(test|it|before|after)(All|Each)?$/] > Literal[raw=/^\\d/]',
    message: LONGEST,
  },
  {
    selector: 'CallExpression[callee.callee.property.name="each"] > Literal[raw=/^\\d/]',
    message: LONGEST,
  },
  {
    selector: 'MemberExpression[object.name="jest"][property.name="setTimeout"]',
    message: LONGEST,
  },
  {
    selector: 'MemberExpression[object.name="performance"][property.name="now"]',
    message: FIGURES,
  },
  {
    selector: 'MemberExpression[object.name="process"][property.name=/^(memoryUsage|hrtime)$/]',
    message: FIGURES,
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/build/',
      '**/node_modules/',
      '**/coverage/',
      '**/.stryker-tmp/',
      '.salus/',
      '**/*.js',
      '**/*.mjs',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': 'off',
      // What is named beside a rest is left out of it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': ['error', ...dependsOnTheMachine],
    },
  },
);
