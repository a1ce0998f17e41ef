import { setTimeout as sleep } from 'node:timers/promises';
import type { Shell } from '../stage/shell.js';

const POLL_MS = 100;

/** The patient looks at what is asked, and approves it. */
export async function approveNext(patient: Shell): Promise<void> {
  for (;;) {
    const requests = await patient.salus<readonly { id: string; status: string }[]>(
      ...['wallet', 'requests'],
    );
    const waiting = requests.find(({ status }) => status === 'PENDING');
    if (waiting) {
      await patient.salus('wallet', 'approve', waiting.id);
      return;
    }
    await sleep(POLL_MS);
  }
}

/** Has something asked of the wallet, which the patient approves. */
export async function withApproval<T>(patient: Shell, asked: Promise<T>): Promise<T> {
  const [answer] = await Promise.all([asked, approveNext(patient)]);
  return answer;
}
