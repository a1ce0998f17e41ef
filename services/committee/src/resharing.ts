/** Resharing: old holders split their shares, new holders add the parts up. */
import { z } from 'zod';
import { joinFrames, splitFrames } from '@salus/client/computation';
import {
  examineDealt,
  holderSets,
  partFingerprint,
  reshareHash,
  wipeKey,
  type AcceptedShare,
  type ReceivedPart,
  type ResharedShare,
} from '@salus/compute';
import { isSameCommittee } from '@salus/protocol/computation';
import { contradicted, dealtOf, type Ceremony } from './ceremony.js';
import { confirmShares, handToEach, letterFrom } from './handover.js';
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
      const fingerprint = share?.fingerprints[shareId];
      if (bytes && fingerprint !== undefined) {
        received.push({ from: old.shareId, package: bytes, fingerprint });
      } else if (ceremony.isOverdue(`part ${old.shareId}`)) {
        await ceremony.complain({ reason: 'SHARE_INVALID', shareId, from: old.shareId });
        return undefined;
      } else return undefined;
    }
    const request = { keyId, epoch, from, to, shareId, parts: received };
    accepted.push(await engine.acceptReshare(request));
  }
  return accepted;
}

/** Every old share, from the first of its holders that tells what the hash stands for that counts. */
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
    const own = held
      .filter(({ holders }) => holders.includes(member))
      .map(({ shareId }) => shareId);
    for (const [from, hash] of letter ? hashes : []) {
      const share = letter && own.includes(from) && read(ceremony, letter, { from, hash });
      if (share && !found.has(from)) found.set(from, share);
    }
  }
  return found;
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
      bytes && partFingerprint(resharing, from, shareId, bytes) === fingerprints[shareId];
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
