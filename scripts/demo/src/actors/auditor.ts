import { setTimeout as sleep } from 'node:timers/promises';
import { serveActor } from './serve-actor.js';

interface AuditRequest {
  readonly claimId: string;
  readonly stores: readonly string[];
}

const DECISION_MS = 60_000;
const POLL_MS = 200;

/** The regulator's auditor: opens the same totals without the insurer's help. */
void serveActor(({ client }) => {
  /** ID of the opening, once the insurer has asked for it. */
  const asked = async (claimId: string) => {
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
      await asked(claimId);
      const { claimedMinor } = await client.claims.using({ stores }).open(claimId);
      return { claimedMinor };
    },

    /** Members of the committee that have answered. */
    async openers({ claimId }: { claimId: string }) {
      const openingId = await asked(claimId);
      const { posted } = await client.computation('claims').getOpening(openingId);
      return { openers: posted.map(({ mspId }) => mspId) };
    },
  };
});
