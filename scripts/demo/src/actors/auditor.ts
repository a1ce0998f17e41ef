import { setTimeout as sleep } from 'node:timers/promises';
import { contentStores } from '@salus/client/stores';
import { createEngine } from '@salus/compute';
import { receive } from './opening.js';
import { serveActor } from './serve-actor.js';

interface AuditRequest {
  readonly claimId: string;
  readonly stores: readonly string[];
}

const DECISION_MS = 60_000;
const POLL_MS = 200;

/** The regulator's auditor: opens the same totals without the insurer's help. */
void serveActor(({ client }) => {
  const engine = createEngine();

  /** ID of the opening that the insurer asks for. */
  const decided = async (claimId: string) => {
    const end = Date.now() + DECISION_MS;
    for (;;) {
      const { openingId } = await client.claims.getClaim(claimId);
      if (openingId !== undefined) return openingId;
      if (Date.now() > end) throw new Error(`Nobody asked for the opening of ${claimId}`);
      await sleep(POLL_MS);
    }
  };

  return {
    async audit({ claimId, stores }: AuditRequest) {
      const store = contentStores(stores, client);
      const openingId = await decided(claimId);
      const { slots } = await receive({ client, store, engine, openingId });
      return { claimedMinor: slots.reduce((total, slot) => total + slot, 0) };
    },

    /** Members of the committee that have answered. */
    async openers({ claimId }: { claimId: string }) {
      const openingId = await decided(claimId);
      const { posted } = await client.computation('claims').getOpening(openingId);
      return { openers: posted.map(({ mspId }) => mspId) };
    },
  };
});
