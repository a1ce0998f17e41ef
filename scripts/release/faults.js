'use strict';

// What is wrong with a package as it would be published: checked on the unpacked tarball, which is
// all that a user gets.

const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/** What a user has no use for: tests, sources, and the compiler's own notes. */
const NOT_SHIPPED = /\.(test|fixture)\.|(^|\/)(test-support|src|node_modules)\/|\.tsbuildinfo$/;

const isFile = (file) => existsSync(file) && statSync(file).isFile();

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Every file that a manifest promises, with the member that names it. */
function promised({ main, types, bin, exports: entries }) {
  const walk = (value, at) =>
    typeof value === 'string'
      ? [[at, value]]
      : Object.entries(value ?? {}).flatMap(([key, inner]) => walk(inner, `${at} ${key}`));
  return [
    ...walk(main, 'main'),
    ...walk(types, 'types'),
    ...walk(bin, 'bin'),
    ...walk(entries, 'exports'),
  ];
}

/** Whether TypeScript finds types under every condition of a way into the package. */
const isTyped = (entry) =>
  typeof entry === 'string'
    ? entry.endsWith('.json')
    : entry.types !== undefined || Object.values(entry).every(isTyped);

/** Ways into the package that TypeScript finds no types for. */
function untyped({ types, exports: entries }) {
  if (entries === undefined) return types === undefined ? ['types is not set'] : [];
  return Object.entries(entries)
    .filter(([, entry]) => !isTyped(entry))
    .map(([name]) => `exports ${name} has no types`);
}

function legal(folder, manifest, release) {
  const license = path.join(folder, 'LICENSE');
  const readme = path.join(folder, 'README.md');
  const faults = [];
  if (manifest.license !== release.license) faults.push(`license is not ${release.license}`);
  if (!isFile(license)) faults.push('LICENSE is missing');
  else if (readFileSync(license, 'utf8') !== release.licenseText)
    faults.push('LICENSE is not that of the repository');
  if (!isFile(readme)) faults.push('README.md is missing');
  else if (!readFileSync(readme, 'utf8').startsWith(`# ${manifest.name}\n`))
    faults.push(`README.md does not begin with "# ${manifest.name}"`);
  if (!manifest.description) faults.push('description is missing');
  return faults;
}

function dependencyFaults({ dependencies, peerDependencies, optionalDependencies }, release) {
  return Object.entries({ ...dependencies, ...peerDependencies, ...optionalDependencies }).flatMap(
    ([name, version]) => {
      if (/^(file|link|workspace|git)/.test(version) || version === '*')
        return [`depends on ${name} at ${version}, which no registry has`];
      if (!release.workspaces.includes(name)) return [];
      if (!release.published.includes(name)) return [`depends on ${name}, which is not published`];
      return version === release.version
        ? []
        : [`depends on ${name} at ${version}, not ${release.version}`];
    },
  );
}

/** Imports of files that the package does not contain. */
function dangling(folder, file) {
  const { importedFiles } = ts.preProcessFile(
    readFileSync(path.join(folder, file), 'utf8'),
    true,
    true,
  );
  const isThere = (target) =>
    ['', '.js', '.d.ts', '/index.js', '/index.d.ts'].some((end) => isFile(`${target}${end}`)) ||
    isFile(target.replace(/\.(m?)js$/, '.d.$1ts'));
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .filter((name) => !isThere(path.resolve(folder, path.dirname(file), name)))
    .map((name) => `${file} imports ${name}, which is not in the package`);
}

/**
 * The faults of an unpacked package.
 *
 * @param folder where it was unpacked
 * @param release version, license and licenseText of the repository; the names of all workspaces and
 *   of those that are published
 */
function faultsOf(folder, release) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = filesOf(folder);
  return [
    ...(manifest.version === release.version ? [] : [`version is not ${release.version}`]),
    ...legal(folder, manifest, release),
    ...files.filter((file) => NOT_SHIPPED.test(file)).map((file) => `${file} is not for users`),
    ...promised(manifest)
      .filter(([, target]) => !isFile(path.join(folder, target)))
      .map(([at, target]) => `${at} is ${target}, which is not in the package`),
    ...untyped(manifest),
    ...dependencyFaults(manifest, release),
    ...files
      .filter((file) => /\.(m?js|d\.m?ts)$/.test(file))
      .flatMap((file) => dangling(folder, file)),
  ];
}

module.exports = { faultsOf };
