/**
 * Which keys speak for a patient. A service knows the one that the patient was registered with, and
 * believes another only by statements that lead to it. What its peer lists proves nothing.
 */
import { z } from 'zod';
import { verifyStatement } from '@salus/crypto/statement';
import {
  CATEGORY_KEYS,
  defectOfDelegation,
  delegation,
  DELEGATION,
  EHR_STATEMENT_USE,
  guardians,
  GUARDIANS,
  isVoid,
  isVoidDelegation,
  jwkThumbprint,
  keyAddition,
  KEY_ADDITION,
  nextCategoryKeys,
  PATIENT_REGISTRATION,
  patientRegistration,
  readStatement,
  recoveryApproval,
  RECOVERY_APPROVAL,
  type DelegateAction,
  type KeyPurpose,
  type NewKey,
  type NextCategoryKey,
  type PublicJwk,
  type StatementClaims,
  ownOf,
} from '@salus/protocol';
import type { Patient, PatientKey } from '@salus/protocol/ehr';
import type { ConsentLedger } from './consent-ledger.js';
import { demand, found, unproven } from './unproven.js';

/** What a statement is to be for that somebody signed for a patient. */
export interface Deed {
  readonly action: Extract<DelegateAction, 'grant' | 'access'>;
  /** The categories that it touches; left out, any. */
  readonly categoryTags?: readonly string[] | undefined;
  /** When the ledger got it. */
  readonly at: string;
  /** The delegation that the ledger took it under, where a delegate signed it and the ledger kept which. */
  readonly delegateId?: string | undefined;
}

/** What a patient's key has to be for. */
const PURPOSES: Readonly<Record<Deed['action'], KeyPurpose>> = {
  grant: 'consent',
  access: 'access',
};

/** What content keys for a patient are sealed to. */
export type AccessKey = Pick<PatientKey, 'kid' | 'hpkePublicKey'>;

/** An epoch of a category's key. */
export interface ProvenEpoch {
  readonly epoch: number;
  readonly publicKey: string;
}

/** A statement that begins epochs, as far as it does. */
const beginning = z.looseObject({
  pseudonym: z.string(),
  categoryKeys: patientRegistration.shape.categoryKeys,
  keys: nextCategoryKeys.optional(),
  nextKeys: nextCategoryKeys.optional(),
});
/** Where statements that begin epochs say which, by type. */
const EPOCHS = new Map<string, (said: z.output<typeof beginning>) => readonly NextCategoryKey[]>([
  [
    PATIENT_REGISTRATION,
    ({ categoryKeys = [] }) => categoryKeys.map((one) => ({ ...one, epoch: 1 })),
  ],
  [CATEGORY_KEYS, ({ keys = [] }) => keys],
  ['ConsentWithdrawal.v1', ({ nextKeys = [] }) => nextKeys],
]);

export type StatementSource = Pick<ConsentLedger, 'getStatement'>;

/** The keys of one patient, as far as they are proven. */
export class ProvenKeys {
  readonly #patient: Patient;
  readonly #ledger: StatementSource;
  readonly #channel: string;

  constructor(patient: Patient, ledger: StatementSource, channel: string) {
    this.#patient = patient;
    this.#ledger = ledger;
    this.#channel = channel;
  }

  /** The key that the patient was registered with; a service remembers its thumbprint. */
  get registered(): PatientKey {
    const [key] = this.#patient.keys;
    if (!key) throw unproven('the patient has no key');
    demand(jwkThumbprint(key.jwk) === key.kid, "the patient's key has another thumbprint");
    return key;
  }

