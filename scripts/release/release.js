'use strict';

// `npm run release`: packs every workspace that is not private, checks each tarball, and lists what
// would be published. It publishes nothing.

const { spawnSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { faultsOf } = require('./faults.js');

const root = path.join(__dirname, '..', '..');
const read = (...at) => JSON.parse(readFileSync(path.join(root, ...at), 'utf8'));

function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} failed:\n${stderr ?? ''}`);
  return stdout;
}

/** Packs a workspace and unpacks it again, as a user's npm would. */
function packed(workspace, scratch) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch];
  const [tarball] = JSON.parse(run('npm', [...args, '--workspace', workspace]));
  const folder = path.join(scratch, tarball.id.replaceAll('/', '-'));
  mkdirSync(folder);
  const file = path.join(scratch, tarball.filename);
  run('tar', ['-xzf', file, '-C', folder, '--strip-components', '1']);
  return { ...tarball, folder };
}

function main() {
  const { version, license, workspaces } = read('package.json');
  const manifests = workspaces.map((folder) => ({ folder, ...read(folder, 'package.json') }));
  const publishable = manifests.filter((manifest) => manifest.private !== true);
  const release = {
    version,
    license,
    licenseText: readFileSync(path.join(root, 'LICENSE'), 'utf8'),
    workspaces: manifests.map(({ name }) => name),
    published: publishable.map(({ name }) => name),
  };
  run(process.execPath, [path.join(root, 'scripts', 'build.js')], { stdio: 'inherit' });
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'salus-release-'));
  let faults = 0;
  try {
    for (const { folder } of publishable) {
      const { id, entryCount, size, unpackedSize, folder: unpacked } = packed(folder, scratch);
      const kib = (bytes) => `${Math.ceil(bytes / 1024)} KiB`;
      console.log(`${id}: ${entryCount} files, ${kib(size)} packed, ${kib(unpackedSize)} unpacked`);
      for (const fault of faultsOf(unpacked, release)) {
        faults += 1;
        console.log(`  ${fault}`);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(
    faults === 0
      ? `release: ${publishable.length} packages of version ${version} are in order; nothing was published`
      : `release: ${faults} fault(s); nothing was published`,
  );
  return faults === 0 ? 0 : 1;
}

process.exitCode = main();
