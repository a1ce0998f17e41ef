import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type SalusClient } from '@salus/client';
import { loadProfile } from '@salus/client/connection';
import { unwrap } from '@salus/client/errors';
import { resolveIdentity, type Identity } from '@salus/client/identity';

/** What an actor works with: its own identity, connection and home. */
export interface Desk {
  readonly home: string;
  readonly client: SalusClient;
  readonly identity: Identity;
}

/** What an actor can be asked to do. */
export type Calls = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

const CATCH_UP_MS = 30_000;
const POLL_MS = 20;

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
  const calls: Calls = { ...heightCalls(client), ...callsOf({ home, client, identity }) };
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

/** How far the own peer is, and waiting until it is as far as another actor's. */
function heightCalls(client: SalusClient): Calls {
  return {
    height: async () => Number(await client.height()),
    awaitHeight: async (height: number) => {
      const end = Date.now() + CATCH_UP_MS;
      while (Number(await client.height()) < height) {
        if (Date.now() > end) throw new Error('The own peer does not catch up');
        await sleep(POLL_MS);
      }
    },
  };
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
