import { z } from 'zod';
import { categories } from '../../fhir/category.js';
import { grant, outrunCategories, withdraw } from './consent.js';
import { assist, delegate, endDelegation, onBehalf, takeDelegation } from './delegates.js';
import { rollOver } from './epochs.js';
import { forbidden } from './faults.js';
import { beginRecovery, possession, rebuild, setGuardians, veto } from './guardians.js';
import { addKey, listKeys, loseKey, register, retireKey } from './keys.js';
import { openContentKey } from './open.js';
import { portalRequest } from './portal.js';
import type { RequestOf, WalletRequest } from './requests.js';
import { WalletSession } from './session.js';
import {
  delegationTerms,
  type InstitutionKind,
  type KnownOrganisation,
  type WalletState,
} from './state.js';
import { takeOver, type LedgerPatient } from './sync.js';
import { lookAt } from './trail-position.js';
import { agree, approveKeys, awaitsShare, guard, keepShare } from './wards.js';

/** Where a wallet's state lies, encrypted by whoever keeps it. */
export interface WalletStore {
  save(state: WalletState): Promise<void>;
}

/** For whom a request is carried out. */
export interface Asker {
  /** The pseudonym that is meant where the request names none. */
  readonly kind: InstitutionKind;
  /** The name on the invitation, of a person. */
  readonly name?: string;
}

/** What the core carries out: all but decrypting content and what peers' signatures prove. */
export type CoreRequest = Exclude<WalletRequest, RequestOf<'open'> | RequestOf<'sync'>>;

/**
 * What a patient's keys do, once the patient has agreed: the same in a browser and in Node, on WebCrypto
 * alone. Pieces of work follow one another, and none of what it changed is kept of one that fails.
 *
 * @example
 * const wallet = new PatientWallet(await newWalletState(nationalId, institutionKinds), 'edge-east', store);
 * const { statement } = await wallet.perform({ type: 'withdraw', grant: grantId }, { kind: 'hospital' });
 */
export class PatientWallet {
  #state: WalletState;
  readonly #channel: string;
  readonly #store: WalletStore;
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: WalletState, channel: string, store: WalletStore) {
    this.#state = state;
    this.#channel = channel;
    this.#store = store;
  }

  /**
   * Carries out a request; whether it may is decided before.
   *
   * @throws SalusError `ERR_KEY_MISSING`, `ERR_NOT_FOUND`, `ERR_CONFLICT`, `ERR_FORBIDDEN`,
   *   `ERR_INVALID_ARGUMENT`, `ERR_SHARE_INVALID`, `ERR_DECRYPTION_FAILED`
   */
  perform(request: CoreRequest, asker: Asker): Promise<object> {
    return this.#work((session) => carryOut(session, request, asker));
  }

  /** Remembers an organisation's HPKE key that was proven, unless the owner has pinned one. */
  believe(organisation: KnownOrganisation): Promise<void> {
    return this.#work(({ state }) => {
      const known = state.organisations.find(({ mspId }) => mspId === organisation.mspId);
      if (known?.trust !== 'PINNED') remember(state, organisation);
      return Promise.resolve();
    });
  }

  /**
   * Whether what a person asks follows from what the owner has agreed to, so that it is carried out without
   * another question. A share that would take another one's place is not: who stole the ward's wallet could
   * destroy the good one.
   */
  isAgreed(request: WalletRequest, name: string): Promise<boolean> {
    return this.#work((session) =>
      Promise.resolve(
        request.type === 'approve-keys' ||
          request.type === 'take-delegation' ||
          (request.type === 'keep-share' && awaitsShare(session, name)),
      ),
    );
  }

  /** Takes over what the ledger has of the patient; proven before. */
  takeOver(kind: InstitutionKind, patient: LedgerPatient) {
    return this.#work((session) => takeOver(session, kind, patient));
  }

  /** Opens the content key of one of the patient's own records. */
  contentKey(
    kind: InstitutionKind,
    sealed: Parameters<typeof openContentKey>[2],
  ): Promise<Uint8Array> {
    return this.#work((session) => openContentKey(session, kind, sealed));
  }

  /** The pseudonym by which institutions of a kind know the patient. */
  pseudonym(kind: InstitutionKind): Promise<string> {
    return this.#work((session) => session.pseudonym(kind));
  }

  /** Which entries of the audit trail are new since the last look; they count as seen from now on. */
  unseen<T extends { readonly transactionId: string; readonly at: string }>(
    kind: InstitutionKind,
    entries: readonly T[],
  ): Promise<readonly T[]> {
    return this.#work(({ state }) => {
      const { fresh, position } = lookAt(entries, state.seen[kind]);
      if (position) state.seen[kind] = position;
      return Promise.resolve(fresh);
    });
  }

  #work<T>(run: (session: WalletSession) => Promise<T>): Promise<T> {
    const work = this.#last.then(async () => {
      const draft = structuredClone(this.#state);
      const result = await run(new WalletSession(draft, this.#channel, Date.now()));
      if (JSON.stringify(draft) !== JSON.stringify(this.#state)) await this.#store.save(draft);
      this.#state = draft;
      return result;
    });
    this.#last = work.catch(() => undefined);
    return work;
  }
}

async function carryOut(
  session: WalletSession,
  request: CoreRequest,
  asker: Asker,
): Promise<object> {
  const kind = ('kind' in request ? request.kind : undefined) ?? asker.kind;
  switch (request.type) {
    case 'register':
      return register(session, kind, request.hpkePublicKey);
    case 'grant':
      return grant(session, kind, request);
    case 'withdraw':
      return withdraw(session, kind, request.grant);
    case 'identify':
      return { pseudonym: await session.pseudonym(kind) };
    case 'erase':
      return signed(session, kind, 'ErasureOrder.v1', { records: request.records });
    case 'request-access':
      return requestAccess(session, kind, request);
    case 'portal':
      return portalRequest(session, kind, request);
    case 'roll-epochs':
      return roll(session, kind, request.categories);
    case 'keys':
      return { keys: listKeys(session) };
    case 'add-key':
      return addKey(session, kind, request);
    case 'retire-key':
      return retireKey(session, request.kid);
    case 'lose-key':
      return loseKey(session, request.kid, request.lostSince);
    case 'set-guardians':
      return setGuardians(session, request);
    case 'veto':
      return veto(session, kind);
    case 'begin-recovery':
      return beginRecovery(session);
    case 'rebuild':
      return rebuild(session, request.shares);
    case 'possession':
      return possession(session, kind);
    case 'delegate':
      return delegate(session, kind, request);
    case 'end-delegation':
      return endDelegation(session, request.delegate);
    case 'on-behalf':
      return onBehalf(session, request);
    case 'pin-organisation': {
      const { mspId, publicKey } = request;
      remember(session.state, { mspId, publicKey, trust: 'PINNED', at: session.time() });
      return { mspId };
    }
    case 'texts':
      return { texts: session.state.texts };
    case 'overview':
      return overview(session);
    default:
      return forPerson(session, request, asker.name);
  }
}

type PersonRequest = Extract<
  CoreRequest,
  { type: 'guard' | 'keep-share' | 'recover' | 'approve-keys' | 'assist' | 'take-delegation' }
>;

function forPerson(
  session: WalletSession,
  request: PersonRequest,
  name: string | undefined,
): Promise<object> {
  if (name === undefined) throw forbidden('Only a person whom the owner invited asks this');
  switch (request.type) {
    case 'guard':
      return guard(session, name, request.kinds);
    case 'keep-share':
      return keepShare(session, name, request.package);
    case 'recover':
      return agree(session, name, request);
    case 'approve-keys':
      return approveKeys(session, name, request);
    case 'assist':
      return assist(session, name);
    case 'take-delegation':
      return takeDelegation(session, name, request.terms);
  }
}

async function signed(session: WalletSession, kind: InstitutionKind, type: string, body: object) {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'consent');
  return { pseudonym, statement: await session.sign(key, type, { pseudonym, ...body }) };
}

