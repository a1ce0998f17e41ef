/** A recipient's side of an opening. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '@salus/compute';
import { generateHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { Opening } from '@salus/protocol/computation';
import { ComputationClient } from './computation-client.js';
import { splitFrames } from './frames.js';
import { Post, type PostOptions } from './letters.js';
import { inOrderOfShares, type ShareBytes } from './transient.js';

export interface OpenOptions extends PostOptions {
  readonly computation: Pick<ComputationClient, 'getOpening'>;
  readonly engine: Pick<Engine, 'combineOpening'>;
  /**
   * What the members seal to; by default made for this call. A recipient that keeps it can go on after
   * a crash; with another one the members, as long as nothing is on record, seal again.
   */
  readonly keys?: HpkeKeyPair;
  /** How long to wait for the committee. Default 2 minutes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What a recipient has opened, and what it takes to put it on record. */
export interface OpenedResult {
  readonly opening: Opening;
  /** Every slot in order, signed. */
  readonly slots: readonly number[];
  /** The ciphertext that was opened. */
  readonly result: Uint8Array;
  /** One partial opening of each share, as agreed on the ledger. */
  readonly partials: readonly ShareBytes[];
  /** Members that sent something else than the ledger's hashes say. */
  readonly liars: readonly string[];
}

const TIMEOUT_MS = 120_000;
const POLL_MS = 200;
const MOST_POLL_MS = 2000;

/**
 * Leaves a key for the committee, and collects the partial openings that its members seal to it. It
 * believes those whose hashes are agreed on the ledger, and combines them. Members send theirs once each
 * share is confirmed: one member more than the threshold has to answer, whichever they are. By the role that
 * reads the opening for the organisation ({@link Opening.readers}).
 *
 * @throws SalusError `ERR_NO_DECISION` when the opening was denied, `ERR_OPENING_UNCONFIRMED` when no
 *   member more than the threshold answers in time, `ERR_DEADLINE_EXCEEDED` when fewer do,
 *   `ERR_HASH_MISMATCH`, `ERR_PARTIAL_INVALID`
 * @example
 * const { value } = await computation.requestOpening({ evaluationId, recipients });
 * const { openingId } = value;
 * const opened = await openResult(openingId, { computation, engine, store, members, chaincode: 'claims', mspId });
 * await computation.recordOpening(openingId, { ...opened, salt: randomBytes(32).toString('hex') });
 */
export async function openResult(openingId: string, options: OpenOptions): Promise<OpenedResult> {
  const { computation, engine, store, chaincode } = options;
  const keys = options.keys ?? (await generateHpkeKeyPair());
  const post = new Post(options);
  await post.leaveKey({ openingId }, keys.publicKey);
  const liars = new Set<string>();
  const found = await patiently(options, () =>
    collect({ openingId, computation, post, privateKey: keys.privateKey, liars }),
  );
  const { opening, partials } = found;
  const { committee } = opening;
  const result = await store.get(opening.resultHash ?? '', { chaincode, opening: openingId });
  const slots = await engine.combineOpening({ ciphertext: result, committee, partials });
  return { opening, slots, result, partials, liars: [...liars] };
}

interface Collection {
  readonly openingId: string;
  readonly computation: OpenOptions['computation'];
  readonly post: Post;
  readonly privateKey: string;
  readonly liars: Set<string>;
}

interface Collected {
  readonly opening: Opening;
  readonly partials: readonly ShareBytes[];
}

/** One partial opening of every share, or the opening's status while some are missing. */
async function collect(about: Collection): Promise<Collected | Opening['status']> {
  const { openingId, computation } = about;
  const opening = await computation.getOpening(openingId);
  if (!opening.permitted) {
    throw new SalusError('ERR_NO_DECISION', `The opening was denied: ${opening.reason}`, {
      argument: 'openingId',
      got: opening.reason,
    });
  }
  const agreed = new Map(opening.agreed.map(({ shareId, hash }) => [shareId, hash]));
  if (agreed.size === 0) return opening.status;
  const found = new Map<string, Uint8Array>();
  for (const { mspId } of opening.posted) {
    if (found.size === agreed.size) break;
    for (const [shareId, bytes] of await letterFrom(about, mspId)) {
      if (sha256Hex(bytes) === agreed.get(shareId)) found.set(shareId, bytes);
      else about.liars.add(mspId);
    }
  }
  if (found.size < agreed.size) return opening.status;
  const partials = [...found].map(([shareId, bytes]) => ({ shareId, bytes }));
  return { opening, partials: inOrderOfShares(partials) };
}

/** A member that sent nothing usable is passed over: any t of them do. */
async function letterFrom(
  { openingId, post, privateKey }: Collection,
  member: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    return splitFrames(await post.receive({ openingId }, member, privateKey));
  } catch (error) {
    if (error instanceof SalusError) return new Map();
    throw error;
  }
}

async function patiently(
  { timeoutMs = TIMEOUT_MS, signal }: OpenOptions,
  attempt: () => Promise<Collected | Opening['status']>,
): Promise<Collected> {
  const end = Date.now() + timeoutMs;
  for (let pause = POLL_MS; ; pause = Math.min(pause * 1.5, MOST_POLL_MS)) {
    signal?.throwIfAborted();
    const found = await attempt();
    if (typeof found !== 'string') return found;
    if (Date.now() + pause > end) throw tooFew(found);
    await sleep(pause, undefined, signal && { signal });
  }
}

function tooFew(status: Opening['status']): SalusError {
  const remedy = 'see with `salus committee status` which members have posted; ask again later';
  const isUnconfirmed = status === 'UNCONFIRMED';
  return isUnconfirmed
    ? new SalusError('ERR_OPENING_UNCONFIRMED', 'No further member confirmed the opening in time', {
        argument: 'openingId',
        expected: 'RELEASABLE',
        got: status,
        remedy,
      })
    : new SalusError('ERR_DEADLINE_EXCEEDED', 'Too few committee members answered in time', {
        got: status,
        remedy,
      });
}
