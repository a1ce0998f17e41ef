/** Resharing: old holders split their shares, new holders add the parts up. */
import { z } from 'zod';
import { joinFrames, splitFrames } from '@salus/client/computation';
import {
  ComputeError,
  examineDealt,
  holderSets,
  partFingerprint,
  reshareHash,
  wipeKey,
  type AcceptedShare,
  type Engine,
  type ReceivedPart,
  type ResharedShare,
} from '@salus/compute';
import { isSameCommittee } from '@salus/protocol/computation';
import { ownOf } from '@salus/protocol';
import { contradicted, dealtOf, type Ceremony } from './ceremony.js';
import { confirmShares, handToEach, letterFrom, tellForeign } from './handover.js';
import { hashesOf, ownKey } from './parts.js';

const listSchema = z.record(z.string(), z.string());

/** An old share as one of its holders tells it to a new holder. */
interface ToldShare {
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly packages: ReadonlyMap<string, Uint8Array>;
}

/** Posts what this member deals; that is its organisation's consent to the change. */
export async function deal(ceremony: Ceremony): Promise<void> {
  const { parts, keyId, epoch, own } = ceremony;
  await ceremony.presentKey();
  const isToDeal = isOldHolder(ceremony) && own?.dealt === undefined;
  if (isToDeal && (await isAgreedTo(ceremony))) {
    const hashes = hashesOf(await dealtBy(ceremony));
    await parts.ledger.dealReshare({ keyId, epoch, hashes });
    return;
  }
  const about = contradicted(ceremony);
  if (about) await ceremony.complain({ reason: 'SHARE_DISPUTED', ...about });
}

/** Hands out the parts, adds the own ones up, and posts the fingerprints of the new shares. */
export async function confirmReshared(ceremony: Ceremony): Promise<void> {
  const { own } = ceremony;
  await ceremony.presentKey();
  if (isOldHolder(ceremony) && own?.dealt !== undefined) await handOut(ceremony);
  await confirmShares(ceremony, takeShares);
}

async function isAgreedTo(ceremony: Ceremony): Promise<boolean> {
  const { parts, key, keyId, epoch, committee } = ceremony;
  if (isSameCommittee(key.committee, committee)) return true;
  if (await parts.approvals.isApproved(keyId, epoch, committee)) return true;
  await ceremony.once('asked', () => {
    const { members, threshold } = committee;
    parts.report({ approvalNeeded: keyId, epoch, members, threshold });
    return Promise.resolve();
  });
  return false;
}

function isOldHolder({ parts, key }: Ceremony): boolean {
  return key.committee.members.includes(parts.mspId);
}

/** Follows from the shares alone: nothing has to be saved, and every holder deals the same. */
async function dealtBy(ceremony: Ceremony): Promise<readonly ResharedShare[]> {
  const { parts, key, epoch, committee: to, engine } = ceremony;
  const shares = await ownKey(parts, key);
  try {
    return await engine.dealReshare({ key: shares, to, epoch });
  } finally {
    wipeKey(shares);
  }
}

async function handOut(ceremony: Ceremony): Promise<void> {
  let dealt: readonly ResharedShare[] | undefined;
  await handToEach(ceremony, async (to) => {
    dealt ??= await dealtBy(ceremony);
    return tell(ceremony, dealt, to);
  });
}

/** The fingerprints of all parts, for the check against the ledger, and the packages for one member. */
function tell(ceremony: Ceremony, dealt: readonly ResharedShare[], to: string): Buffer {
  const held = ceremony.heldBy(to).map(({ shareId }) => shareId);
  const frames: Record<string, Uint8Array> = {};
  for (const { shareId: from, parts } of dealt) {
    const fingerprints = Object.fromEntries(
      parts.map(({ shareId, fingerprint }) => [shareId, fingerprint]),
    );
    frames[from] = Buffer.from(JSON.stringify(fingerprints));
    for (const { shareId, package: bytes } of parts) {
      if (held.includes(shareId)) frames[`${from} ${shareId}`] = bytes;
    }
  }
  return joinFrames(frames);
}

