'use strict';

// Folders are judged without the tests, which look in from above.

const { options } = require('./walls.js');

module.exports = {
  forbidden: [
    {
      name: 'no-folder-circle',
      severity: 'error',
      scope: 'folder',
      comment: 'Folders that import each other are one room with two doors.',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    ...options,
    exclude: {
      path: `${options.exclude.path}|\\.(test|fixture)\\.ts$|/test-support/|^(test|bench)/`,
    },
  },
};
