'use strict';

// Compiles the workspaces and makes the SDK's entry points for ES modules. Then bundles each contract into
// a folder that stands alone: the workspace packages are inlined, the packages of the registry stay
// dependencies.
//
//   node scripts/build.js [--product] [WHAT tsc -b TAKES…]      --product leaves tests and benchmarks out

const { execFileSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');
const { pruneBuilt } = require('./prune-built.js');
const { declareEntries, writeEntries } = require('./release/entries.js');

const root = path.join(__dirname, '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

const options = {
  // Paths in the bundle's comments must not depend on where the build was started.
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  sourcemap: false,
  keepNames: true,
  logLevel: 'warning',
};

/** Everything but the workspace packages and relative files stays an import of the registry's package. */
const registryPackagesStayOutside = {
  name: 'registry-packages-stay-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, (request) =>
      request.kind === 'entry-point' || request.path.startsWith('@salus/')
        ? undefined
        : { path: request.path, external: true },
    );
  },
};

/** The workspaces that a network, its services and the SDK run from. */
function productWorkspaces() {
  const { workspaces } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return workspaces.filter((folder) => !/^(test|bench)($|\/)/.test(folder));
}

async function main() {
  const words = process.argv.slice(2);
  const isProduct = words.includes('--product');
  const projects = isProduct ? productWorkspaces() : [];
  const given = words.filter((word) => word !== '--product');
  pruneBuilt(root);
  declareEntries();
  execFileSync(bin('tsc'), ['-b', ...given, ...projects], { cwd: root, stdio: 'inherit' });
  writeEntries();
  const computing = ['chaincode/claims', 'chaincode/statistics', 'test/figures'];
  const own = ['membership', 'ehr', 'drug', 'claims', 'statistics'].map(
    (name) => `chaincode/${name}`,
  );
  const contracts = isProduct ? own : [...own, 'test/semantics', 'test/figures'];
  for (const name of contracts) {
    const folder = path.join(root, `${name}-contract`);
    const entryPoints = { index: path.join(folder, 'build', 'index.js') };
    const worker = path.join(root, 'packages', 'compute', 'dist', 'engine', 'worker.js');
    if (computing.includes(name) && existsSync(worker)) entryPoints.worker = worker;
    await esbuild.build({
      ...options,
      entryPoints,
      outdir: path.join(folder, 'dist'),
      plugins: [registryPackagesStayOutside],
    });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
