'use strict';

// What takes longest comes first, so that no worker is left with it when the others have ended. jest
// knows how long a file took the last time; in a fresh clone it takes large files for long ones.

const { default: Sequencer } = require('@jest/test-sequencer');

/** Long ones that look short: what they run stands in other files. */
const LONG = /\/test\/src\/behaviour\.test\.ts$/;

/** Leaves keys and openings on the shared network that nobody finishes, and that later services would take up. */
const LAST = /\/behaviour\.network\.test\.ts$/;

module.exports = class LongFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ path }) => LONG.test(path);
    const isLast = ({ path }) => LAST.test(path);
    const others = sorted.filter((test) => !isLong(test) && !isLast(test));
    return [...sorted.filter(isLong), ...others, ...sorted.filter(isLast)];
  }
};
