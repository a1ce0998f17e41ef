import { carryOut, remember, type Asker, type CoreRequest } from './carry-out.js';
import { openContentKey } from './open.js';
import { codeOf } from './recovery-code.js';
import type { WalletRequest } from './requests.js';
import { WalletSession } from './session.js';
import type { InstitutionKind, KnownOrganisation, WalletState } from './state.js';
import { takeOver, type LedgerPatient } from './sync.js';
import { lookAt } from './trail-position.js';
import { agreedOf, awaitsShare } from './wards.js';

/** Where a wallet's state lies, encrypted by whoever keeps it. */
export interface WalletStore {
  save(state: WalletState): Promise<void>;
}

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

  /** When the owner agreed to recover a ward the last time, and to which code. */
  agreedRecovery(name: string): Promise<{ at: string; code: string } | undefined> {
    return this.#work((session) => {
      const agreed = agreedOf(session, name);
      return Promise.resolve(agreed && { at: agreed.at, code: codeOf(agreed) });
    });
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