/** The new shares; undefined while a part is missing, or after a complaint. */
async function takeShares(ceremony: Ceremony): Promise<AcceptedShare[] | undefined> {
  const { parts, key, keyId, epoch, committee: to, engine } = ceremony;
  const told = await collect(ceremony);
  const from = key.committee;
  const accepted: AcceptedShare[] = [];
  for (const { shareId } of ceremony.heldBy(parts.mspId)) {
    const received: ReceivedPart[] = [];
    for (const old of holderSets(from)) {
      const share = told.get(old.shareId);
      const bytes = share?.packages.get(shareId);
      const fingerprint = share && ownOf(share.fingerprints, shareId);
      if (bytes && fingerprint !== undefined) {
        ceremony.arrived(`part ${old.shareId}`);
        received.push({ from: old.shareId, package: bytes, fingerprint });
      } else if (ceremony.isOverdue(`part ${old.shareId}`)) {
        await ceremony.complain({ reason: 'SHARE_MISSING', shareId, from: old.shareId });
        return undefined;
      } else return undefined;
    }
    const request = { keyId, epoch, from, to, shareId, parts: received };
    const share = await accept(engine, request);
    if ('from' in share) {
      await ceremony.complain({ reason: 'SHARE_INVALID', shareId, from: share.from });
      return undefined;
    }
    accepted.push(share);
  }
  return accepted;
}

/** @returns the old share whose part is none, whatever its holders agree on; or the new share */
async function accept(
  engine: Engine,
  request: Parameters<Engine['acceptReshare']>[0],
): Promise<AcceptedShare | { readonly from: string }> {
  try {
    return await engine.acceptReshare(request);
  } catch (error) {
    const isUnusable = error instanceof ComputeError && error.code === 'ERR_RESHARE_INVALID';
    const from = isUnusable && request.parts.find((one) => error.argument === `parts[${one.from}]`);
    if (!from) throw error;
    return { from: from.from };
  }
}

/**
 * Every old share, from the first of its holders that tells what the hash stands for that counts. Only who holds a
 * share deals it, whatever else is in a letter.
 */
async function collect(ceremony: Ceremony): Promise<Map<string, ToldShare>> {
  const { key, committee } = ceremony;
  const posted = dealtOf(key);
  const { standing: hashes } = examineDealt(key.committee, committee, posted);
  const found = new Map<string, ToldShare>();
  const held = holderSets(key.committee);
  for (const member of new Set(posted.map((one) => one.member))) {
    const isMissing = posted.some((one) => one.member === member && !found.has(one.shareId));
    if (!isMissing) continue;
    const letter = await tellingOf(ceremony, member);
    if (!letter) continue;
    const foreign = new Set<string>();
    for (const { shareId: from, holders } of held) {
      if (!holders.includes(member)) {
        if (isTold(letter, from)) foreign.add(from);
        continue;
      }
      const hash = hashes.get(from);
      const share = hash === undefined ? undefined : read(ceremony, letter, { from, hash });
      if (share && !found.has(from)) found.set(from, share);
    }
    await tellForeign(ceremony, member, foreign);
  }
  return found;
}

/** Whether a letter tells anything of an old share. */
function isTold(letter: ReadonlyMap<string, Uint8Array>, from: string): boolean {
  return [...letter.keys()].some((name) => name.split(' ')[0] === from);
}

async function tellingOf(
  ceremony: Ceremony,
  member: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  if (member !== ceremony.parts.mspId) return letterFrom(ceremony, member);
  return splitFrames(tell(ceremony, await dealtBy(ceremony), member));
}

/** An old share out of a letter, if it is what its holders agreed on. */
function read(
  ceremony: Ceremony,
  letter: ReadonlyMap<string, Uint8Array>,
  { from, hash }: { readonly from: string; readonly hash: string },
): ToldShare | undefined {
  const { parts, keyId, epoch, committee: to, engine } = ceremony;
  const resharing = { profile: engine.profile, keyId, epoch, to };
  const list = letter.get(from);
  const fingerprints = list && parseList(list);
  if (!fingerprints || reshareHash(resharing, from, fingerprints) !== hash) return undefined;
  const packages = new Map<string, Uint8Array>();
  for (const { shareId } of ceremony.heldBy(parts.mspId)) {
    const bytes = letter.get(`${from} ${shareId}`);
    const isRight =
      bytes && partFingerprint(resharing, from, shareId, bytes) === ownOf(fingerprints, shareId);
    if (!isRight) return undefined;
    packages.set(shareId, bytes);
  }
  return { fingerprints, packages };
}

function parseList(bytes: Uint8Array): Record<string, string> | undefined {
  try {
    return listSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}
