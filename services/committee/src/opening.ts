/** One member's part of an opening: judge, recompute, post hashes, release when all have posted. */
import { joinFrames } from '@salus/client/computation';
import { wipeKey, type PartialOpening } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { CollectiveKey, Opening, ShareHash } from '@salus/protocol/computation';
import {
  hashesOf,
  ifThere,
  ownKey,
  requireOwnKey,
  type MemberParts,
  type Standing,
} from './parts.js';
import { ProvenInputs } from './proven-inputs.js';
import { recompute } from './recompute.js';

const MOST_KEPT = 8;

/** What a process remembers of openings; all of it can be computed again. */
export class OpeningMemory {
  readonly #partials = new Map<string, readonly PartialOpening[]>();
  /** Public keys that partial openings were sealed to, by opening and recipient. */
  readonly sent = new Map<string, string>();
  readonly inputs = new ProvenInputs();

  keep(openingId: string, partials: readonly PartialOpening[]): void {
    this.#partials.set(openingId, partials);
    const [oldest] = this.#partials.keys();
    if (this.#partials.size > MOST_KEPT && oldest !== undefined) this.#partials.delete(oldest);
  }

  partials(openingId: string): readonly PartialOpening[] | undefined {
    return this.#partials.get(openingId);
  }

  forget(openingId: string): void {
    this.#partials.delete(openingId);
    for (const name of this.sent.keys()) {
      if (name.startsWith(`${openingId} `)) this.sent.delete(name);
    }
  }
}

/**
 * Goes as far as the ledger's state lets it. A member that disagrees with the ledger answers nothing. It
 * judges and computes only where it has something to post or to seal: an opening that waits costs a look.
 *
 * @throws SalusError `ERR_OPENING_REFUSED`, `ERR_HASH_MISMATCH` where what is to be opened isn't what
 *   the ledger says; `ERR_EPOCH_OUTDATED` without shares of the key's epoch
 */
export async function advanceOpening(
  parts: MemberParts,
  memory: OpeningMemory,
  openingId: string,
): Promise<Standing> {
  const { ledger, mspId } = parts;
  const opening = await ledger.getOpening(openingId);
  const key = await ledger.getKey(opening.keyId);
  if (isOver(parts, opening, key) || !key.committee.members.includes(mspId)) {
    memory.forget(openingId);
    return 'DONE';
  }
  // Asked first: whatever comes before this answer is known by the time of the judgement.
  const isSeen = await parts.register.hasSeen({ openingId, epoch: opening.epoch });
  const isPosted = opening.posted.some((one) => one.mspId === mspId);
  if (!isPosted) {
    const hashes = hashesOf(await partialsOf(parts, memory, { opening, key }));
    await ledger.submitPartials({ openingId, epoch: opening.epoch, hashes });
  } else if (isSeen && opening.status === 'RELEASABLE') {
    await release(parts, memory, { opening, key });
  }
  // Letters follow once the block with this answer has been read. And a recipient that lost its key leaves
  // another one, until it is on record.
  return 'WAITING';
}

interface Permitted {
  readonly opening: Opening;
  readonly key: CollectiveKey;
}

/**
 * Over by the ledger: denied, on record, expired, or of an epoch whose shares count no more. Asked for
 * again, a result that is not on record comes back as an event.
 */
function isOver(
  { clock = Date.now }: MemberParts,
  { status, epoch, expiresAt }: Opening,
  key: CollectiveKey,
): boolean {
  if (status === 'DENIED' || status === 'RECORDED' || epoch !== key.epoch) return true;
  return clock() > Date.parse(expiresAt);
}

/** Judged and recomputed before every answer, what the process still has of it excepted. */
async function partialsOf(
  parts: MemberParts,
  memory: OpeningMemory,
  { opening, key }: Permitted,
): Promise<readonly PartialOpening[]> {
  const { ledger, judge, store, channel, chaincode, engineOf } = parts;
  const { openingId, evaluationId } = opening;
  const lineage = await ledger.getLineage(evaluationId);
  const remember = await judge({ opening, key, lineage });
  const known = memory.partials(openingId);
  if (known) {
    await remember();
    return known;
  }
  await requireOwnKey(parts, key);
  const engine = engineOf(key.profile);
  const fetchBy = (reason: object) => (hash: string) =>
    stored(store.get(hash, { chaincode, ...reason }));
  const fetch = fetchBy({ opening: openingId });
  const fetchKey = fetchBy({ key: key.keyId });
  await memory.inputs.check(
    {
      engine,
      place: { channel, chaincode },
      fetch: (hash) => (hash === key.publicKeyHash ? fetchKey(hash) : fetch(hash)),
    },
    key,
    lineage,
  );
  const ciphertext = await recompute(engine, lineage, fetch);
  // Not before everything is there: what a contributor keeps back was never opened.
  await remember();
  const shares = await ownKey(parts, key);
  try {
    const request = { ciphertext, key: shares, epoch: key.epoch };
    const partials = await engine.partialOpening(request);
    memory.keep(openingId, partials);
    return partials;
  } finally {
    wipeKey(shares);
  }
}

/** A store that sends something else does not have it yet: nothing that the ledger said is refuted. */
async function stored(reading: Promise<Buffer>): Promise<Buffer> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof SalusError) || cause.code !== 'ERR_HASH_MISMATCH') throw cause;
    throw new SalusError('ERR_NOT_FOUND', 'No store has a ciphertext of the opening', { cause });
  }
}

