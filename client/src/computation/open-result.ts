/** A recipient's side of an opening. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sharesHeldBy, type Engine } from '@salus/compute';
import { generateHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import { splitFrames } from '@salus/crypto/letter';
import { SalusError, sha256Hex } from '@salus/protocol';
import { inOrderOfShares, type Opening } from '@salus/protocol/computation';
import { ComputationClient } from './computation-client.js';
import { Post, type PostOptions } from './letters.js';
import { endKeyOf, reportingNoise } from './noise.js';
import {
  chooseProven,
  PROOF_FRAME,
  provenPartialsIn,
  type ProofSetting,
} from './proven-partials.js';
import type { OpeningContent, ProvenPartials, ShareBytes } from './transient.js';

export interface OpenOptions extends PostOptions {
  readonly computation: Pick<ComputationClient, 'getOpening' | 'getKey' | 'reportNoise' | 'endKey'>;
  readonly engine: Pick<Engine, 'combineOpening' | 'verifyOpening'>;
  readonly channel: string;
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
export interface OpenedResult extends Required<OpeningContent> {
  readonly opening: Opening;
  /** Every slot in order, signed. */
  readonly slots: readonly number[];
  /** Members that sent something else than the ledger's hashes say, or a proof that does not hold. */
  readonly liars: readonly string[];
}

const TIMEOUT_MS = 120_000;
const POLL_MS = 200;
const MOST_POLL_MS = 2000;

/**
 * Leaves a key for the committee, and collects the partial openings that its members seal to it. It
 * believes those whose hashes are agreed on the ledger, and those whose proof holds, and combines them. Members
 * send theirs once each share is confirmed. Where some stay away or contradict each other, members send proofs along:
 * then any threshold of honest members is enough. Under keys that release 0.1.0 made there are no proofs, and one member
 * more than the threshold has to answer. By the role that reads the opening for the organisation
 * ({@link Opening.readers}).
 *
 * Where the opening has more noise than its bound, a recorder has the others find the same, and so ends the key
 * ({@link ComputationClient.reportNoise}).
 *
 * @throws SalusError `ERR_NO_DECISION` when the opening was denied, `ERR_OPENING_UNCONFIRMED` when too few members
 *   confirm or prove what was answered in time, `ERR_DEADLINE_EXCEEDED` when fewer than the threshold answer,
 *   `ERR_HASH_MISMATCH`, `ERR_PARTIAL_INVALID`, `ERR_NOISE_EXCEEDED`
 * @example
 * const { value } = await computation.requestOpening({ evaluationId, recipients });
 * const { openingId } = value;
 * const opened = await openResult(openingId, { computation, engine, store, members, channel, chaincode: 'claims', mspId });
 * await computation.recordOpening(openingId, { ...opened, salt: randomBytes(32).toString('hex') });
 */
export async function openResult(openingId: string, options: OpenOptions): Promise<OpenedResult> {
  const { engine } = options;
  const keys = options.keys ?? (await generateHpkeKeyPair());
  const post = new Post(options);
  await post.leaveKey({ openingId }, keys.publicKey);
  const about: Collection = {
    ...{ openingId, options, post, privateKey: keys.privateKey },
    liars: new Set(),
    proven: new Map(),
    refused: new Map(),
    contributions: new Map(),
  };
  const { opening, ...found } = await patiently(options, () => collect(about));
  const { committee } = opening;
  const { result, partials, proofs } = found;
  const isProven = proofs.length > 0;
  const combination = { ciphertext: result, committee, partials, isProven };
  const slots = await reportingNoise(options, opening, { result, partials }, () =>
    engine.combineOpening({ ...combination, slots: opening.shownSlots }),
  );
  return { opening, slots, ...found, liars: [...about.liars] };
}

interface Collection {
  readonly openingId: string;
  readonly options: OpenOptions;
  readonly post: Post;
  readonly privateKey: string;
  readonly liars: Set<string>;
  /** Letters whose proofs hold, by member: they are checked once. */
  readonly proven: Map<string, ProvenPartials>;
  /** SHA-256 of a proof that does not hold, by member: the same is not checked again. */
  readonly refused: Map<string, string>;
  /** Contributions that a store has given, by share. */
  readonly contributions: Map<string, ShareBytes>;
  /** What is opened, once a store has given it. */
  result?: Uint8Array;
  /** What proofs are checked against, once one is. */
  setting?: Setting;
}

type Setting = Omit<ProofSetting, 'opening' | 'contributions'>;

interface Collected extends Required<OpeningContent> {
  readonly opening: Opening;
}

