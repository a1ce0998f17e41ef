import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WalletOwner } from '@salus/client/wallet';

const POLL_MS = 100;

/**
 * Waits until somebody asks a patient's wallet, which runs as a process of its own. The patient decides by a
 * command; looking by a command each time would cost a process.
 *
 * @returns the request's ID; undefined when the signal came first
 */
export async function nextRequest(home: string, signal: AbortSignal): Promise<string | undefined> {
  const read = (name: string) => readFileSync(path.join(home, name), 'utf8').trim();
  const owner = new WalletOwner({
    ...{ url: read('wallet.url'), token: read('owner.token') },
    certificate: read('wallet.crt'),
  });
  while (!signal.aborted) {
    const waiting = (await owner.requests()).find(({ status }) => status === 'PENDING');
    if (waiting) return waiting.id;
    await pause(POLL_MS);
  }
  return undefined;
}
