import { createInterface } from 'node:readline';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import {
  connect,
  loadProfile,
  resolveIdentity,
  unwrap,
  type Identity,
  type SalusClient,
} from '@salus/client';

/** What an actor works with: its own identity, connection and home. */
export interface Desk {
  readonly home: string;
  readonly client: SalusClient;
  readonly identity: Identity;
}

/** What an actor can be asked to do. */
export type Calls = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

interface SettingsFile {
  readonly profile: string;
  readonly mspDir: string;
  readonly channel: string;
}

/** Connects under the identity of this process's home, and answers until the input ends. */
export async function serveActor(callsOf: (desk: Desk) => Calls): Promise<void> {
  const home = process.env['SALUS_ACTOR_HOME'] ?? process.cwd();
  const settings = JSON.parse(readFileSync(path.join(home, 'salus.json'), 'utf8')) as SettingsFile;
  const profile = path.resolve(home, settings.profile);
  const source = { mspDir: path.resolve(home, settings.mspDir) };
  const identity = await resolveIdentity(source, loadProfile(profile).mspId);
  const client = await connect({ profile, identity, channel: settings.channel });
  const calls = callsOf({ home, client, identity });
  write({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, argument } = JSON.parse(line) as { call: string; argument: never };
    try {
      const perform = calls[call];
      if (!perform) throw new Error(`This actor does not ${call}`);
      write({ value: (await perform(argument)) ?? null });
    } catch (error) {
      const { code, message } = unwrap(error);
      write({ error: { code, message } });
    }
  }
  client.close();
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
