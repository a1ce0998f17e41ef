/** One member's part of an opening: judge, recompute, post hashes, release when all have posted. */
import { joinFrames, PROOF_FRAME } from '@salus/client/computation';
import { derivesContributions, profileOf, wipeKey, type PartialOpening } from '@salus/compute';
import { ownOf, SalusError } from '@salus/protocol';
import {
  openingContextHashOf,
  type CollectiveKey,
  type Opening,
  type ShareHash,
} from '@salus/protocol/computation';
import {
  hashesOf,
  ifThere,
  ownKey,
  requireOwnKey,
  type MemberParts,
  type Standing,
} from './parts.js';
import { slotsShown } from './opened-register.js';
import { ProvenInputs } from './proven-inputs.js';
import { recompute } from './recompute.js';

const MOST_KEPT = 8;

/** What a process remembers of openings; all of it can be computed again. */
export class OpeningMemory {
  readonly #answers = new Map<string, Answer>();
  /** When this process first found a hash for every share, in milliseconds. */
  readonly #answered = new Map<string, number>();
  /** What partial openings were sealed to, by opening and recipient. */
  readonly sent = new Map<string, Sealed>();
  readonly inputs = new ProvenInputs();

  keep(openingId: string, answer: Answer): void {
    this.#answers.set(openingId, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }

  answer(openingId: string): Answer | undefined {
    return this.#answers.get(openingId);
  }

  /** How long every share of an opening has had a hash, as far as this process knows. */
  waited(openingId: string, now: number): number {
    const since = this.#answered.get(openingId) ?? now;
    this.#answered.set(openingId, since);
    return now - since;
  }

  forget(openingId: string): void {
    this.#answers.delete(openingId);
    this.#answered.delete(openingId);
    for (const name of this.sent.keys()) {
      if (name.startsWith(`${openingId} `)) this.sent.delete(name);
    }
  }
}

/** The latest letter to a recipient. */
interface Sealed {
  readonly publicKey: string;
  /** How many letters it had. */
  readonly times: number;
  /** When, in milliseconds. */
  readonly at: number;
}

/** What a member opens a result with. */
interface Answer {
  /** The result, as this member computed it. */
  readonly ciphertext: Uint8Array;
  readonly partials: readonly PartialOpening[];
  /** How many slots recipients get of it. */
  readonly slots: number;
  /** Covers all of them; made once it is needed. */
  readonly proof?: Uint8Array;
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
  // Who reported it may have stopped in between.
  if (opening.status === 'NOISY' && key.status === 'ACTIVE') await ledger.endKey(openingId);
  if (isOver(parts, opening, key) || !key.committee.members.includes(mspId)) {
    memory.forget(openingId);
    return 'DONE';
  }
  // Asked first: whatever comes before this answer is known by the time of the judgement.
  const isSeen = await parts.register.hasSeen({ openingId, epoch: opening.epoch });
  const isPosted = opening.posted.some((one) => one.mspId === mspId);
  if (!isPosted) {
    const { partials } = await answerOf(parts, memory, { opening, key });
    const hashes = hashesOf(partials);
    await ledger.submitPartials({ openingId, epoch: opening.epoch, hashes });
  } else if (isSeen && mayRelease(parts, memory, opening)) {
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
 * Over by the ledger: denied, on record, noisy, expired, or of an epoch whose shares count no more. Asked for
 * again, a result that is not on record comes back as an event.
 */
function isOver(
  { clock = Date.now }: MemberParts,
  { status, epoch, expiresAt }: Opening,
  key: CollectiveKey,
): boolean {
  if (OVER.has(status) || epoch !== key.epoch) return true;
  return clock() > Date.parse(expiresAt);
}

const OVER: ReadonlySet<Opening['status']> = new Set(['DENIED', 'RECORDED', 'NOISY']);

/**
 * Partial openings leave once each share is confirmed. Those that can be proven also leave with a proof: at once where
 * holders of a share contradict each other, and where some stay away once these have had time to answer. A threshold of
 * members is enough then. The others wait longer: one of the first may send no proof that holds.
 */
function mayRelease(
  { clock = Date.now, proofPatienceMs = PROOF_PATIENCE_MS, mspId }: MemberParts,
  memory: OpeningMemory,
  { openingId, status, provable, posted, committee }: Opening,
): boolean {
  if (status === 'RELEASABLE') return true;
  if (!provable || status === 'COLLECTING') return false;
  if (status === 'DISPUTED') return true;
  const isFirst = posted.findIndex((one) => one.mspId === mspId) < committee.threshold;
  const patience = isFirst ? proofPatienceMs : proofPatienceMs * LATER;
  return memory.waited(openingId, clock()) > patience;
}

/** A proof costs its maker and its readers a second or two: members that are merely slower are waited for. */
const PROOF_PATIENCE_MS = 3000;
/** So many times longer wait those whose proof is needed only if another one does not hold. */
const LATER = 5;

/** Judged and recomputed before every answer, what the process still has of it excepted. */
async function answerOf(
  parts: MemberParts,
  memory: OpeningMemory,
  { opening, key }: Permitted,
): Promise<Answer> {
  const { ledger, judge, store, channel, chaincode, engineOf } = parts;
  const { openingId, evaluationId } = opening;
  const lineage = await ledger.getLineage(evaluationId);
  const remember = await judge({ opening, key, lineage });
  const known = memory.answer(openingId);
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
    const slots = slotsShown({ key, lineage });
    const request = { ciphertext, key: shares, epoch: key.epoch, slots };
    const partials = await engine.partialOpening(request);
    const answer = { ciphertext, partials, slots };
    memory.keep(openingId, answer);
    return answer;
  } finally {
    wipeKey(shares);
  }
}

/** The same partial openings, with a proof that each is made with the secret of its share's contribution. */
async function provenAnswerOf(
  parts: MemberParts,
  memory: OpeningMemory,
  about: Permitted,
): Promise<Required<Answer>> {
  const answer = await answerOf(parts, memory, about);
  const { ciphertext, partials, slots, proof: known } = answer;
  // Each time: a store may have lost what it took, and the next recipient asks it.
  const contributions = await contributionsOf(parts, about.key, partials);
  if (known !== undefined) return { ...answer, proof: known };
  const { chaincode, channel, mspId, engineOf } = parts;
  const { key } = about;
  const { keyId, epoch, publicKeyHash = '' } = key;
  const { openingId } = about.opening;
  const use = { channel, chaincode, keyId, publicKeyHash, epoch, openingId, mspId };
  const shares = await ownKey(parts, key);
  try {
    const { proof } = await engineOf(key.profile).openProven({
      ...{ ciphertext, key: shares, epoch, contributions, slots },
      seed: Buffer.from(key.aSeed, 'hex'),
      contextHash: openingContextHashOf(use),
    });
    const proven = { ...answer, proof: proof.bytes };
    memory.keep(openingId, proven);
    return proven;
  } finally {
    wipeKey(shares);
  }
}

/**
 * The contribution of each share that this member holds. Those of a resharing it derives from the shares, and leaves where
 * whoever checks the proof finds them: nothing but proofs needs them.
 */
async function contributionsOf(
  parts: MemberParts,
  key: CollectiveKey,
  shares: readonly { readonly shareId: string }[],
): Promise<Uint8Array[]> {
  const { store, chaincode, engineOf } = parts;
  const { keyId, epoch } = key;
  const purpose = { chaincode, key: keyId };
  const found: Uint8Array[] = [];
  if (derivesContributions(profileOf(key.profile), epoch)) {
    const own = await ownKey(parts, key);
    try {
      const seed = Buffer.from(key.aSeed, 'hex');
      const derived = await engineOf(key.profile).resharedContributions({ key: own, seed });
      found.push(...derived.map(({ bytes }) => bytes));
    } finally {
      wipeKey(own);
    }
    for (const bytes of found) await store.put(bytes, purpose);
    return found;
  }
  const contributed = new Map(key.contributions?.map(({ shareId, hash }) => [shareId, hash]));
  for (const { shareId } of shares) {
    found.push(await stored(store.get(contributed.get(shareId) ?? '', purpose)));
  }
  return found;
}

/** A store that sends something else does not have it yet: nothing that the ledger said is refuted. */
async function stored(reading: Promise<Buffer>): Promise<Buffer> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof SalusError) || cause.code !== 'ERR_HASH_MISMATCH') throw cause;
    throw new SalusError('ERR_NOT_FOUND', 'No store has what the opening needs', { cause });
  }
}

