import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { SalusError } from '@salus/chaincode-common';
import { fileCheckpointer } from '../events/checkpointer.js';
import type { ContractEvent } from '../events/event-stream.js';
import type { SalusClient } from '../salus-client.js';
import type { CommitteeMember } from './committee-member.js';

const ATTEMPTS = 20;
const PAUSE_MS = 250;

/** Follows the claims contract's events and takes this member's steps, until told to end. */
export async function watchCommittee(
  member: CommitteeMember,
  { client, home, signal }: { client: SalusClient; home: string; signal: AbortSignal },
  report: (line: object) => void,
): Promise<void> {
  const events = client.events({
    contract: 'claims',
    checkpointer: fileCheckpointer(path.join(home, 'claims.checkpoint')),
    signal,
  });
  for await (const event of events) {
    try {
      await persist(() => react(member, event));
    } catch (error) {
      const code = error instanceof SalusError ? error.code : 'ERR_INTERNAL';
      report({
        event: event.name,
        transactionId: event.transactionId,
        code,
        message: String(error),
      });
    }
  }
}

async function react(member: CommitteeMember, { name, payload }: ContractEvent): Promise<void> {
  const ids = (payload ?? {}) as { keyId?: unknown; openingId?: unknown };
  const ceremony = ['KeyProposed.v1', 'ContributionCommitted.v1', 'ContributionRevealed.v1'];
  if (ceremony.includes(name) && typeof ids.keyId === 'string') await member.advanceKey(ids.keyId);
  if (name === 'OpeningDecided.v1' && typeof ids.openingId === 'string') {
    await member.contributeTo(ids.openingId);
  }
}

/** What others still have to bring, and conflicts between members who act at once, pass by waiting. */
async function persist(step: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await step();
      return;
    } catch (error) {
      const passes =
        error instanceof SalusError &&
        [
          'ERR_NOT_FOUND',
          'ERR_NO_DECISION',
          'ERR_MVCC_CONFLICT',
          'ERR_CONFLICT',
          'ERR_SERVICE_UNREACHABLE',
        ].includes(error.code);
      if (!passes || attempt >= ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
