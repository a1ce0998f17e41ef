/** One member's part of an opening: judge, recompute, post hashes, release when all have posted. */
import { joinFrames } from '@salus/client/computation';
import { wipeKey, type PartialOpening } from '@salus/compute';
import { DAY_MS, SalusError } from '@salus/protocol';
import type { CollectiveKey, Opening } from '@salus/protocol/computation';
import { hashesOf, ifThere, ownKey, type MemberParts, type Standing } from './parts.js';
import { recompute } from './recompute.js';

/** Partial openings are for recipients only, and a recipient may take this long to fetch them. */
const GIVEN_UP_MS = 30 * DAY_MS;
const MOST_KEPT = 8;

/** What a process remembers of openings; all of it can be computed again. */
export class OpeningMemory {
  readonly #partials = new Map<string, readonly PartialOpening[]>();
  /** Public keys that partial openings were sealed to, by opening, epoch and recipient. */
  readonly sent = new Map<string, string>();

  keep(name: string, partials: readonly PartialOpening[]): void {
    this.#partials.set(name, partials);
    const [oldest] = this.#partials.keys();
    if (this.#partials.size > MOST_KEPT && oldest !== undefined) this.#partials.delete(oldest);
  }

  partials(name: string): readonly PartialOpening[] | undefined {
    return this.#partials.get(name);
  }

  forget(openingId: string): void {
    for (const map of [this.#partials, this.sent]) {
      for (const name of map.keys()) if (name.startsWith(`${openingId} `)) map.delete(name);
    }
  }
}

/**
 * Goes as far as the ledger's state lets it. A member that disagrees with the ledger answers nothing.
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
  let opening = await ledger.getOpening(openingId);
  const key = await ledger.getKey(opening.keyId);
  if (isOver(parts, opening) || !key.committee.members.includes(mspId)) {
    memory.forget(openingId);
    return 'DONE';
  }
  // Asked first: whatever comes before this answer is known by the time of the judgement.
  const isSeen = await parts.register.hasSeen({ openingId, epoch: key.epoch });
  const partials = await partialsOf(parts, memory, { opening, key });
  if (!opening.posted.some((one) => one.mspId === mspId)) {
    const hashes = hashesOf(partials);
    opening = (await ledger.submitPartials({ openingId, epoch: key.epoch, hashes })).value;
  }
  if (opening.status === 'RELEASABLE') await release(parts, memory, { opening, partials, isSeen });
  // Until it is on record: a recipient that lost its key leaves another one.
  return 'WAITING';
}

function isOver({ clock = Date.now }: MemberParts, opening: Opening): boolean {
  const { status, decidedAt } = opening;
  if (status === 'DENIED' || status === 'RECORDED') return true;
  return clock() > Date.parse(decidedAt) + GIVEN_UP_MS;
}

/** Judged and recomputed before every answer, what the process still has of it excepted. */
async function partialsOf(
  parts: MemberParts,
  memory: OpeningMemory,
  { opening, key }: { readonly opening: Opening; readonly key: CollectiveKey },
): Promise<readonly PartialOpening[]> {
  const { ledger, judge, store, chaincode, engineOf } = parts;
  const { openingId, evaluationId } = opening;
  const lineage = await ledger.getLineage(evaluationId);
  await judge({ opening, key, lineage });
  const name = `${openingId} ${key.epoch}`;
  const known = memory.partials(name);
  if (known) return known;
  const engine = engineOf(key.profile);
  const ciphertext = await recompute(engine, lineage, (hash) =>
    stored(store.get(hash, { chaincode, opening: openingId })),
  );
  const shares = await ownKey(parts, key);
  try {
    const request = { ciphertext, key: shares, epoch: key.epoch };
    const partials = await engine.partialOpening(request);
    memory.keep(name, partials);
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
 * Seals the partial openings to the recipients whose keys are there. A member that the others outvote
 * keeps its own to itself: with what they agreed on, the opening would be another. Nothing is released
 * before the member has read the blocks up to its own answer: they show whether its memory is an old one.
 *
 * @throws SalusError `ERR_PARTIAL_INVALID`
 */
async function release(
  { post, report, mspId }: MemberParts,
  memory: OpeningMemory,
  {
    opening,
    partials,
    isSeen,
  }: {
    readonly opening: Opening;
    readonly partials: readonly PartialOpening[];
    readonly isSeen: boolean;
  },
): Promise<void> {
  const { openingId, epoch, recipients, agreed } = opening;
  const isAgreed = ({ shareId, hash }: PartialOpening) =>
    agreed.some((one) => one.shareId === shareId && one.hash === hash);
  const contradicted = partials.find((one) => !isAgreed(one));
  if (contradicted) {
    throw new SalusError('ERR_PARTIAL_INVALID', `Other holders contradict ${mspId}`, {
      argument: 'openingId',
      expected: `${contradicted.shareId} ${contradicted.hash}`,
      got: agreed.find(({ shareId }) => shareId === contradicted.shareId)?.hash ?? 'nothing',
    });
  }
  if (!isSeen) return;
  for (const to of recipients) {
    const name = `${openingId} ${epoch} ${to}`;
    const publicKey = await ifThere(post.keyOf({ openingId }, to));
    if (publicKey === undefined || memory.sent.get(name) === publicKey) continue;
    const frames = partials.map(({ shareId, bytes }) => [shareId, bytes] as const);
    await post.send({ openingId }, { to, publicKey }, joinFrames(Object.fromEntries(frames)));
    memory.sent.set(name, publicKey);
    report({ released: openingId, to, shares: partials.length });
  }
}
