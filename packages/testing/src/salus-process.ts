import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { member } from './running-network.js';

const command = path.join(__dirname, '..', '..', '..', 'cli', 'bin', 'salus.js');

/** Every patient's; their wallets make different pseudonyms of it. */
export const NATIONAL_ID = 'AB 123 456';

/** How a command ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Gives an actor a home of its own, with the settings of a user of a member. */
export function furnish(home: string, organisation: string, user: string): string {
  const own = member(organisation);
  const mspDir = own.mspDir(user);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  cpSync(path.join(mspDir, '..', 'tls'), path.join(home, 'tls'), { recursive: true });
  const settings = { profile: own.profile, mspDir, channel: 'edge-east' };
  writeFileSync(path.join(home, 'salus.json'), JSON.stringify(settings));
  return home;
}

/** Runs `salus --json …` in an actor's home, as a process of its own. */
export function salus(home: string, ...args: string[]): Promise<Ended> {
  const options = { cwd: home, env: environment(home), maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [command, '--json', ...args],
      options,
      (_, stdout, stderr) => {
        resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

/**
 * Has a member of a committee begin in a new home. Its organisation may have answered from the homes of
 * other tests, of which this one knows nothing: so its operator has it believe the ledger, once.
 */
export async function beginMember(home: string, contract: string): Promise<void> {
  const begin = ['committee', 'recover', '--believe-ledger', '--contract', contract];
  const { exitCode, stderr } = await salus(home, ...begin);
  if (exitCode !== 0) throw new Error(`The member in ${home} did not begin: ${stderr}`);
}

/** A service that runs as a process of its own. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts `salus … serve` in an actor's home, and waits until it tells where it listens. */
export async function serve(home: string, ...args: string[]): Promise<Served> {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: home,
    env: environment(home),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line) as { url: string };
    return { url, pid: child.pid ?? 0, stop };
  }
  throw new Error(`salus ${args.join(' ')} ended before it served`);
}

/** Runs a service in an actor's home, and gives what it reports to standard error; ends it afterwards. */
export async function* reportsOf(home: string, ...args: string[]): AsyncGenerator<unknown, void> {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: home,
    env: environment(home),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  try {
    for await (const line of createInterface({ input: child.stderr })) yield JSON.parse(line);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return {
    PATH,
    HOME: home,
    SALUS_ACTOR_HOME: home,
    SALUS_PASSPHRASE: 'passphrase of a test',
    SALUS_NATIONAL_ID: NATIONAL_ID,
  };
}
