import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { member } from '@salus/testing/running-network';
import { furnish } from '@salus/testing/salus-process';
import type { TokenIssuer } from './token-issuer.js';

const command = path.join(__dirname, '..', '..', '..', '..', 'cli', 'bin', 'salus.js');

/** The services that the gateway works with, by organisation. */
export interface Neighbours {
  readonly stores: Readonly<Record<string, string>>;
  readonly keyServices: Readonly<Record<string, string>>;
}

/** `salus gateway serve` of City hospital, as a process that may be killed and started again. */
export class GatewayProcess {
  readonly home: string;
  #child: ChildProcess | undefined;
  #port = '0';
  url = '';

  private constructor(home: string) {
    this.home = home;
  }

  static async start(
    home: string,
    issuer: TokenIssuer,
    neighbours: Neighbours,
  ): Promise<GatewayProcess> {
    furnish(home, 'CityHospital', 'gateway');
    const own = member('CityHospital');
    writeFileSync(path.join(home, 'jwks.json'), JSON.stringify(issuer.jwks));
    const settings = {
      tokens: { ...issuer.settings, jwks: 'jwks.json' },
      practitioners: [
        { id: 'registrar-1', mspDir: own.mspDir('registrar') },
        { id: 'city-physician-1', mspDir: own.mspDir('physician') },
      ],
      ...neighbours,
      portal: { mspDir: own.mspDir('gateway') },
      logLevel: 'error',
    };
    writeFileSync(path.join(home, 'gateway.json'), JSON.stringify(settings));
    const gateway = new GatewayProcess(home);
    await gateway.run();
    return gateway;
  }

  /** Starts it, on the port that it had before. */
  async run(): Promise<void> {
    const { PATH } = process.env;
    const env = { PATH, HOME: this.home, SALUS_ACTOR_HOME: this.home };
    const child = spawn(process.execPath, [command, 'gateway', 'serve', '--port', this.#port], {
      cwd: this.home,
      env: { ...env, SALUS_PASSPHRASE: 'passphrase of a test' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const { url } = JSON.parse(line) as { url: string };
      this.url = url;
      this.#port = new URL(url).port;
      return;
    }
    throw new Error('The gateway ended before it served');
  }

  /** Ends it as a loss of power would. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
