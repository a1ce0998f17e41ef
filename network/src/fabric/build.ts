import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NetworkError } from '../instance/errors.js';
import { makeDirectory } from '../instance/make-directory.js';
import { runCommand } from '../instance/run-command.js';
import { withLock } from './lock.js';
import type { Progress } from './progress.js';

/** Release 3.1.1 of Fabric and the commit it was made from; go.mod pins the same. */
const fabricVersion = { version: 'v3.1.1', commit: '435a7f1a780a' };
const caVersion = '1.5.15';

interface GoModule {
  readonly folder: string;
  readonly title: string;
  readonly commands: readonly string[];
  readonly ldflags: string;
}

const metadata = 'github.com/hyperledger/fabric/common/metadata';
const modules: readonly GoModule[] = [
  {
    folder: path.join(__dirname, '..', '..', 'fabric'),
    title: `Fabric ${fabricVersion.version}`,
    commands: [
      'peer',
      'orderer',
      'configtxgen',
      'configtxlator',
      'cryptogen',
      'osnadmin',
      'discover',
      'ledgerutil',
    ].map((name) => `github.com/hyperledger/fabric/cmd/${name}`),
    ldflags: `-s -w -X ${metadata}.Version=${fabricVersion.version} -X ${metadata}.CommitSHA=${fabricVersion.commit}`,
  },
  {
    folder: path.join(__dirname, '..', '..', 'fabric-ca'),
    title: `Fabric CA ${caVersion}`,
    commands: ['fabric-ca-server', 'fabric-ca-client'].map(
      (name) => `github.com/hyperledger/fabric-ca/cmd/${name}`,
    ),
    ldflags: `-s -w -X github.com/hyperledger/fabric-ca/lib/metadata.Version=${caVersion}`,
  },
];

/** Where the built programs and their sample configuration are, or would be. */
export interface FabricCache {
  readonly bin: string;
  readonly config: string;
}

/** What Fabric's programs read from their configuration folder. */
export const configFiles = ['core.yaml', 'orderer.yaml'];

/** The folder with Fabric's own {@link configFiles}, in its Go module. Needs Go. */
export async function sampleConfig(): Promise<string> {
  const cwd = path.join(__dirname, '..', '..', 'fabric');
  const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/hyperledger/fabric'];
  return path.join((await runCommand('go', args, { cwd })).stdout.trim(), 'sampleconfig');
}

/** The user's cache of Salus: the programs that were built, and locks. */
export const cacheRoot = () =>
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'salus');

async function checkGo(): Promise<void> {
  try {
    await runCommand('go', ['env', 'GOVERSION']);
  } catch (cause) {
    throw new NetworkError(
      'ERR_BINARIES_MISSING',
      'Fabric has to be built once, and the Go compiler (go) is not on PATH.',
      'Install Go 1.24 or newer (https://go.dev/doc/install), or put Fabric 3.1 and Fabric CA 1.5 on PATH or in FABRIC_BIN.',
      { cause },
    );
  }
}

async function checkCompiler(): Promise<void> {
  const compiler = (await runCommand('go', ['env', 'CC'])).stdout.trim() || 'cc';
  try {
    await runCommand(compiler.split(' ')[0] ?? compiler, ['--version']);
  } catch (cause) {
    throw new NetworkError(
      'ERR_BINARIES_MISSING',
      `Fabric CA has to be built once, and the C compiler (${compiler}) that its SQLite needs is missing.`,
      'Install one, on Debian or Ubuntu: apt-get install gcc libc6-dev.',
      { cause },
    );
  }
}

/** The cache's directory: other pinned modules have one of their own. */
function cacheDirectory(): string {
  const sums = modules.map((each) => readFileSync(path.join(each.folder, 'go.sum'), 'utf8'));
  const hash = createHash('sha256').update(JSON.stringify(sums)).digest('hex');
  return path.join(cacheRoot(), `fabric-3.1.1-${hash.slice(0, 16)}`);
}

/** What is in the cache already; undefined if nothing was built. Needs no compiler. */
export function cachedFabric(): FabricCache | undefined {
  const directory = cacheDirectory();
  return existsSync(directory) ? layoutOf(directory) : undefined;
}

const layoutOf = (directory: string): FabricCache => ({
  bin: path.join(directory, 'bin'),
  config: path.join(directory, 'config'),
});

/**
 * The programs built from the pinned Go modules: from the user's cache, built there first if need be.
 *
 * @throws NetworkError ERR_BINARIES_MISSING without Go or a C compiler, ERR_BUILD_FAILED
 */
export async function builtFabric(progress: Progress): Promise<FabricCache> {
  const cached = cachedFabric();
  if (cached) return cached;
  const directory = cacheDirectory();
  await checkGo();
  await checkCompiler();
  makeDirectory(cacheRoot(), 'XDG_CACHE_HOME');
  await withLock(
    `${directory}.lock`,
    async () => {
      // Whoever held the lock before may have built it.
      if (!existsSync(directory)) await buildInto(directory, progress);
    },
    (pid) => progress(`Another build of Fabric runs (process ${pid}); waiting for it`),
  );
  return layoutOf(directory);
}

/** Builds beside the directory and renames at the end: a build cut off half-way is never used. */
async function buildInto(directory: string, progress: Progress): Promise<void> {
  removeCutOff(directory);
  const temporary = mkdtempSync(`${directory}.building-`);
  const { bin, config } = layoutOf(temporary);
  try {
    for (const module of modules) await buildModule(module, bin, progress);
    const sample = await sampleConfig();
    mkdirSync(config);
    for (const name of configFiles) copyFileSync(path.join(sample, name), path.join(config, name));
    renameSync(temporary, directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Removes what builds left that were cut off: the lock is held, so none of them still runs. */
function removeCutOff(directory: string): void {
  const parent = path.dirname(directory);
  const prefix = `${path.basename(directory)}.building-`;
  for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
    rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

function buildModule(module: GoModule, bin: string, progress: Progress): Promise<void> {
  progress(`Building ${module.title} from its Go module, once; this takes a few minutes`);
  const passing = progress.passing ?? progress;
  const args = ['install', '-v', '-trimpath', '-ldflags', module.ldflags, ...module.commands];
  const env = { ...process.env, GOBIN: bin, GOFLAGS: '-mod=readonly', CGO_ENABLED: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: module.folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lines: string[] = [];
    let packages = 0;
    child.stderr.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('utf8').split('\n').filter(Boolean)) {
        lines.push(line);
        packages += 1;
        if (packages % 50 === 0) passing(`  ${module.title}: ${packages} packages, now ${line}`);
      }
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else {
        const said = lines.slice(-10).join('\n');
        reject(
          new NetworkError(
            'ERR_BUILD_FAILED',
            `go install of ${module.title} failed:\n${said}`,
            'Check that the Go module proxy can be reached (go env GOPROXY) and that there is room on the disk.',
          ),
        );
      }
    });
  });
}
