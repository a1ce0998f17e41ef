/** The way out for a member whose memory is lost: its operator says that the ledger is to be believed. */
import type { CollectiveKey } from '@salus/protocol/computation';
import type { MemberHome } from './member-home.js';
import { OpenedRegister } from './opened-register.js';
import type { CommitteeLedger } from './parts.js';

/** What a member believes from now on. */
export interface Recovery {
  /** Answers in blocks below this one are as the ledger tells them. */
  readonly believesBelow: string;
  /** Of each key: slots that were opened, and slots that may be. */
  readonly keys: readonly {
    readonly keyId: string;
    readonly opened: number;
    readonly slotBudget: number;
  }[];
}

/**
 * Has a member believe its ledger, once, about what it answered so far. Its service then reads all
 * blocks again. It opens nothing new before it has read up to the present height.
 *
 * @throws SalusError `ERR_KEY_TERMS_CHANGED` where the memory is readable, and knows other terms
 */
export async function recoverMemory(
  home: MemberHome,
  ledger: Pick<CommitteeLedger, 'getKey'>,
  height: bigint,
): Promise<Recovery> {
  const keys: CollectiveKey[] = [];
  for (const { keyId } of await home.heldKeys()) keys.push(await ledger.getKey(keyId));
  const register = new OpenedRegister(home);
  const memory = await register.believe(keys, height);
  return {
    believesBelow: memory.believesBelow ?? '0',
    keys: keys.map(({ keyId, slotBudget }) => {
      const { slots = 0, told = 0 } = memory.keys.get(keyId) ?? {};
      return { keyId, opened: Math.max(slots, told), slotBudget };
    }),
  };
}