/**
 * Seals the partial openings to the recipients whose readers have left a key. A member that the others
 * outvote keeps its own to itself: with what they agreed on, the opening would be another. One recipient's
 * fault keeps nothing from the others. Nothing is released before the member has read the blocks up to its
 * own answer: they show whether its memory is an old one.
 *
 * @throws SalusError `ERR_PARTIAL_INVALID`, or the first fault of a recipient
 */
async function release(parts: MemberParts, memory: OpeningMemory, about: Permitted): Promise<void> {
  const { posted, recipients } = about.opening;
  const own = posted.find(({ mspId }) => mspId === parts.mspId);
  requireAgreed(parts, own?.hashes ?? [], about.opening);
  const faults: unknown[] = [];
  for (const to of recipients) {
    await releaseTo(parts, memory, about, to).catch((fault: unknown) => faults.push(fault));
  }
  if (faults.length > 0) throw faults[0];
}

async function releaseTo(
  parts: MemberParts,
  memory: OpeningMemory,
  about: Permitted,
  to: string,
): Promise<void> {
  const { post, report } = parts;
  const { openingId, readers } = about.opening;
  const name = `${openingId} ${to}`;
  const publicKey = await ifThere(post.keyOf({ openingId }, to, readers[to]));
  if (publicKey === undefined || memory.sent.get(name) === publicKey) return;
  const partials = await partialsOf(parts, memory, about);
  requireAgreed(parts, partials, about.opening);
  const frames = partials.map(({ shareId, bytes }) => [shareId, bytes] as const);
  await post.send({ openingId }, { to, publicKey }, joinFrames(Object.fromEntries(frames)));
  memory.sent.set(name, publicKey);
  report({ released: openingId, to, shares: partials.length });
}

function requireAgreed(
  { mspId }: MemberParts,
  own: readonly ShareHash[],
  { agreed }: Opening,
): void {
  const hashOf = (shareId: string) => agreed.find((one) => one.shareId === shareId)?.hash;
  const contradicted = own.find(({ shareId, hash }) => hashOf(shareId) !== hash);
  if (contradicted === undefined) return;
  throw new SalusError('ERR_PARTIAL_INVALID', `Other holders contradict ${mspId}`, {
    argument: 'openingId',
    expected: `${contradicted.shareId} ${contradicted.hash}`,
    got: hashOf(contradicted.shareId) ?? 'nothing',
  });
}
