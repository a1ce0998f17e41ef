import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repository } from '../deployment.js';

/** How a program ended. */
export interface ProgramEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** The Node.js that runs it; this one unless said otherwise. */
  readonly node?: string;
}

/** The packed SDK, installed into a folder that has nothing of this repository in reach. */
export class InstalledSdk {
  private constructor(readonly folder: string) {}

  /** @throws Error with what npm says */
  static async install(): Promise<InstalledSdk> {
    const folder = mkdtempSync(path.join(tmpdir(), 'salus-sdk-'));
    const sdk = new InstalledSdk(folder);
    try {
      const packing = path.join(repository, 'scripts', 'release', 'pack.js');
      const packed = await ran(process.execPath, [packing, path.join(folder, 'tarballs')], folder);
      const tarballs = packed.stdout.split('\n').filter((line) => line !== '');
      writeFileSync(path.join(folder, 'package.json'), '{ "name": "app", "private": true }\n');
      const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
      await ran('npm', ['install', ...quietly, '--omit=optional', ...tarballs], folder);
      return sdk;
    } catch (error) {
      sdk.remove();
      throw error;
    }
  }

  /** Copies an example beside the installed packages, as if it had installed them itself. */
  example(name: string): string {
    const to = path.join(this.folder, name);
    cpSync(path.join(repository, 'examples', name), to, { recursive: true });
    return to;
  }

  write(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs a program with Node.js; an error of it is no error of this. */
  run(
    args: readonly string[],
    { cwd = this.folder, node = process.execPath }: ProgramOptions = {},
  ) {
    return new Promise<ProgramEnd>((resolve) => {
      const options = { cwd, env: { PATH: process.env['PATH'], HOME: cwd } };
      const child = execFile(node, [...args], options, (_, stdout, stderr) =>
        resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  /** Bytes of all installed files. */
  size(): number {
    const modules = path.join(this.folder, 'node_modules');
    return readdirSync(modules, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
  }

  /** Folders of the installed packages. */
  packages(): readonly string[] {
    const modules = path.join(this.folder, 'node_modules', '.package-lock.json');
    const lock = JSON.parse(readFileSync(modules, 'utf8')) as { packages: object };
    return Object.keys(lock.packages);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function ran(command: string, args: readonly string[], cwd: string): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args[0] ?? ''}: ${stderr}`, { cause: error }));
      else resolve({ exitCode: 0, stdout, stderr });
    });
  });
}
