import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PACK = path.join(__dirname, '..', '..', '..', 'scripts', 'release', 'pack.js');

/** What an application installs with the SDK, without `node-seal` and other optional packages. */
export interface SdkSize {
  readonly packages: number;
  readonly megabytes: number;
  /** Of the SDK's own packages. */
  readonly ownMegabytes: number;
}

/** Packs the SDK, installs the tarballs into an empty folder, and counts the bytes of all files. */
export function sdkSize(report: (line: string) => void): Promise<SdkSize> {
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-sdk-size-'));
  try {
    const packed = execFileSync(process.execPath, [PACK, path.join(folder, 'tarballs')]);
    const tarballs = packed.toString('utf8').trim().split('\n');
    writeFileSync(path.join(folder, 'package.json'), '{ "name": "app", "private": true }\n');
    const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    execFileSync('npm', ['install', ...quietly, '--omit=optional', ...tarballs], { cwd: folder });
    const modules = path.join(folder, 'node_modules');
    const size = {
      packages: packagesIn(modules),
      megabytes: megabytesIn(modules),
      ownMegabytes: megabytesIn(path.join(modules, '@salus')),
    };
    report(`${size.packages} packages, ${size.megabytes} MB`);
    return Promise.resolve(size);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packagesIn(modules: string): number {
  return readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$|^(@[^/]+\/)?[^/@]+\/package\.json$/.test(
      name,
    ),
  ).length;
}

function megabytesIn(folder: string): number {
  const bytes = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
  return Math.round(bytes / 1e5) / 10;
}
