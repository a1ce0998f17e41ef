import { setTimeout as pause } from 'node:timers/promises';
import type { SalusClient } from '@salus/client';

const POLL_MS = 20;

/** Waits until the peers of some clients have all the blocks that one of them has. */
export async function inStep(clients: readonly Pick<SalusClient, 'height'>[]): Promise<void> {
  for (;;) {
    const heights = await Promise.all(clients.map((client) => client.height()));
    if (new Set(heights).size === 1) return;
    await pause(POLL_MS);
  }
}
