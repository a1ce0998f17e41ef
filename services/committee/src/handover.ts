/** What generating and resharing a key have in common: letters between members, and confirming. */
import { splitFrames } from '@salus/client/computation';
import type { AcceptedShare } from '@salus/compute';
import { contradicted, isMalformed, isUnreadable, type Ceremony } from './ceremony.js';
import { ifThere } from './parts.js';

/**
 * Seals a letter to another member, unless it has confirmed its shares, left no key yet, or has been
 * sent the letter under that key. A holder that lost its key leaves another one, and gets it again.
 *
 * @param write makes the plain letter, which is wiped once it is sent
 */
export async function handTo(
  ceremony: Ceremony,
  to: string,
  write: () => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  const { parts, matter, memory, name } = ceremony;
  if (to === parts.mspId || ceremony.lineOf(to)?.fingerprints !== undefined) return;
  const publicKey = await ifThere(parts.post.keyOf(matter, to));
  if (publicKey === undefined || memory.sent.get(`${name}${to}`) === publicKey) return;
  const plain = await write();
  await parts.post.send(matter, { to, publicKey }, plain);
  plain.fill(0);
  memory.sent.set(`${name}${to}`, publicKey);
}

/** What another member sealed to this one; undefined while there is nothing to be read. */
export async function letterFrom(
  ceremony: Ceremony,
  sender: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const { parts, matter } = ceremony;
  const { privateKey } = await ceremony.receivingKeys();
  try {
    const plain = await ifThere(parts.post.receive(matter, sender, privateKey));
    return plain && splitFrames(plain);
  } catch (error) {
    // Sealed to a key that this member has lost, and the sender seals it again; or no letter at all.
    if (isUnreadable(error) || isMalformed(error)) return undefined;
    throw error;
  }
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
  await parts.ledger.confirmShares({ keyId, epoch, fingerprints: fingerprints ?? [] });
}
