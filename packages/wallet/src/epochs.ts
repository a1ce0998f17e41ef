import { sealTo, categoryKeyContext } from '@salus/crypto/hpke';
import { canonicalJson } from '@salus/protocol';
import { decoded, hex, sha256, utf8 } from './bytes.js';
import { categoryKeyPairOf, categoryTagOf } from './derive.js';
import { notFoundOf } from './faults.js';
import type { WalletSession } from './session.js';
import type { InstitutionKind, KeptGrant } from './state.js';

/** The public half of a category's next epoch, as statements have it. */
export interface NextKey {
  readonly categoryTag: string;
  readonly epoch: number;
  readonly publicKey: string;
}

/** A category's private half, sealed to an organisation that holds a grant of the whole category. */
export interface SealedCategoryKey {
  readonly pseudonym: string;
  readonly categoryTag: string;
  readonly epoch: number;
  readonly grantId: string;
  readonly enc: string;
  readonly ciphertext: string;
}

/** What `depositCategoryKeys` on the ledger takes; one organisation's. */
export interface CategoryKeyDeposit {
  readonly grantee: string;
  /** `CategoryKeyDeposit.v1` */
  readonly statement: string;
  readonly keys: readonly SealedCategoryKey[];
}

/** An epoch of one of the wallet's categories. */
export interface Epoch {
  readonly category: string;
  readonly epoch: number;
}

/** The epochs that categories are in; none before the patient is registered. */
export function epochsOf(
  { state }: WalletSession,
  kind: InstitutionKind,
  categories: readonly string[],
): readonly Epoch[] {
  if (!state.registered.includes(kind)) return [];
  return categories.map((category) => {
    const found = state.epochs.find((one) => one.kind === kind && one.category === category);
    if (!found) throw notFoundOf('epoch: take the ledger’s over first');
    return { category, epoch: found.epoch };
  });
}

/** Begins the next epoch of each category. @returns the epochs begun */
export function beginEpochs(
  session: WalletSession,
  kind: InstitutionKind,
  categories: readonly string[],
): readonly Epoch[] {
  const next = epochsOf(session, kind, categories).map(({ category, epoch }) => ({
    category,
    epoch: epoch + 1,
  }));
  for (const one of next) setEpoch(session, kind, one);
  return next;
}

/** Takes over an epoch, e.g. as the ledger has it. */
export function setEpoch(
  { state }: WalletSession,
  kind: InstitutionKind,
  { category, epoch }: Epoch,
): void {
  const kept = state.epochs.find((one) => one.kind === kind && one.category === category);
  if (kept) kept.epoch = epoch;
  else state.epochs.push({ kind, category, epoch });
}

/** The public halves of epochs. */
export async function nextKeys(
  session: WalletSession,
  kind: InstitutionKind,
  epochs: readonly Epoch[],
): Promise<readonly NextKey[]> {
  const tagKey = await session.tagKey(kind);
  return Promise.all(
    epochs.map(async ({ category, epoch }) => ({
      categoryTag: await categoryTagOf(tagKey, category),
      epoch,
      publicKey: (await categoryKeyPairOf(session.root, { kind, category, epoch })).publicKey,
    })),
  );
}

/** The grants in force that hand an organisation the keys of whole categories. */
export function wholeGrants(session: WalletSession, kind: InstitutionKind): readonly KeptGrant[] {
  return session.state.grants.filter(
    (one) =>
      one.kind === kind &&
      one.whole &&
      one.withdrawn === undefined &&
      Date.parse(one.notAfter) > session.now,
  );
}

/**
 * Seals the private halves of epochs to the organisations whose grants cover them. It vouches for each
 * organisation's list, so that nobody puts others in their place. Organisations whose HPKE key the wallet
 * does not know for sure get none: their custodian seals them every record's key by itself.
 */
export async function depositsFor(
  session: WalletSession,
  kind: InstitutionKind,
  epochs: readonly Epoch[],
  grants: readonly KeptGrant[],
): Promise<readonly CategoryKeyDeposit[]> {
  const byOrganisation = new Map<string, SealedCategoryKey[]>();
  for (const grant of grants) {
    for (const epoch of epochs.filter(({ category }) => grant.categories?.includes(category))) {
      const box = await seal(session, grant, epoch);
      if (!box || grant.mspId === undefined) continue;
      byOrganisation.set(grant.mspId, [...(byOrganisation.get(grant.mspId) ?? []), box]);
    }
  }
  const [pseudonym, key] = [await session.pseudonym(kind), session.keyFor(kind, 'consent')];
  return Promise.all(
    [...byOrganisation].map(async ([grantee, keys]) => {
      const keysHash = hex(await sha256(utf8(canonicalJson(keys))));
      const body = { pseudonym, grantee, keysHash };
      return { grantee, keys, statement: await session.sign(key, 'CategoryKeyDeposit.v1', body) };
    }),
  );
}

async function seal(
  session: WalletSession,
  { kind, mspId, grantId }: KeptGrant,
  { category, epoch }: Epoch,
): Promise<SealedCategoryKey | undefined> {
  const organisation = session.state.organisations.find((one) => one.mspId === mspId);
  if (!organisation || isOver(organisation.notAfter, session.now)) return undefined;
  const pseudonym = await session.pseudonym(kind);
  const categoryTag = await categoryTagOf(await session.tagKey(kind), category);
  const bound = { pseudonym, categoryTag, epoch };
  const { privateKey } = await categoryKeyPairOf(session.root, { kind, category, epoch });
  const secret = decoded(privateKey, 'privateKey');
  const context = categoryKeyContext({ ...bound, mspId: organisation.mspId });
  const box = await sealTo(organisation.publicKey, secret, context);
  secret.fill(0);
  return { ...bound, grantId, ...box };
}

function isOver(notAfter: string | undefined, now: number): boolean {
  return notAfter !== undefined && Date.parse(notAfter) <= now;
}

/** Begins the next epoch of categories, for the organisations whose grants are in force. */
export async function rollOver(
  session: WalletSession,
  kind: InstitutionKind,
  categories: readonly string[],
) {
  const pseudonym = await session.pseudonym(kind);
  const epochs = beginEpochs(session, kind, categories);
  const body = { pseudonym, keys: await nextKeys(session, kind, epochs) };
  return {
    pseudonym,
    statement: await session.sign(session.keyFor(kind, 'consent'), 'CategoryKeys.v1', body),
    deposits: await depositsFor(session, kind, epochs, wholeGrants(session, kind)),
  };
}
