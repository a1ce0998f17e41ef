'use strict';

// Tests run the sources of every workspace, not what was built of them: an import of `@salus/x/y` is
// looked up in the exports of that workspace's package.json, and what it names in dist/ is taken from src/.

const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const { workspaces } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

const packages = new Map(
  workspaces.map((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    return [manifest.name, { folder: path.join(root, folder), manifest }];
  }),
);

/** The file of dist/ that an entry of `exports` names. */
function exported({ manifest }, subpath) {
  const { exports: entries = { '.': manifest.types ?? manifest.main } } = manifest;
  const target = (entry) =>
    typeof entry === 'string' ? entry : target(entry?.require ?? entry?.types ?? entry?.default);
  if (entries[subpath] !== undefined) return target(entries[subpath]);
  const pattern = entries['./*'];
  return pattern && target(pattern).replace('*', subpath.slice(2));
}

function sourceOf(request) {
  const [, name, rest = ''] = /^(@salus\/[^/]+)(\/.*)?$/.exec(request) ?? [];
  const found = packages.get(name);
  const built = found && exported(found, `.${rest}`);
  if (!built) return undefined;
  const inSources = built
    .replace(/^(\.\/)?(dist|build)\//, 'src/')
    .replace(/(\.d)?\.[cm]?[jt]s$/, '');
  const file = path.join(found.folder, `${inSources}.ts`);
  return existsSync(file) ? file : undefined;
}

module.exports = {
  sync: (request, options) => sourceOf(request) ?? options.defaultResolver(request, options),
  sourceOf,
};