  /**
   * Verifies a statement of the patient's, or of a delegate who may do such a deed.
   *
   * @throws SalusError `ERR_CONSENT_UNPROVEN`
   */
  async verify<S extends z.ZodType<{ pseudonym: string }>>(
    jws: string,
    form: { readonly type: string; readonly body: S },
    deed: Deed,
  ): Promise<StatementClaims & z.output<S>> {
    const { kid } = open(() => readStatement(jws).head);
    const own = this.#patient.keys.find((key) => key.kid === kid);
    const purpose = PURPOSES[deed.action];
    const jwk = own ? await this.#jwkOf(own, purpose) : await this.#delegate(kid, deed);
    if (own) requireUsable(own, deed);
    demand(!isVoid(this.#patient, { kid, ...deed }), 'the key was lost by then');
    const signed = this.#verified(jws, form, jwk, Date.parse(deed.at));
    demand(signed.pseudonym === this.#patient.pseudonym, 'a statement is of another patient');
    return signed;
  }

  /** Tells whether a key is the patient's own, not a delegate's. */
  isOwn(kid: string): boolean {
    return this.#patient.keys.some((key) => key.kid === kid);
  }

  /**
   * The HPKE keys of all active keys for access, each as the statement names it that brought the key: a
   * thumbprint says nothing about them.
   *
   * @throws SalusError `ERR_CONSENT_UNPROVEN`
   */
  async accessKeys(): Promise<readonly AccessKey[]> {
    const active = this.#patient.keys.filter(
      ({ status, purposes }) => status === 'ACTIVE' && purposes.includes('access'),
    );
    return Promise.all(
      active.map(async (key) => {
        if (key.kid === this.registered.kid) await this.#requireRegistration(key);
        else await this.#jwkOf(key, 'access');
        const { kid, hpkePublicKey } = key;
        return { kid, hpkePublicKey };
      }),
    );
  }

  /**
   * The public half of a category's present epoch, as a statement of the patient's, or of a delegate who
   * may grant the category, began it.
   *
   * @throws SalusError `ERR_CONSENT_UNPROVEN`; undefined where the patient has no key for the category
   */
  async categoryKey(categoryTag: string): Promise<ProvenEpoch | undefined> {
    const { categoryKeys: listed, pseudonym } = this.#patient;
    const claimed = ownOf(listed, categoryTag);
    if (!claimed) return undefined;
    const { epoch, publicKey, since, statement } = claimed;
    const jws = await this.#read(statement);
    const { head, payload } = open(() => readStatement(jws));
    const { type } = payload;
    const begunBy = EPOCHS.get(type);
    if (!begunBy) throw unproven('what began an epoch is no statement that may');
    const own = this.#patient.keys.find(({ kid }) => kid === head.kid);
    const deed = { action: 'grant', categoryTags: [categoryTag], at: since } as const;
    const jwk = own ? await this.#keeper(own) : await this.#delegate(head.kid, deed);
    demand(
      !isVoid(this.#patient, { kid: head.kid, ...deed }),
      'an epoch was begun by a key that was lost',
    );
    const signed = this.#verified(jws, { type, body: beginning }, jwk);
    demand(signed.jti === statement && signed.pseudonym === pseudonym, 'an epoch is of another');
    const begun = begunBy(signed).some(
      (one) =>
        one.categoryTag === categoryTag && one.epoch === epoch && one.publicKey === publicKey,
    );
    demand(begun, 'a statement began another epoch');
    return { epoch, publicKey };
  }

  /** The registration is signed by the key that it brings. */
  async #requireRegistration({ kid, hpkePublicKey, proof = [] }: PatientKey): Promise<void> {
    const [jti] = proof;
    if (jti === undefined) throw unproven("nothing proves the registered key's HPKE key");
    const form = { type: PATIENT_REGISTRATION, body: patientRegistration };
    const said = await this.#statement(jti, form, []);
    demand(
      said.kid === kid && said.hpkePublicKey === hpkePublicKey,
      'the patient was registered with another HPKE key',
    );
  }

  /** Keys for consent and for keys alike may begin epochs. */
  async #keeper(key: PatientKey): Promise<PublicJwk> {
    return this.#jwkOf(key, key.purposes.includes('consent') ? 'consent' : 'keys');
  }

  /** A key's public half, once statements by proven keys have been found to bring it for a purpose. */
  async #jwkOf(
    key: PatientKey,
    purpose: KeyPurpose,
    above: readonly string[] = [],
  ): Promise<PublicJwk> {
    if (key.kid === this.registered.kid) return key.jwk;
    demand(jwkThumbprint(key.jwk) === key.kid, 'a key has another thumbprint');
    demand(!above.includes(key.kid), 'keys that add each other');
    const [first, ...approvals] = key.proof ?? [];
    if (first === undefined) throw unproven('nothing proves a key to be of the patient');
    const seen = [...above, key.kid];
    if (approvals.length > 0) {
      await this.#requireRecovered({ key, purpose }, first, approvals, seen);
    } else {
      const added = await this.#statement(first, { type: KEY_ADDITION, body: keyAddition }, seen);
      demand(isOf(added.key, key), 'a statement adds another key');
      demand(added.key.purposes.includes(purpose), 'a key was added for another purpose');
    }
    return key.jwk;
  }

