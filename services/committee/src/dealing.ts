/** Key generation: dealing shares, handing them out, taking one's own. */
import { joinFrames, splitFrames, type Frames } from '@salus/client/computation';
import type { AcceptedShare, DealtKey } from '@salus/compute';
import type { Ceremony } from './ceremony.js';
import { accept, complainOf, isShown } from './evidence.js';
import { confirmShares, handToEach, letterFrom, tellForeign } from './handover.js';

/** A share as its dealer keeps it until the ceremony is over. */
interface KeptDealing {
  readonly commitment: string;
  readonly shares: ReadonlyMap<string, { contribution: Uint8Array; package: Uint8Array }>;
}

/** Commits, before anybody reveals. What is committed to is saved first: a crash loses nothing. */
export async function commit(ceremony: Ceremony): Promise<void> {
  const { parts, keyId, own } = ceremony;
  await ceremony.presentKey();
  if (own?.commitment !== undefined || ceremony.dealtBy(parts.mspId).length === 0) return;
  const { commitment } = await dealingOf(ceremony);
  await parts.ledger.commitContribution(keyId, commitment);
}

/** Reveals what was committed to, once all have committed. */
export async function reveal(ceremony: Ceremony): Promise<void> {
  const { parts, keyId, own } = ceremony;
  await ceremony.presentKey();
  if (own?.contributions !== undefined || ceremony.dealtBy(parts.mspId).length === 0) return;
  const { shares } = await publish(ceremony);
  const contributions = [...shares].map(([shareId, { contribution: bytes }]) => ({
    shareId,
    bytes,
  }));
  await parts.ledger.revealContribution(keyId, contributions);
}

/** Hands out packages, takes the own ones, and posts their fingerprints. */
export async function confirm(ceremony: Ceremony): Promise<void> {
  const { parts } = ceremony;
  await ceremony.presentKey();
  if (ceremony.dealtBy(parts.mspId).length > 0) await handOut(ceremony);
  await confirmShares(ceremony, takeShares);
}

/** Puts the contributions where everybody can check them. */
async function publish(ceremony: Ceremony): Promise<KeptDealing> {
  const dealing = await dealingOf(ceremony);
  await ceremony.once('published', async () => {
    for (const { contribution } of dealing.shares.values()) {
      await ceremony.parts.store.put(contribution);
    }
  });
  return dealing;
}

async function handOut(ceremony: Ceremony): Promise<void> {
  const { parts } = ceremony;
  // They were published before they were revealed, unless this process is another one.
  await ceremony.reporting({ leaves: 'contributions' }, () => publish(ceremony));
  const dealing = await dealingOf(ceremony);
  await handToEach(ceremony, (to) => {
    const shares = ceremony
      .heldBy(to)
      .filter(({ dealer }) => dealer === parts.mspId)
      .map(({ shareId }) => [shareId, dealing.shares.get(shareId)?.package] as const);
    return shares.length === 0 ? undefined : joinFrames(Object.fromEntries(shares) as Frames);
  });
}

/** The own shares, checked; undefined while a package is missing, or after a complaint. */
async function takeShares(ceremony: Ceremony): Promise<AcceptedShare[] | undefined> {
  const { parts } = ceremony;
  if (await isShown(ceremony)) return undefined;
  const dealers = new Set(ceremony.heldBy(parts.mspId).map(({ dealer }) => dealer));
  const packages = new Map<string, Uint8Array>();
  for (const dealer of dealers) {
    const letter = await packagesFrom(ceremony, dealer);
    if (!letter) continue;
    // A letter counts for what its sender deals: what it says of others' shares would blame their dealers.
    for (const { shareId } of ceremony.dealtBy(dealer)) {
      const bytes = letter.get(shareId);
      if (bytes) packages.set(shareId, bytes);
    }
    const others = ceremony.sets.filter(
      (share) => share.dealer !== dealer && letter.has(share.shareId),
    );
    await tellForeign(
      ceremony,
      dealer,
      others.map(({ shareId }) => shareId),
    );
  }
  const accepted: AcceptedShare[] = [];
  for (const { shareId, dealer } of ceremony.heldBy(parts.mspId)) {
    const bytes = packages.get(shareId);
    const contribution = await contributionOf(ceremony, { shareId, dealer });
    const share =
      bytes && contribution && (await accept(ceremony, { shareId, contribution, package: bytes }));
    if (!share) {
      const isThere = bytes !== undefined;
      await complainOf(ceremony, { shareId, dealer, contribution, isThere });
      return undefined;
    }
    ceremony.arrived(`package ${shareId}`);
    accepted.push(share);
    if (!(await keep(ceremony, shareId, contribution))) return undefined;
  }
  return accepted;
}

/** What a dealer sealed to this member; undefined while there is nothing to be read. */
async function packagesFrom(
  ceremony: Ceremony,
  dealer: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  if (dealer !== ceremony.parts.mspId) return letterFrom(ceremony, dealer);
  const { shares } = await dealingOf(ceremony);
  return new Map([...shares].map(([shareId, share]) => [shareId, share.package]));
}

/** What a dealer revealed of a share; undefined while no store has it. */
async function contributionOf(
  ceremony: Ceremony,
  { shareId, dealer }: { readonly shareId: string; readonly dealer: string },
): Promise<Uint8Array | undefined> {
  const posted = ceremony.lineOf(dealer)?.contributions ?? [];
  const hash = posted.find((one) => one.shareId === shareId)?.hash ?? '';
  return ceremony.reading(dealer, () => ceremony.fetch(hash));
}

/**
 * Leaves the contribution of an own share at this member's stores, before it confirms the share: its proofs of partial
 * openings need it, though the dealer should remove it later.
 *
 * @returns whether a store took it
 */
async function keep(
  ceremony: Ceremony,
  shareId: string,
  contribution: Uint8Array,
): Promise<boolean> {
  const kept = await ceremony.reporting({ leaves: 'contributions' }, async () => {
    await ceremony.once(`kept ${shareId}`, () => ceremony.parts.store.put(contribution));
    return true;
  });
  return kept === true;
}

/** What this member deals: made once, and saved before anything of it is posted. */
async function dealingOf(ceremony: Ceremony): Promise<KeptDealing> {
  const { parts, keyId, epoch, seed, committee, engine } = ceremony;
  const known = await parts.home.readSecret(keyId, epoch, 'dealing');
  if (known) return unpack(known);
  const member = parts.mspId;
  const packed = pack(await engine.dealKey({ keyId, seed, committee, member }));
  await parts.home.writeSecret(keyId, epoch, 'dealing', packed);
  return unpack(packed);
}

function pack({ commitment, dealt }: DealtKey): Buffer {
  const frames: Record<string, Uint8Array> = { commitment: Buffer.from(commitment) };
  for (const { shareId, contribution, package: bytes } of dealt) {
    frames[`${shareId} contribution`] = contribution.bytes;
    frames[`${shareId} package`] = bytes;
  }
  return joinFrames(frames);
}

function unpack(packed: Uint8Array): KeptDealing {
  const frames = splitFrames(packed);
  const shares = new Map<string, { contribution: Uint8Array; package: Uint8Array }>();
  for (const [name, contribution] of frames) {
    const [shareId = '', what] = name.split(' ');
    const bytes = frames.get(`${shareId} package`);
    if (what === 'contribution' && bytes) shares.set(shareId, { contribution, package: bytes });
  }
  return { commitment: Buffer.from(frames.get('commitment') ?? []).toString('utf8'), shares };
}
