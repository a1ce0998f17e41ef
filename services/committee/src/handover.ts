/** What generating and resharing a key have in common: letters between members, and confirming. */
import { splitFrames } from '@salus/client/computation';
import type { AcceptedShare } from '@salus/compute';
import { contradicted, type Ceremony } from './ceremony.js';
import { ifThere } from './parts.js';

/** Makes the plain letter to a member, which is wiped once it is sent; none where nothing is for it. */
type Write = (to: string) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/**
 * Seals a letter to each other member, unless it has confirmed its shares, left no key yet, or has been sent
 * the letter under that key. A holder that lost its key leaves another one, and gets it again. One member's
 * fault keeps nothing from the others: it is reported, and that member is tried again.
 */
export async function handToEach(ceremony: Ceremony, write: Write): Promise<void> {
  for (const to of ceremony.committee.members) await handTo(ceremony, to, write);
}

async function handTo(ceremony: Ceremony, to: string, write: Write): Promise<void> {
  const { parts, matter, memory, name, own } = ceremony;
  if (to === parts.mspId || ceremony.lineOf(to)?.fingerprints !== undefined) return;
  const publicKey = await ceremony.reporting({ to }, () => ifThere(parts.post.keyOf(matter, to)));
  if (publicKey === undefined || memory.sent.get(`${name}${to}`) === publicKey) return;
  const plain = await write(to);
  if (plain === undefined) return;
  await ceremony.reporting({ to }, async () => {
    await parts.post.send(matter, { to, publicKey, commitment: own?.commitment }, plain);
    memory.sent.set(`${name}${to}`, publicKey);
  });
  plain.fill(0);
}

/** What another member sealed to this one; undefined while there is nothing to be read. */
export async function letterFrom(
  ceremony: Ceremony,
  sender: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const { parts, matter } = ceremony;
  const { privateKey } = await ceremony.receivingKeys();
  // One that was sealed to a key that this member has lost its sender seals again.
  return ceremony.reading(sender, async () =>
    splitFrames(await parts.post.receive(matter, sender, privateKey)),
  );
}

/** Names a sender whose letter tells of shares that it has no part in. Nothing of that is taken. */
export async function tellForeign(
  ceremony: Ceremony,
  sender: string,
  shares: Iterable<string>,
): Promise<void> {
  const foreign = [...shares].sort();
  if (foreign.length === 0) return;
  await ceremony.tell({ from: sender, foreignShares: foreign }, `foreign ${sender}`);
}

/**
 * Complains where holders contradict each other; otherwise keeps this member's shares, before it posts
 * their fingerprints.
 *
 * @param take the checked shares; undefined while something is missing, or after a complaint
 */
export async function confirmShares(
  ceremony: Ceremony,
  take: (ceremony: Ceremony) => Promise<readonly AcceptedShare[] | undefined>,
): Promise<void> {
  const { parts, keyId, epoch, own } = ceremony;
  const about = contradicted(ceremony);
  if (about) return ceremony.complain({ reason: 'SHARE_DISPUTED', ...about });
  if (!ceremony.isHolder || own?.fingerprints !== undefined) return;
  let fingerprints = await ceremony.keptFingerprints();
  if (!fingerprints) {
    const accepted = await take(ceremony);
    if (!accepted) return;
    await ceremony.keep(accepted);
    fingerprints = await ceremony.keptFingerprints();
  }
  const contributions = ceremony.isContributing ? await ceremony.contributionHashes() : undefined;
  await parts.ledger.confirmShares({
    ...{ keyId, epoch, fingerprints: fingerprints ?? [] },
    ...(contributions && { contributions }),
  });
}