  async #requireRecovered(
    { key: recovered, purpose }: { readonly key: PatientKey; readonly purpose: KeyPurpose },
    board: string,
    approvals: readonly string[],
    seen: readonly string[],
  ): Promise<void> {
    const form = { type: GUARDIANS, body: guardians };
    const { threshold, guardians: jwks } = await this.#statement(board, form, seen);
    const known = new Map(jwks.map((jwk) => [jwkThumbprint(jwk), jwk]));
    const approving = new Set<string>();
    for (const jti of approvals) {
      const jws = await this.#read(jti);
      const { head } = open(() => readStatement(jws));
      const jwk = known.get(head.kid);
      if (!jwk) throw unproven('who approved a recovery is no guardian');
      const approval = { type: RECOVERY_APPROVAL, body: recoveryApproval };
      const { key } = this.#verified(jws, approval, jwk);
      demand(isOf(key, recovered), 'guardians approved another key');
      demand(key.purposes.includes(purpose), 'guardians approved a key for another purpose');
      approving.add(head.kid);
    }
    demand(approving.size >= threshold, 'too few guardians approved a recovery');
  }

  /** The public half of a delegate's key, by the delegation that the deed was done under. */
  async #delegate(kid: string, deed: Deed): Promise<PublicJwk> {
    const claimed = this.#patient.delegates.filter(
      (one) =>
        one.kid === kid && (deed.delegateId === undefined || one.delegateId === deed.delegateId),
    );
    let why = 'a stranger signed for the patient';
    for (const one of claimed) {
      const terms = await this.#statement(
        one.delegateId,
        { type: DELEGATION, body: delegation },
        [],
      );
      demand(jwkThumbprint(terms.jwk) === kid, 'a delegation is of another key');
      if (one.endedAt !== undefined && deed.at >= one.endedAt) why = 'a delegation was over';
      else if (isVoidDelegation(this.#patient, one)) why = 'a delegation is void';
      else if (defectOfDelegation(terms, deed, deed.at) === undefined) return terms.jwk;
      else why = 'a delegation does not cover it';
    }
    throw unproven(why);
  }

  /** A statement on keys or delegates, by a proven key of the patient's. */
  async #statement<S extends z.ZodType<{ pseudonym: string }>>(
    jti: string,
    form: { readonly type: string; readonly body: S },
    seen: readonly string[],
  ): Promise<StatementClaims & z.output<S>> {
    const jws = await this.#read(jti);
    const { kid } = open(() => readStatement(jws).head);
    const key = this.#patient.keys.find((one) => one.kid === kid);
    if (!key) throw unproven('a stranger signed for the patient');
    const signed = this.#verified(jws, form, await this.#jwkOf(key, 'keys', seen));
    demand(signed.jti === jti, 'a statement is another one');
    demand(signed.pseudonym === this.#patient.pseudonym, 'a statement is of another patient');
    return signed;
  }

  async #read(jti: string): Promise<string> {
    const { pseudonym } = this.#patient;
    return (await found(this.#ledger.getStatement({ pseudonym, jti }), 'statement')).statement;
  }

  #verified<S extends z.ZodType>(
    jws: string,
    { type, body }: { readonly type: string; readonly body: S },
    jwk: PublicJwk,
    at?: number,
  ): StatementClaims & z.output<S> {
    return open(() => {
      const read = readStatement(jws);
      // A statement's `exp` limits its way to the ledger; how long it holds is in its body.
      const now = at ?? read.payload.iat * 1000;
      const expected = { ...EHR_STATEMENT_USE, type, channel: this.#channel, jwk, now };
      return verifyStatement(read, body, expected);
    });
  }
}

/** Whether a listed key is the one that was to be added, and content keys would be sealed to it as said. */
function isOf(said: NewKey, { kid, hpkePublicKey }: PatientKey): boolean {
  return jwkThumbprint(said.jwk) === kid && said.hpkePublicKey === hpkePublicKey;
}

/** What a key signed when it had been retired is nothing. */
function requireUsable(key: PatientKey, { at }: Deed): void {
  const ended = key.endedAt !== undefined && key.status === 'RETIRED' && at >= key.endedAt;
  demand(!ended, "the patient's key was retired by then");
}

function open<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw unproven("the patient's statement does not verify", cause);
  }
}
