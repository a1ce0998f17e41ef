import type { Context } from 'fabric-contract-api';
import { getState, placeOf } from '@salus/chaincode-common';
import { conflict } from '@salus/protocol';
import {
  inOrderOfShares,
  openingContextHashOf,
  TRANSIENT,
  type OpeningUse,
  type ShareHash,
} from '@salus/protocol/computation';
import { compute } from '../engine/engine.js';
import type { ProvenPartials } from '../rules/examine.js';
import type { PostedHashes } from '../rules/shares.js';
import { stepKey } from '../state/keys.js';
import type { KeyRecord, OpeningRecord, Steps } from '../state/records.js';
import { firstOf, hashedTransient } from '../state/transient.js';

/** What the proofs of an opening are about. */
export interface ProofCase {
  readonly opening: OpeningRecord;
  readonly key: KeyRecord;
  readonly posted: PostedHashes;
  /** The result that is opened. */
  readonly ciphertext: Uint8Array;
}

/**
 * Checks the proofs of partial openings that came with a transaction. A proof counts for the hashes that its
 * member has posted, and only where openings are provable.
 *
 * @throws SalusError ERR_PROOF_INVALID, ERR_PARTIAL_INVALID, ERR_CONTRIBUTION_INVALID, ERR_HASH_MISMATCH,
 *   ERR_CONFLICT for a proof that nothing can count for
 */
export async function provenIn(ctx: Context, about: ProofCase): Promise<ProvenPartials> {
  const { opening } = about;
  const transient = ctx.stub.getTransient();
  const proofs = opening.committee.members.flatMap((mspId) => {
    const proof = transient.get(`${TRANSIENT.proof}.${mspId}`);
    return proof === undefined ? [] : [{ mspId, proof, hashes: requireProvable(about, mspId) }];
  });
  const proven = new Map<string, string>();
  if (proofs.length === 0) return { hashes: proven, members: [] };
  const revealed = await epochContributions(ctx, opening);
  const contributed = new Map(revealed.map(({ shareId, hash }) => [shareId, hash]));
  for (const shown of proofs) {
    await verify(ctx, { ...about, contributed }, shown);
    for (const { shareId, hash } of shown.hashes) {
      if (!proven.has(shareId)) proven.set(shareId, hash);
    }
  }
  return { hashes: proven, members: proofs.map(({ mspId }) => mspId) };
}

/** What came of one member. */
interface ShownProof {
  readonly mspId: string;
  readonly proof: Uint8Array;
  /** What it has posted, in the order of its shares. */
  readonly hashes: readonly ShareHash[];
}

/** What the member posted, in the order of its shares. */
function requireProvable({ opening, posted }: ProofCase, mspId: string): readonly ShareHash[] {
  const hashes = posted.get(mspId);
  // It posted for each share that it holds, and for no other.
  if (opening.provable && hashes !== undefined) return inOrderOfShares(hashes);
  throw conflict(
    `${TRANSIENT.proof}.${mspId}`,
    'no partial opening of this member can be proven',
    'a member that has answered, under a key with proofs',
    opening.provable ? 'no answer' : opening.keyId,
  );
}

async function verify(
  ctx: Context,
  of: Pick<ProofCase, 'opening' | 'key' | 'ciphertext'> & {
    /** Hashes of the contributions, by share. */
    readonly contributed: ReadonlyMap<string, string>;
  },
  { mspId, hashes, proof }: ShownProof,
): Promise<void> {
  const { opening, key, ciphertext, contributed } = of;
  const { partial, contribution } = TRANSIENT;
  const partials = hashes.map(({ shareId, hash }) => {
    const own = `${partial}.${mspId}.${shareId}`;
    return hashedTransient(ctx, firstOf(ctx, own, `${partial}.${shareId}`), hash);
  });
  const contributions = hashes.map(({ shareId }) =>
    hashedTransient(ctx, `${contribution}.${shareId}`, contributed.get(shareId) ?? ''),
  );
  const { keyId, epoch, openingId, shownSlots } = opening;
  const { publicKeyHash = '' } = key;
  const use: OpeningUse = { ...placeOf(ctx), keyId, publicKeyHash, epoch, openingId, mspId };
  await compute(key.profile, (engine) =>
    engine.verifyOpening({
      ciphertext,
      seed: Buffer.from(key.aSeed, 'hex'),
      epoch,
      contributions,
      slots: shownSlots,
      contextHash: openingContextHashOf(use),
      partials,
      proof,
    }),
  );
}

/**
 * The contributions of all shares of an epoch, in the order of the shares: what dealers revealed when the key was made,
 * or what all holders of a share posted alike in a resharing.
 */
export async function epochContributions(
  ctx: Context,
  { keyId, epoch, committee }: Pick<KeyRecord, 'keyId' | 'epoch' | 'committee'>,
): Promise<readonly ShareHash[]> {
  const found = new Map<string, ShareHash>();
  for (const member of committee.members) {
    const at = stepKey(keyId, String(epoch), 'contributions', member);
    const posted = (await getState<Steps['contributions']>(ctx, at)) ?? [];
    for (const one of posted) found.set(one.shareId, one);
  }
  return inOrderOfShares([...found.values()]);
}
