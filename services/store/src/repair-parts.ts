/** Restores an organisation's own parts that are missing or damaged, from the other stores. */
import { type PartReader, repairContent, type StoreFault } from '@salus/client/content';
import { SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import type { Pins } from '@salus/service-kit';
import type { ObjectPartStore } from './object-part-store.js';
import { requireOwnPart } from './part-rules.js';

/** A store that repairs its own parts. */
export interface RepairDesk {
  /** Whose store it is. */
  readonly mspId: string;
  readonly parts: ObjectPartStore;
  readonly pins: Pick<Pins, 'matches'>;
  /** The others', by MSP ID. */
  readonly stores: ReadonlyMap<string, PartReader>;
  readonly onFault?: (fault: StoreFault) => void;
  readonly signal?: AbortSignal;
}

export interface RepairedPart {
  readonly recordId: string;
  readonly part: number;
  readonly root: string;
  readonly state: 'SOUND' | 'REPAIRED';
}

/**
 * Looks at the parts that a record has at the own store, and restores those that are missing or damaged.
 * It needs no content key: what comes from the other stores is parts of a ciphertext.
 *
 * @throws SalusError `ERR_CONTENT_UNAVAILABLE`, `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`
 */
export async function repairParts(
  record: HealthRecord,
  desk: RepairDesk,
): Promise<readonly RepairedPart[]> {
  const { pseudonym, recordId, layout } = record;
  const permission = { repair: { pseudonym, recordId } };
  const repaired: RepairedPart[] = [];
  if (record.erasedAt !== undefined) return repaired;
  for (const [part, { root, store }] of layout.parts.entries()) {
    if (store !== desk.mspId) continue;
    await requireOwnPart(record, root, desk);
    const isSound = await soundness(desk.parts, root);
    if (!isSound) {
      const { stores, onFault, signal, parts } = desk;
      await repairContent(record, {
        part,
        target: parts,
        stores,
        permission,
        ...(onFault && { onFault }),
        ...(signal && { signal }),
      });
    }
    repaired.push({ recordId, part, root, state: isSound ? 'SOUND' : 'REPAIRED' });
  }
  return repaired;
}

async function soundness(parts: ObjectPartStore, root: string): Promise<boolean> {
  try {
    return (await parts.checkPart(root)).isSound;
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_NOT_FOUND') return false;
    throw error;
  }
}
