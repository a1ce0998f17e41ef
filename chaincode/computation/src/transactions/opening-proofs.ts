import type { Context } from 'fabric-contract-api';
import { getState, placeOf } from '@salus/chaincode-common';
import { conflict } from '@salus/protocol';
import {
  openingContextHashOf,
  TRANSIENT,
  type OpeningUse,
  type ShareHash,
} from '@salus/protocol/computation';
import { compute } from '../engine/engine.js';
import type { ProvenPartials } from '../rules/examine.js';
import { FIRST_EPOCH } from '../rules/opening.js';
import { sharesHeldBy, type PostedHashes } from '../rules/shares.js';
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
  const proven = new Map<string, string>();
  const members: string[] = [];
  const transient = ctx.stub.getTransient();
  for (const mspId of about.opening.committee.members) {
    const proof = transient.get(`${TRANSIENT.proof}.${mspId}`);
    if (proof === undefined) continue;
    const hashes = requireProvable(about, mspId);
    await verify(ctx, about, { mspId, hashes, proof });
    members.push(mspId);
    for (const { shareId, hash } of hashes) {
      if (!proven.has(shareId)) proven.set(shareId, hash);
    }
  }
  return { hashes: proven, members };
}

/** What the member posted, in the order of its shares. */
function requireProvable({ opening, posted }: ProofCase, mspId: string): readonly ShareHash[] {
  const hashes = posted.get(mspId);
  if (opening.provable && hashes !== undefined) {
    return sharesHeldBy(opening.committee, mspId).flatMap((shareId) =>
      hashes.filter((one) => one.shareId === shareId),
    );
  }
  throw conflict(
    `${TRANSIENT.proof}.${mspId}`,
    'no partial opening of this member can be proven',
    'a member that has answered, under shares of the first ceremony of a key with proofs',
    opening.provable ? 'no answer' : `epoch ${opening.epoch} of ${opening.keyId}`,
  );
}

async function verify(
  ctx: Context,
  { opening, key, ciphertext }: ProofCase,
  {
    mspId,
    hashes,
    proof,
  }: {
    readonly mspId: string;
    readonly hashes: readonly ShareHash[];
    readonly proof: Uint8Array;
  },
): Promise<void> {
  const { partial, contribution } = TRANSIENT;
  const partials = hashes.map(({ shareId, hash }) => {
    const own = `${partial}.${mspId}.${shareId}`;
    return hashedTransient(ctx, firstOf(ctx, own, `${partial}.${shareId}`), hash);
  });
  const contributed = new Map(
    (await firstContributions(ctx, opening)).map(({ shareId, hash }) => [shareId, hash]),
  );
  const contributions = hashes.map(({ shareId }) =>
    hashedTransient(ctx, `${contribution}.${shareId}`, contributed.get(shareId) ?? ''),
  );
  const { keyId, epoch, openingId } = opening;
  const { publicKeyHash = '' } = key;
  const use: OpeningUse = { ...placeOf(ctx), keyId, publicKeyHash, epoch, openingId, mspId };
  await compute(key.profile, (engine) =>
    engine.verifyOpening({
      ciphertext,
      seed: Buffer.from(key.aSeed, 'hex'),
      contributions,
      contextHash: openingContextHashOf(use),
      partials,
      proof,
    }),
  );
}

/** The contributions of all shares, as the ceremony that made the key revealed them; in the order of the shares. */
export async function firstContributions(
  ctx: Context,
  { keyId, committee }: Pick<KeyRecord, 'keyId' | 'committee'>,
): Promise<readonly ShareHash[]> {
  const found: ShareHash[] = [];
  for (const member of committee.members) {
    const at = stepKey(keyId, String(FIRST_EPOCH), 'contributions', member);
    found.push(...((await getState<Steps['contributions']>(ctx, at)) ?? []));
  }
  return found.sort((one, other) => Number(one.shareId.slice(1)) - Number(other.shareId.slice(1)));
}
