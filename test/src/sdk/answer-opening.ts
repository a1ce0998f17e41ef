import { joinFrames, Post } from '@salus/client/computation';
import { SalusError } from '@salus/protocol';
import type { CommitteeActors, TestKey } from '../behaviour/computation/committee.js';
import type { SdkWorld } from './sdk-world.js';

const POLL_MS = 20;

/** What a committee answers, and to whom. */
export interface Answering {
  readonly committee: CommitteeActors;
  readonly key: TestKey;
  readonly chaincode: string;
  readonly openingId: string;
  readonly recipients: readonly { readonly mspId: string; readonly role: string }[];
  /** So many members send other bytes than they have put on the ledger: those who are read first. */
  readonly liars?: number;
}

/**
 * The whole committee answers an opening: each recipient gets its letters as soon as it has left a key.
 *
 * @returns who lied
 */
export async function answerOpening(world: SdkWorld, answering: Answering): Promise<string[]> {
  const { committee, key, chaincode, openingId, recipients } = answering;
  const ledger = world.computation(['CityHospital', 'committee'], chaincode);
  const { resultHash = '', shownSlots } = await ledger.getOpening(openingId);
  const permission = { chaincode, opening: openingId };
  const result = await (await world.storeOf('InsurerMSP')).get(resultHash, permission);
  const partials = await committee.partialsOf(key.members, result, shownSlots);
  await committee.submitPartials(openingId, 0, partials);
  const { posted } = await ledger.getOpening(openingId);
  const liars = posted.slice(0, answering.liars ?? 0).map(({ mspId }) => mspId);
  const matter = { openingId };
  // In the order in which a recipient reads them: a lie is not passed over for want of its letter.
  for (const { mspId } of posted) {
    const own = partials.get(mspId) ?? [];
    const store = await world.storeOf(mspId);
    const post = new Post({ store, members: world.consortium.members, chaincode, mspId });
    const isLiar = liars.includes(mspId);
    const frames = joinFrames(
      Object.fromEntries(
        own.map(({ shareId, bytes }) => [shareId, isLiar ? Buffer.from('a lie') : bytes]),
      ),
    );
    for (const { mspId: to, role } of recipients) {
      const publicKey = await until(() => post.keyOf(matter, to, role).catch(absent));
      await post.send(matter, { to, publicKey }, frames);
    }
  }
  return liars;
}

const absent = (error: unknown): undefined => {
  if (error instanceof SalusError && error.code === 'ERR_NOT_FOUND') return undefined;
  throw error;
};

/** Tries until there is something. */
export async function until<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await attempt();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
