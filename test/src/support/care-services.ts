import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nextRequest } from '@salus/testing/next-request';
import { connectAs } from '@salus/testing/running-network';
import { furnish, salus, serve, type Served } from '@salus/testing/salus-process';

/** Two hospitals' stores and key services, and a patient's wallet: a process each, by their commands. */
export class CareServices {
  readonly #home = mkdtempSync(path.join(tmpdir(), 'salus-care-'));
  readonly #running: Served[] = [];
  readonly stores: Record<string, string> = {};
  readonly keyServices: Record<string, string> = {};

  static async start(): Promise<CareServices> {
    const services = new CareServices();
    try {
      for (const organisation of ['CityHospital', 'ValleyHospital']) {
        services.stores[`${organisation}MSP`] = await services.#serve(
          organisation,
          'store',
          'store',
        );
        const keys = await services.#serve(organisation, 'keyservice', 'keys');
        services.keyServices[`${organisation}MSP`] = keys;
      }
      return services;
    } catch (error) {
      await services.stop();
      throw error;
    }
  }

  /** The options of `connect` for a user, in a file. */
  settings(organisation: string, user: string): string {
    const { stores, keyServices } = this;
    const home = path.join(this.#home, `${organisation}-${user}-desk`);
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const records = { stores, keyServices, home };
    const options = { ...connectAs(organisation, user), records };
    const file = path.join(home, `${user}.json`);
    writeFileSync(file, JSON.stringify(options));
    return file;
  }

  /** A new patient's wallet, whose owner agrees to everything. */
  async patient(name: string): Promise<PatientAtHome> {
    const home = path.join(this.#home, name);
    furnish(home, 'CityHospital', 'physician');
    await told(home, '--channel', 'edge-east', 'wallet', 'init');
    writeFileSync(path.join(home, 'salus.json'), JSON.stringify({ channel: 'edge-east' }));
    this.#running.push(await serve(home, 'wallet', 'serve'));
    return new PatientAtHome(home);
  }

  async stop(): Promise<void> {
    for (const one of this.#running.reverse()) await one.stop();
    rmSync(this.#home, { recursive: true, force: true });
  }

  async #serve(organisation: string, user: string, command: string): Promise<string> {
    const home = furnish(path.join(this.#home, `${organisation}-${user}`), organisation, user);
    const served = await serve(home, command, 'serve');
    this.#running.push(served);
    return served.url;
  }
}

/** A patient at home with the wallet. */
export class PatientAtHome {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /** Lets an institution ask. @returns the invitation's file */
  async invite(institution: string, kind = 'hospital'): Promise<string> {
    const file = path.join(this.#home, `${institution}.invitation`);
    await told(this.#home, 'wallet', 'invite', institution, '--kind', kind, '--out', file);
    return file;
  }

  /** Agrees to whatever is asked until something is done. */
  async agreeUntil<T>(done: Promise<T>): Promise<T> {
    const ending = new AbortController();
    const settled = done.finally(() => ending.abort());
    settled.catch(() => undefined);
    while (!ending.signal.aborted) {
      const id = await nextRequest(this.#home, ending.signal);
      if (id !== undefined) await told(this.#home, 'wallet', 'approve', id);
    }
    return settled;
  }
}

async function told(home: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await salus(home, ...args);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}