/** The patient asks for access: to an own record, or as somebody's grantee. */
async function requestAccess(
  session: WalletSession,
  kind: InstitutionKind,
  { subject, recordId, purpose, hpkePublicKey }: RequestOf<'request-access'>,
) {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'access');
  const body = {
    pseudonym,
    subject: subject ?? pseudonym,
    recordId,
    purpose,
    hpkePublicKey: hpkePublicKey ?? session.stated(key).hpkePublicKey,
  };
  return { pseudonym, statement: await session.sign(key, 'AccessRequest.v1', body) };
}

/** Begins new epochs: of the categories given, or of those whose grantees' time is over. */
async function roll(
  session: WalletSession,
  kind: InstitutionKind,
  given: readonly string[] | undefined,
) {
  const rolled = given ?? outrunCategories(session, kind);
  if (rolled.length === 0 || !session.state.registered.includes(kind)) return { categories: [] };
  const result = await rollOver(session, kind, rolled);
  for (const one of session.state.grants) {
    const over = one.kind === kind && one.whole && Date.parse(one.notAfter) <= session.now;
    if (over && one.categories?.every((category) => rolled.includes(category))) {
      one.withdrawn ??= { at: session.time(), next: [] };
    }
  }
  return { ...result, categories: rolled };
}

function remember(state: WalletState, organisation: KnownOrganisation): void {
  state.organisations = [
    ...state.organisations.filter(({ mspId }) => mspId !== organisation.mspId),
    organisation,
  ];
}

/** A delegation's terms, without its secret. */
const heldTerms = delegationTerms.extend({ delegateId: z.uuid(), pseudonym: z.string() }).strip();

/** What the wallet holds, without a secret. */
function overview({ state }: WalletSession): object {
  const { registered, epochs, grants, organisations, guardians, delegates } = state;
  return {
    recovering: state.roots.length === 0,
    registered,
    epochs: epochs.filter(({ category }) => (categories as readonly string[]).includes(category)),
    grants,
    organisations,
    guardians: guardians ?? null,
    wards: state.wards.map((one) => ({ name: one.name, holdsShare: one.package !== undefined })),
    delegates,
    delegations: state.delegations.map(({ name, given }) => ({
      name,
      ...(given && heldTerms.parse(given)),
    })),
  };
}