/**
 * Seals the partial openings to the recipients whose readers have left a key. A member whose own differ from what
 * the others confirmed keeps them to itself: with theirs, the opening would be another. One recipient's
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
  const { post, report, clock = Date.now } = parts;
  const { openingId, readers } = about.opening;
  const name = `${openingId} ${to}`;
  const publicKey = await ifThere(post.keyOf({ openingId }, to, ownOf(readers, to)));
  if (publicKey === undefined || !maySeal(memory.sent.get(name), publicKey, clock())) return;
  const isConfirmed = about.opening.status === 'RELEASABLE';
  const make = isConfirmed ? answerOf : provenAnswerOf;
  const { partials, proof } = await make(parts, memory, about);
  requireAgreed(parts, partials, about.opening);
  const frames = new Map<string, Uint8Array>(partials.map((one) => [one.shareId, one.bytes]));
  if (proof !== undefined) frames.set(PROOF_FRAME, proof);
  await post.send({ openingId }, { to, publicKey }, joinFrames(Object.fromEntries(frames)));
  const times = (memory.sent.get(name)?.times ?? 0) + 1;
  memory.sent.set(name, { publicKey, times, at: clock() });
  const isProven = proof !== undefined;
  report({ released: openingId, to, shares: partials.length, isProven });
}

/** A recipient that lost its key leaves another one. Each time it waits longer: a letter costs its sender work. */
function maySeal(before: Sealed | undefined, publicKey: string, now: number): boolean {
  if (before === undefined) return true;
  const pause = Math.min(SEALED_AGAIN_MS * 2 ** before.times, MOST_SEALED_AGAIN_MS);
  return before.publicKey !== publicKey && now >= before.at + pause;
}

const SEALED_AGAIN_MS = 500;
const MOST_SEALED_AGAIN_MS = 600_000;

/** Nothing is agreed before each share is confirmed; then proofs stand for themselves. */
function requireAgreed(
  { mspId }: MemberParts,
  own: readonly ShareHash[],
  { agreed, status }: Opening,
): void {
  if (status !== 'RELEASABLE') return;
  const hashOf = (shareId: string) => agreed.find((one) => one.shareId === shareId)?.hash;
  const contradicted = own.find(({ shareId, hash }) => hashOf(shareId) !== hash);
  if (contradicted === undefined) return;
  throw new SalusError('ERR_PARTIAL_INVALID', `Other holders contradict ${mspId}`, {
    argument: 'openingId',
    expected: `${contradicted.shareId} ${contradicted.hash}`,
    got: hashOf(contradicted.shareId) ?? 'nothing',
  });
}
