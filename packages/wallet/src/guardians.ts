/** The patient's side of guardianship: who holds shares, and how a lost wallet is rebuilt. */
import { generateHpkeKeyPair, openSealed, sealTo, type SealedBox } from '@salus/crypto/hpke';
import { utf8 } from './bytes.js';
import { hpkeKeyPairOf } from './derive.js';
import { describeGuardians } from './describe.js';
import { conflictOf, unfit } from './faults.js';
import type { RequestOf } from './requests.js';
import { newHeldKey, newRoot, type StatedKey, type WalletSession } from './session.js';
import { joinShares, splitRoots } from './shares.js';
import {
  institutionKinds,
  sharePackage,
  type InstitutionKind,
  type SharePackage,
} from './state.js';

/** `info` of a share package sealed to a guardian. */
export const SHARE_INFO = 'salus/guardian-share/v1';
/** `info` of a share package that a guardian gives back; its additional data is the public key. */
export const RETURNED_SHARE_INFO = 'salus/returned-share/v1';

/** What follows from choosing guardians. */
export interface GuardiansSet {
  /** `Guardians.v1`, one a kind of institution that knows the patient. */
  readonly statements: readonly {
    readonly kind: InstitutionKind;
    readonly pseudonym: string;
    readonly statement: string;
  }[];
  /** What the statements do, for the owner to read. */
  readonly words: readonly string[];
  /** To be handed to each guardian's wallet. */
  readonly packages: readonly { readonly name: string; readonly package: SealedBox }[];
}

/** Names guardians, and gives each a share of the root secret. An empty list ends guardianship. */
export async function setGuardians(
  session: WalletSession,
  { threshold, guardians, delaySeconds }: RequestOf<'set-guardians'>,
): Promise<GuardiansSet> {
  const { state } = session;
  const count = guardians.length;
  if (count > 0 && (threshold < 2 || threshold > count)) {
    // One guardian alone would hold the root secret itself.
    throw unfit('threshold', `2 to ${count} of the guardians`);
  }
  const kinds = state.registered;
  const statements = await Promise.all(
    kinds.map(async (kind) => {
      const pseudonym = await session.pseudonym(kind);
      const jwks = guardians.map(({ keys }) => jwkOf(keys, kind));
      const body = { pseudonym, threshold, guardians: jwks, delaySeconds };
      const key = session.keyFor(kind, 'keys');
      return { kind, pseudonym, statement: await session.sign(key, 'Guardians.v1', body) };
    }),
  );
  const words = describeGuardians(count);
  if (count === 0) {
    delete state.guardians;
    return { statements, words, packages: [] };
  }
  const setId = crypto.randomUUID();
  const shares = await splitRoots(state.roots, { threshold, count, setId });
  const pseudonyms = statements.map(({ kind, pseudonym }) => ({ kind, pseudonym }));
  const packages = await Promise.all(
    guardians.map(async ({ name, hpkePublicKey }, index) => {
      const parcel = utf8(JSON.stringify({ ...shares[index], pseudonyms }));
      const sealed = await sealTo(hpkePublicKey, parcel, { info: SHARE_INFO });
      parcel.fill(0);
      return { name, package: sealed };
    }),
  );
  const names = guardians.map(({ name }) => name);
  state.guardians = {
    setId,
    threshold,
    names,
    setAt: session.time(),
    roots: state.roots.length,
  };
  return { statements, words, packages };
}

function jwkOf(keys: RequestOf<'set-guardians'>['guardians'][number]['keys'], kind: string) {
  const found = keys.find((one) => one.kind === kind);
  if (found) return found.jwk;
  throw unfit('guardians', `a key of each guardian for institutions of kind ${kind}`);
}

/**
 * Stops a recovery, or a change of guardians, that the patient did not ask for. Where another key has closed the
 * own one, the ledger may still take its veto.
 */
export async function veto(session: WalletSession, kind: InstitutionKind) {
  const pseudonym = await session.pseudonym(kind);
  const held = session.state.keys.filter((one) => one.kind === kind);
  const isClosed = held.every(({ status }) => status !== 'ACTIVE');
  const key = (isClosed ? held[0] : undefined) ?? session.keyFor(kind, 'keys');
  return { pseudonym, statement: await session.sign(key, 'RecoveryVeto.v1', { pseudonym }) };
}

