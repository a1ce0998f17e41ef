import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findOrganization } from '@salus/network';
import type { BenchNetwork } from './bench-network.js';

const command = path.join(__dirname, '..', '..', 'cli', 'bin', 'salus.js');

/** A service of an organisation, a process with an identity and a home of its own. */
export class Actor implements Disposable {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly url: string,
  ) {
    this.#child = child;
  }

  /** Runs `salus … serve` as a user of an organization, and waits until it serves. */
  static async serve(
    network: BenchNetwork,
    [organization, user]: readonly [string, string],
    args: readonly string[],
  ): Promise<Actor> {
    const home = path.join(network.folder, `${organization}-${user}`);
    await furnish(network, organization, user, home);
    const child = spawn(process.execPath, [command, ...args], {
      cwd: home,
      env: { ...process.env, SALUS_ACTOR_HOME: home, SALUS_PASSPHRASE: 'passphrase of a bench' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      return new Actor(child, (JSON.parse(line) as { url: string }).url);
    }
    throw new Error(`salus ${args.join(' ')} ended before it served`);
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

async function furnish(network: BenchNetwork, organization: string, user: string, home: string) {
  const { domain, name } = findOrganization(network.instance, organization);
  const folder = path.join(network.home, 'organizations', 'peerOrganizations', domain);
  const mspDir = path.join(folder, 'users', `${user}@${domain}`, 'msp');
  await mkdir(home, { mode: 0o700 });
  await cp(path.join(mspDir, '..', 'tls'), path.join(home, 'tls'), { recursive: true });
  const profile = path.join(folder, `connection-${name.toLowerCase()}.json`);
  const settings = { profile, mspDir, channel: network.channel };
  await writeFile(path.join(home, 'salus.json'), JSON.stringify(settings));
}
