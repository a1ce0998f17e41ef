'use strict';

// Makes each entry point importable as an ES module. The module re-exports the CommonJS one by name, so
// that both kinds of importers share one implementation and one SalusError.

const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { packages, entriesOf } = require('./packages.js');

const HEADER = '// Made by scripts/release/entries.js from the CommonJS module beside it.\n';

const entries = packages.flatMap(entriesOf).map(({ file }) => {
  const base = path.basename(file, '.js');
  return { file, from: `from './${base}.js';\n`, target: path.join(path.dirname(file), base) };
});

/** Types of the entry points. The compiler needs them before it compiles who imports the package. */
function declareEntries() {
  for (const { from, target } of entries) {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(`${target}.d.mts`, `${HEADER}export * ${from}`);
    writeFileSync(`${target}.d.mts.map`, JSON.stringify(mapOf(target)));
  }
}

/** Tells TypeDoc and editors which source an entry point's types stand for. */
function mapOf(target) {
  const source = `${target.replace(`${path.sep}dist${path.sep}`, `${path.sep}src${path.sep}`)}.ts`;
  const sources = [path.relative(path.dirname(target), source).split(path.sep).join('/')];
  return { version: 3, file: `${path.basename(target)}.d.mts`, sources, names: [], mappings: '' };
}

/** The entry points themselves, from what the compiler has made. */
function writeEntries() {
  for (const { file, from, target } of entries) {
    const names = Object.keys(require(file)).sort();
    const list = names.map((name) => `  ${name},\n`).join('');
    writeFileSync(`${target}.mjs`, `${HEADER}export {\n${list}} ${from}`);
  }
}

module.exports = { declareEntries, writeEntries };