/** What a new wallet asks of guardians. */
export type RecoveryAsk = RequestOf<'recover'>;

/** Makes the new keys that guardians are asked to agree to. @throws SalusError `ERR_CONFLICT` */
export async function beginRecovery({ state, now }: WalletSession): Promise<RecoveryAsk> {
  if (!state.recovery) {
    throw conflictOf('recovery', 'The wallet was not made to recover another one');
  }
  if (state.keys.length === 0) {
    state.keys = await Promise.all(institutionKinds.map((kind) => newHeldKey(kind, { now })));
  }
  const { hpke, olderKeys, lostSince } = state.recovery;
  return {
    type: 'recover',
    keys: state.keys.map(({ kind, jwk }) => ({ kind, jwk })),
    hpkePublicKey: hpke.publicKey,
    olderKeys,
    ...(lostSince !== undefined && { lostSince }),
  };
}

/** A fresh key pair to which guardians give their shares back. */
export async function recoveryState(older: {
  readonly olderKeys: 'RETIRED' | 'LOST';
  readonly lostSince?: string;
}) {
  return { hpke: await generateHpkeKeyPair(), ...older, waiting: [] };
}

/** The new keys, complete, by the pseudonyms that guardians will sign them for. */
export interface Rebuilt {
  readonly keys: readonly { readonly kind: InstitutionKind; readonly key: StatedKey }[];
  readonly pseudonyms: readonly { readonly kind: InstitutionKind; readonly pseudonym: string }[];
}

/**
 * Rebuilds the root secret from what guardians gave back.
 *
 * @throws SalusError `ERR_SHARE_INVALID` where too few shares fit together, or the national ID is not the
 *   one of the lost wallet
 */
export async function rebuild(
  session: WalletSession,
  boxes: readonly SealedBox[],
): Promise<Rebuilt> {
  const { state } = session;
  const { recovery } = state;
  if (!recovery) {
    throw conflictOf('recovery', 'The wallet does not wait for guardians');
  }
  const packages = await Promise.all(boxes.map((box) => openPackage(recovery.hpke, box)));
  const roots = await joinShares(packages);
  if (state.roots.length === 0) await takeRoots(session, roots);
  const own = await Promise.all(
    institutionKinds.map(async (kind) => ({ kind, pseudonym: await session.pseudonym(kind) })),
  );
  const known = own.filter((one) =>
    packages.some(({ pseudonyms }) => pseudonyms.some((two) => two.pseudonym === one.pseudonym)),
  );
  if (known.length === 0) {
    throw unfit('nationalId', 'the national ID that the lost wallet was made with');
  }
  state.registered = known.map(({ kind }) => kind);
  recovery.waiting = [...state.registered];
  const keys = state.keys.filter(({ kind }) => state.registered.includes(kind));
  return {
    keys: keys.map((key) => ({ kind: key.kind, key: session.stated(key) })),
    pseudonyms: known,
  };
}

/** Who has the lost device may have its root secret: what is made from now on comes from another one. */
async function takeRoots(session: WalletSession, roots: readonly string[]): Promise<void> {
  const { state } = session;
  const fresh = state.recovery?.olderKeys === 'LOST' ? [newRoot()] : [];
  state.roots = [...roots, ...fresh];
  for (const key of state.keys) {
    key.hpkePublicKey = (await hpkeKeyPairOf(session.root, key.kind, key.kid)).publicKey;
  }
}

async function openPackage(
  { publicKey, privateKey }: { publicKey: string; privateKey: string },
  box: SealedBox,
): Promise<SharePackage> {
  const context = { info: RETURNED_SHARE_INFO, aad: publicKey };
  const text = new TextDecoder().decode(await openSealed(privateKey, box, context));
  return sharePackage.parse(JSON.parse(text));
}

/** Shows that the new key is in this wallet's hands; what `requestRecovery` takes beside the approvals. */
export async function possession(session: WalletSession, kind: InstitutionKind) {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'keys');
  const { hpkePublicKey } = session.stated(key);
  const body = { pseudonym, hpkePublicKey };
  return { pseudonym, statement: await session.sign(key, 'KeyPossession.v1', body) };
}
