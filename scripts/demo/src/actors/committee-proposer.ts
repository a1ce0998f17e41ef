import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_PROFILE } from '@salus/compute';
import { serveActor } from './serve-actor.js';

const CEREMONY_MS = 60_000;
const POLL_MS = 200;
/** Any two of the three open; one that is away stops nobody. */
const THRESHOLD = 2;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** 128 openings of all slots. */
const SLOT_BUDGET = 2 ** 20;

/** A committee member's administrator: proposes a collective key and waits for the members. */
void serveActor(({ client }) => ({
  async ceremony({ keyId, members }: { keyId: string; members: string[] }) {
    const aSeed = randomBytes(32).toString('hex');
    const computation = client.computation('claims');
    const now = new Date();
    await computation.proposeKey({
      keyId,
      profile: DEFAULT_PROFILE,
      purpose: 'claims',
      members,
      threshold: THRESHOLD,
      aSeed,
      validFrom: now.toISOString(),
      validTo: new Date(now.getTime() + YEAR_MS).toISOString(),
      slotBudget: SLOT_BUDGET,
    });
    const end = Date.now() + CEREMONY_MS;
    while (Date.now() < end) {
      const { status, publicKeyHash } = await computation.getKey(keyId);
      if (status === 'ACTIVE') return { keyId, publicKeyHash };
      await sleep(POLL_MS);
    }
    throw new Error('The ceremony did not end in time');
  },
}));
