import type { z } from 'zod';
import { sealTo } from '@salus/crypto/hpke';
import { categories } from '@salus/fhir';
import { decoded } from './bytes.js';
import { categoryKeyPairOf, categoryTagOf } from './derive.js';
import { describeEnding, type KeyEnding } from './describe.js';
import { rollOver, type CategoryKeyDeposit } from './epochs.js';
import { conflictOf, notFoundOf, unfit } from './faults.js';
import type { RequestOf } from './requests.js';
import { newHeldKey, newRoot, type WalletSession } from './session.js';
import type { SigningAlgorithm } from './signing-key.js';
import { heldKey, type HeldKey, type InstitutionKind, type KeyPurpose } from './state.js';

/** `info` of the tag key sealed to a hospital; its additional data is the pseudonym. */
export const TAG_KEY_INFO = 'salus/tag-key/v1';

/** Registers the patient with institutions of one kind, and hands the one that asked the tag key. */
export async function register(
  session: WalletSession,
  kind: InstitutionKind,
  institutionKey: string,
) {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'keys');
  const { kid } = key;
  const { jwk, hpkePublicKey } = session.stated(key);
  const tagKey = await session.tagKey(kind);
  const sealedTagKey = await sealTagKey(pseudonym, tagKey, institutionKey);
  const categoryKeys = await Promise.all(
    categories.map(async (category) => ({
      categoryTag: await categoryTagOf(tagKey, category),
      publicKey: (await categoryKeyPairOf(session.root, { kind, category, epoch: 1 })).publicKey,
    })),
  );
  const body = { pseudonym, jwk, hpkePublicKey, categoryKeys };
  const answer = {
    statement: await session.sign(key, 'PatientRegistration.v1', body),
    pseudonym,
    kid,
    hpkePublicKey,
    sealedTagKey,
  };
  if (!session.state.registered.includes(kind)) {
    session.state.registered.push(kind);
    session.state.epochs.push(...categories.map((category) => ({ kind, category, epoch: 1 })));
  }
  return answer;
}

/** Tells who the patient is; an institution that sends a key gets the tag key too, and a key of the patient's. */
export async function identify(
  session: WalletSession,
  kind: InstitutionKind,
  institutionKey?: string,
) {
  const pseudonym = await session.pseudonym(kind);
  if (institutionKey === undefined) return { pseudonym };
  const tagKey = await session.tagKey(kind);
  const sealedTagKey = await sealTagKey(pseudonym, tagKey, institutionKey);
  return { pseudonym, kid: session.keyFor(kind, 'keys').kid, sealedTagKey };
}

function sealTagKey(pseudonym: string, tagKey: string, institutionKey: string) {
  const context = { info: TAG_KEY_INFO, aad: pseudonym };
  return sealTo(institutionKey, decoded(tagKey, 'tagKey'), context);
}

/** A key without its private half. */
const listedKey = heldKey.omit({ privateKey: true }).strip();
export type ListedKey = z.infer<typeof listedKey>;

/** The wallet's keys, private halves left out. */
export function listKeys({ state }: WalletSession): readonly ListedKey[] {
  return state.keys.map((key) => listedKey.parse(key));
}

/** What `addKey` on the ledger takes. */
export interface AddedKey {
  readonly pseudonym: string;
  readonly kid: string;
  readonly statement: string;
  readonly possession: string;
}

/** Makes one more key; signed by one that is there, and by itself. */
export async function addKey(
  session: WalletSession,
  kind: InstitutionKind,
  wish: {
    readonly alg?: SigningAlgorithm | undefined;
    readonly purposes?: readonly KeyPurpose[] | undefined;
    readonly notAfter?: string | undefined;
  },
): Promise<AddedKey> {
  const { alg, purposes, notAfter } = wish;
  const pseudonym = await session.pseudonym(kind);
  const adder = session.keyFor(kind, 'keys');
  const key = await newHeldKey(kind, {
    now: session.now,
    root: session.root,
    ...(alg && { alg }),
    ...(purposes && { purposes }),
    ...(notAfter !== undefined && { notAfter }),
  });
  const stated = session.stated(key);
  const { hpkePublicKey } = stated;
  const possession = { pseudonym, hpkePublicKey, addedBy: adder.kid };
  session.state.keys.push(key);
  return {
    pseudonym,
    kid: key.kid,
    statement: await session.sign(adder, 'KeyAddition.v1', { pseudonym, key: stated }),
    possession: await session.sign(key, 'KeyPossession.v1', possession),
  };
}

/** What ends a key, and what follows from a lost one. */
export interface EndedKey {
  readonly pseudonym: string;
  readonly statement: string;
  /** What the statement does, for the owner to read. */
  readonly words: readonly string[];
  /** `CategoryKeys.v1`: epochs that begin under a new root secret. */
  readonly rollover?: string;
  readonly deposits?: readonly CategoryKeyDeposit[];
}

/** Retires a key: what it signed holds on. */
export async function retireKey(session: WalletSession, kid: string): Promise<EndedKey> {
  const key = heldKeyOf(session, kid);
  requireActive(key);
  // Another one, or the patient would be left without any.
  const signer = session.keyFor(key.kind, 'keys', kid);
  const ended = await end(session, signer, { key: kid, status: 'RETIRED' });
  key.status = 'RETIRED';
  return ended;
}

/**
 * Tells that a key was lost: what it signed since then is void. Who has the device may have the root
 * secret too, so a new one is made, and every category begins an epoch under it. A key that this wallet does not
 * hold is one that somebody added.
 */
export async function loseKey(
  session: WalletSession,
  asked: InstitutionKind,
  { kid, lostSince, by }: Pick<RequestOf<'lose-key'>, 'kid' | 'lostSince' | 'by'>,
): Promise<EndedKey> {
  const held = session.state.keys.find((one) => one.kid === kid);
  if (held) requireActive(held);
  const kind = held?.kind ?? asked;
  const signer = by === undefined ? session.keyFor(kind, 'keys', kid) : heldKeyOf(session, by);
  if (signer.kid === kid || signer.kind !== kind) throw unfit('by', `another own key for ${kind}`);
  const told = lostSince !== undefined && { lostSince };
  const ended = await end(session, signer, { key: kid, status: 'LOST', ...told });
  if (!held) return ended;
  held.status = 'LOST';
  session.state.roots.push(newRoot());
  // A closed key begins no epoch: the owner rolls over once the dispute is decided.
  if (signer.status !== 'ACTIVE' || !session.state.registered.includes(kind)) return ended;
  const { statement: rollover, deposits } = await rollOver(session, kind, categories);
  return { ...ended, rollover, deposits };
}

async function end(
  session: WalletSession,
  signer: HeldKey,
  ending: KeyEnding,
): Promise<Pick<EndedKey, 'pseudonym' | 'statement' | 'words'>> {
  const pseudonym = await session.pseudonym(signer.kind);
  const statement = await session.sign(signer, 'KeyEnd.v1', { pseudonym, ...ending });
  return { pseudonym, statement, words: describeEnding(ending, signer.kid) };
}

function requireActive({ status }: HeldKey): void {
  if (status !== 'ACTIVE') throw conflictOf('key', 'The key has ended already');
}

function heldKeyOf(session: WalletSession, kid: string): HeldKey {
  const key = session.state.keys.find((one) => one.kid === kid);
  if (key) return key;
  throw notFoundOf('key');
}
