import { setTimeout as sleep } from 'node:timers/promises';
import { contentStores } from '@salus/client/stores';
import { createEngine } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import { receive } from './opening.js';
import { serveActor } from './serve-actor.js';

interface AuditRequest {
  readonly openingId: string;
  readonly stores: readonly string[];
}

const DECISION_MS = 60_000;
const POLL_MS = 200;

/** The regulator's auditor: opens the same totals without the insurer's help. */
void serveActor(({ client }) => {
  const engine = createEngine();

  const decided = async (openingId: string) => {
    const end = Date.now() + DECISION_MS;
    for (;;) {
      try {
        return await client.computation('claims').getOpening(openingId);
      } catch (error) {
        const isAwaited = error instanceof SalusError && error.code === 'ERR_NOT_FOUND';
        if (!isAwaited || Date.now() > end) throw error;
      }
      await sleep(POLL_MS);
    }
  };

  return {
    async audit({ openingId, stores }: AuditRequest) {
      const store = contentStores(stores, client);
      await decided(openingId);
      const { slots } = await receive({ client, store, engine, openingId });
      return { claimedMinor: slots.reduce((total, slot) => total + slot, 0) };
    },

    /** Members of the committee that have answered. */
    async openers({ openingId }: { openingId: string }) {
      const { posted } = await client.computation('claims').getOpening(openingId);
      return { openers: posted.map(({ mspId }) => mspId) };
    },
  };
});
