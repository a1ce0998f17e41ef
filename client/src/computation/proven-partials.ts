/** A recipient checks the proofs of partial openings. */
import { ComputeError, holderSets, sharesHeldBy, type Engine } from '@salus/compute';
import { sha256Hex } from '@salus/protocol';
import {
  inOrderOfShares,
  openingContextHashOf,
  type CollectiveKey,
  type Opening,
  type OpeningUse,
} from '@salus/protocol/computation';
import type { ProvenPartials, ShareBytes } from './transient.js';

/** Name of the proof beside the partial openings in a member's letter. */
export const PROOF_FRAME = 'proof';

/** What the proofs of an opening are checked against. */
export interface ProofSetting {
  readonly engine: Pick<Engine, 'verifyOpening'>;
  readonly opening: Opening;
  readonly key: CollectiveKey;
  readonly place: Pick<OpeningUse, 'channel' | 'chaincode'>;
  /** The result that is opened. */
  readonly ciphertext: Uint8Array;
  /** Of all shares of the key. */
  readonly contributions: readonly ShareBytes[];
}

/**
 * The partial openings in a member's letter, where its proof holds and they are those that it posted.
 *
 * @param letter - by name: the partial opening of each share, and the proof
 * @returns undefined where they are not
 */
export async function provenPartialsIn(
  setting: ProofSetting,
  mspId: string,
  letter: ReadonlyMap<string, Uint8Array>,
): Promise<ProvenPartials | undefined> {
  const { opening, engine, key, place, ciphertext } = setting;
  const proof = letter.get(PROOF_FRAME);
  const posted = opening.posted.find((one) => one.mspId === mspId)?.hashes ?? [];
  const shares = sharesHeldBy(opening.committee, mspId);
  const partials = pick(letter, shares);
  const contributions = pick(
    new Map(setting.contributions.map(({ shareId, bytes }) => [shareId, bytes])),
    shares,
  );
  if (proof === undefined || partials === undefined || contributions === undefined) return;
  const isPosted = partials.every(({ shareId, bytes }) =>
    posted.some((one) => one.shareId === shareId && one.hash === sha256Hex(bytes)),
  );
  if (!isPosted) return;
  const { keyId, epoch, openingId } = opening;
  const use = { ...place, keyId, publicKeyHash: key.publicKeyHash ?? '', epoch, openingId, mspId };
  try {
    await engine.verifyOpening({
      ciphertext,
      seed: Buffer.from(key.aSeed, 'hex'),
      epoch,
      contributions: contributions.map(({ bytes }) => bytes),
      slots: opening.shownSlots,
      contextHash: openingContextHashOf(use),
      partials: partials.map(({ bytes }) => bytes),
      proof,
    });
  } catch (error) {
    if (error instanceof ComputeError && REFUTED.has(error.code)) return;
    throw error;
  }
  return { mspId, proof, partials };
}

/** What shows that a member sent something wrong. */
const REFUTED: ReadonlySet<string> = new Set(['ERR_PROOF_INVALID', 'ERR_PARTIAL_INVALID']);

function pick(
  found: ReadonlyMap<string, Uint8Array>,
  shares: readonly string[],
): ShareBytes[] | undefined {
  const picked: ShareBytes[] = [];
  for (const shareId of shares) {
    const bytes = found.get(shareId);
    if (bytes === undefined) return undefined;
    picked.push({ shareId, bytes });
  }
  return picked;
}

/** Of members with a proof, what opens the result. */
export interface ProvenChoice {
  readonly partials: readonly ShareBytes[];
  readonly proofs: readonly ProvenPartials[];
}

/**
 * Takes each share from the first member in the committee's order that proves it, and leaves out members that add
 * none.
 *
 * @returns undefined while a share has no proof
 */
export function chooseProven(
  { committee }: Pick<Opening, 'committee'>,
  proven: readonly ProvenPartials[],
): ProvenChoice | undefined {
  const partials = new Map<string, ShareBytes>();
  const proofs = committee.members
    .flatMap((member) => proven.filter(({ mspId }) => mspId === member))
    .filter((one) => {
      const added = one.partials.filter(({ shareId }) => !partials.has(shareId));
      for (const each of added) partials.set(each.shareId, each);
      return added.length > 0;
    });
  if (partials.size < holderSets(committee).length) return undefined;
  return { partials: inOrderOfShares([...partials.values()]), proofs };
}
