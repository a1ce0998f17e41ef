'use strict';

// Makes each entry point importable as an ES module. The module re-exports the CommonJS one by name, so
// that both kinds of importers share one implementation and one SalusError.

const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { packages, entriesOf } = require('./packages.js');

const HEADER = '// Made by scripts/release/entries.js from the CommonJS module beside it.\n';

function writeEntries() {
  for (const one of packages) {
    for (const { file } of entriesOf(one)) {
      const names = Object.keys(require(file)).sort();
      const base = path.basename(file, '.js');
      const from = `from './${base}.js';\n`;
      const target = path.join(path.dirname(file), base);
      const list = names.map((name) => `  ${name},\n`).join('');
      writeFileSync(`${target}.mjs`, `${HEADER}export {\n${list}} ${from}`);
      writeFileSync(`${target}.d.mts`, `${HEADER}export * ${from}`);
    }
  }
}

module.exports = { writeEntries };
