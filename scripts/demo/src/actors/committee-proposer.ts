import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_PROFILE } from '@salus/compute';
import { serveActor } from './serve-actor.js';

const CEREMONY_MS = 60_000;
const POLL_MS = 200;

/** A committee member's administrator: proposes a collective key and waits for the members. */
void serveActor(({ client }) => ({
  async ceremony({ keyId, members }: { keyId: string; members: string[] }) {
    const aSeed = randomBytes(32).toString('hex');
    await client.claims.proposeKey({ keyId, profile: DEFAULT_PROFILE, members, aSeed });
    const end = Date.now() + CEREMONY_MS;
    while (Date.now() < end) {
      const { status, publicKeyHash } = await client.claims.getKey(keyId);
      if (status === 'ACTIVE') return { keyId, publicKeyHash };
      await sleep(POLL_MS);
    }
    throw new Error('The ceremony did not end in time');
  },
}));
