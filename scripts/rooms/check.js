'use strict';

// The lint of the rooms. It finds circles of files and folders, breaches of the walls of walls.js, imports
// that a workspace does not declare, and test code in what a workspace ships. `npm run check` runs it.

const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { builtinModules } = require('node:module');
const path = require('node:path');
const ts = require('typescript');

const root = path.resolve(process.argv[2] ?? path.join(__dirname, '..', '..'));
const cruiser = path.join(
  __dirname,
  '..',
  '..',
  'node_modules',
  'dependency-cruiser',
  'bin/dependency-cruiser.mjs',
);

/** What only tests load: see `exclude` of the workspaces' tsconfig.json. */
const TEST_CODE = /\.(test|fixture)\.ts$|\/test-support\//;

const { workspaces } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const rooms = workspaces.filter((folder) => existsSync(path.join(root, folder, 'src')));

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Walls and circles, by dependency-cruiser. */
function cruise(rules) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, '--config', path.join(__dirname, rules), ...rooms.map((room) => `${room}/src`)],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return status === 0 ? [] : [`${stdout.trim()}\n${stderr.trim()}`];
}

/** The package that an import names; undefined for a file and for Node's own modules. */
function packageOf(specifier) {
  if (/^[./]|^node:/.test(specifier) || builtinModules.includes(specifier)) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Imports of packages that the importer's own package.json does not name. */
function undeclared(folder) {
  const { name, dependencies, devDependencies, peerDependencies, optionalDependencies } =
    JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const shipped = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  const { devDependencies: shared } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  // What a contract's bundle inlines is needed to build it, not to run it.
  const inlined =
    existsSync(path.join(root, folder, 'collections_config.json')) || folder.endsWith('-contract');
  return filesUnder(path.join(root, folder, 'src'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .flatMap((file) => {
      const known = TEST_CODE.test(file)
        ? { ...shared, ...shipped, ...devDependencies }
        : { ...shipped, ...(inlined && devDependencies) };
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
      return importedFiles
        .map(({ fileName }) => packageOf(fileName))
        .filter((used) => used !== undefined && used !== name && known[used] === undefined)
        .filter((used) => known[`@types/${used}`] === undefined)
        .map(
          (used) =>
            `${path.relative(root, file)} imports ${used}, which ${folder}/package.json does not name`,
        );
    });
}

/** Test code that was compiled into what a workspace ships. */
function testsShipped(folder) {
  return ['dist', 'build']
    .flatMap((name) => filesUnder(path.join(root, folder, name)))
    .filter((file) => /\.(test|fixture)\.(d\.ts|js)$|\/test-support\//.test(file))
    .map((file) => `${path.relative(root, file)} is test code in what ${folder} ships`);
}

const faults = [
  ...cruise('walls.js'),
  ...cruise('folders.js'),
  ...rooms.flatMap(undeclared),
  ...rooms.flatMap(testsShipped),
];
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0 ? `rooms: ${rooms.length} in order` : `rooms: ${faults.length} fault(s)`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
