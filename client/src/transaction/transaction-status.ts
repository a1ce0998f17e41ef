import { setTimeout as sleep } from 'node:timers/promises';
import { common, peer } from '@hyperledger/fabric-protos';
import type { PeerPool } from '../connection/peer-pool.js';
import { nodeMessages } from '../errors/unwrap.js';

/** Where a transaction stands in the chain, and what the peers found about it. */
export interface TransactionStatus {
  readonly blockNumber: bigint;
  /** Fabric's validation code; 0 is VALID. */
  readonly code: number;
}

/** Longer than the slowest change of the orderers' leader that was seen. */
const PATIENCE_MS = 6_000;
const POLL_MS = 400;

/**
 * Looks a transaction up by its ID, for a short while: it may be on its way.
 *
 * @returns undefined when the peers don't know it (yet)
 */
export async function findTransaction(
  pool: PeerPool,
  channel: string,
  transactionId: string,
  patienceMs = PATIENCE_MS,
): Promise<TransactionStatus | undefined> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const found = await lookUp(pool, channel, transactionId);
    if (found || Date.now() >= until) return found;
    await sleep(POLL_MS);
  }
}

async function lookUp(
  pool: PeerPool,
  channel: string,
  transactionId: string,
): Promise<TransactionStatus | undefined> {
  const of = { arguments: [channel, transactionId], ...pool.answering };
  return pool.use(
    async ({ gateway }) => {
      const qscc = gateway.getNetwork(channel).getContract('qscc');
      try {
        const [transaction, block] = await Promise.all([
          qscc.evaluate('GetTransactionByID', of),
          qscc.evaluate('GetBlockByTxID', of),
        ]);
        return {
          code: peer.ProcessedTransaction.deserializeBinary(transaction).getValidationcode(),
          blockNumber: BigInt(common.Block.deserializeBinary(block).getHeader()?.getNumber() ?? 0),
        };
      } catch (error) {
        if (isNotThere(error)) return undefined;
        throw error;
      }
    },
    { repeatable: true },
  );
}

function isNotThere(error: unknown): boolean {
  const text = [String(error), ...nodeMessages(error).map(({ message }) => message)].join('\n');
  return /no such transaction ID|not found in index|entry not found/i.test(text);
}
