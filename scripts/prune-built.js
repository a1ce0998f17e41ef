'use strict';

// Removes what an earlier build made of sources that have moved or gone since. tsc leaves such files, and a
// stale one answers where a fresh clone has none.

const { existsSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');

const compiled = /(\.d)?\.[cm]?[jt]s(\.map)?$/;

/** Removes the compiled files of `outDir` that no source in `rootDir` stands behind; tells which. */
function pruneFolder(rootDir, outDir) {
  if (!existsSync(outDir)) return [];
  const stale = readdirSync(outDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && compiled.test(entry.name))
    .map((entry) => path.relative(outDir, path.join(entry.parentPath, entry.name)))
    .filter((file) => !existsSync(path.join(rootDir, file.replace(compiled, '.ts'))));
  for (const file of stale) rmSync(path.join(outDir, file));
  return stale;
}

/** Prunes every project that the root's tsconfig.json references. */
function pruneBuilt(root) {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const { references } = read(path.join(root, 'tsconfig.json'));
  return references.flatMap(({ path: folder }) => {
    const project = path.join(root, folder);
    const { outDir, rootDir } = read(path.join(project, 'tsconfig.json')).compilerOptions ?? {};
    if (!outDir || !rootDir) return [];
    return pruneFolder(path.join(project, rootDir), path.join(project, outDir));
  });
}

module.exports = { pruneFolder, pruneBuilt };