/** One partial opening of every share, or the opening's status while some are missing. */
async function collect(about: Collection): Promise<Collected | Opening['status']> {
  const { openingId, options } = about;
  const opening = await options.computation.getOpening(openingId);
  if (!opening.permitted) {
    throw new SalusError('ERR_NO_DECISION', `The opening was denied: ${opening.reason}`, {
      argument: 'openingId',
      got: opening.reason,
    });
  }
  if (opening.status === 'NOISY') return endKeyOf(options, opening);
  const agreed = new Map(opening.agreed.map(({ shareId, hash }) => [shareId, hash]));
  if (agreed.size === 0) return (await collectProven(about, opening)) ?? opening.status;
  const found = new Map<string, Uint8Array>();
  for (const { mspId } of opening.posted) {
    if (found.size === agreed.size) break;
    for (const [name, bytes] of await letterFrom(about, mspId)) {
      const hash = agreed.get(name);
      if (hash === undefined) continue;
      if (sha256Hex(bytes) === hash) found.set(name, bytes);
      else about.liars.add(mspId);
    }
  }
  if (found.size < agreed.size) return opening.status;
  const result = await resultOf(about, opening);
  if (result === undefined) return opening.status;
  const partials = inOrderOfShares([...found].map(([shareId, bytes]) => ({ shareId, bytes })));
  return { opening, result, partials, proofs: [], contributions: [] };
}

/** By proofs, where holders of a share have not confirmed it. */
async function collectProven(about: Collection, opening: Opening): Promise<Collected | undefined> {
  if (!opening.provable || opening.status === 'COLLECTING') return undefined;
  for (const { mspId } of opening.posted) {
    if (chooseProven(opening, [...about.proven.values()]) !== undefined) break;
    if (about.proven.has(mspId)) continue;
    const letter = await letterFrom(about, mspId);
    const proof = letter.get(PROOF_FRAME);
    // A member whose peer knows of more answers than this one seals without a proof.
    if (proof === undefined || about.refused.get(mspId) === sha256Hex(proof)) continue;
    const setting = about.setting ?? (await settingOf(about, opening));
    if (setting === undefined) return undefined;
    about.setting = setting;
    const contributions = await contributionsOf(about, setting, opening, mspId);
    // They come with the proof, by other stores: what is not there yet is nobody's lie.
    if (contributions === undefined) continue;
    const found = await provenPartialsIn({ ...setting, opening, contributions }, mspId, letter);
    if (found === undefined) {
      about.liars.add(mspId);
      about.refused.set(mspId, sha256Hex(proof));
    } else {
      about.proven.set(mspId, found);
      about.liars.delete(mspId);
    }
  }
  const chosen = chooseProven(opening, [...about.proven.values()]);
  if (chosen === undefined || about.result === undefined) return undefined;
  const contributions = inOrderOfShares([...about.contributions.values()]);
  return { opening, result: about.result, ...chosen, contributions };
}

/** What is opened; undefined while no store gives it. */
async function resultOf(
  about: Collection,
  { openingId, resultHash = '' }: Opening,
): Promise<Uint8Array | undefined> {
  const { store, chaincode } = about.options;
  const found =
    about.result ?? (await unlessMissing(store.get(resultHash, { chaincode, opening: openingId })));
  if (found !== undefined) about.result = found;
  return found;
}

/** What proofs are checked against; undefined while no store has it. */
async function settingOf(about: Collection, opening: Opening): Promise<Setting | undefined> {
  const { computation, engine, channel, chaincode } = about.options;
  const key = await computation.getKey(opening.keyId);
  // A key that was reshared meanwhile tells of its new shares: that nothing can be checked is nobody's fault.
  if (key.epoch !== opening.epoch) return undefined;
  const ciphertext = await resultOf(about, opening);
  return ciphertext && { engine, key, place: { channel, chaincode }, ciphertext };
}

/** The contribution of each share that a member holds; undefined while a store lacks one. */
async function contributionsOf(
  { options: { store, chaincode }, contributions: known }: Collection,
  { key }: Setting,
  { committee }: Opening,
  member: string,
): Promise<readonly ShareBytes[] | undefined> {
  const found: ShareBytes[] = [];
  for (const shareId of sharesHeldBy(committee, member)) {
    const hash = key.contributions?.find((one) => one.shareId === shareId)?.hash;
    if (hash === undefined) return undefined;
    const bytes =
      known.get(shareId)?.bytes ??
      (await unlessMissing(store.get(hash, { chaincode, key: key.keyId })));
    if (bytes === undefined) return undefined;
    known.set(shareId, { shareId, bytes });
    found.push({ shareId, bytes });
  }
  return found;
}

/** What a store does not have, does not give, or gives wrongly may come later, or from another one. */
async function unlessMissing(reading: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SalusError && MISSING.has(error.code)) return undefined;
    throw error;
  }
}

const MISSING: ReadonlySet<string> = new Set([
  ...['ERR_NOT_FOUND', 'ERR_NO_DECISION', 'ERR_HASH_MISMATCH', 'ERR_TOO_LARGE'],
  'ERR_SERVICE_UNREACHABLE',
]);

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
