import type { Context } from 'fabric-contract-api';
import { transactionTime } from '@salus/chaincode-common';
import { counts, MOST_KEYS, noRoomToPropose, type Proposal } from '../rules/proposals.js';
import { proposalsKey } from '../state/keys.js';
import { takePlace } from './places.js';
import { readKey } from './steps.js';

/**
 * Counts a proposal of a key.
 * @throws SalusError ERR_TOO_MANY_KEYS
 */
export async function countProposal(ctx: Context, proposer: string, keyId: string): Promise<void> {
  const now = transactionTime(ctx);
  const isCounted = await takePlace<Proposal>(ctx, {
    most: MOST_KEYS,
    at: (place) => proposalsKey(proposer, place),
    name: keyId,
    entry: { keyId, at: now },
    counts: async (proposal) => counts(proposal, (await readKey(ctx, proposal.keyId)).status, now),
  });
  if (!isCounted) throw noRoomToPropose(proposer);
}
