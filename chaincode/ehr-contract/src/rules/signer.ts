import {
  defectOfDelegation,
  delegateAction,
  isVoidDelegation,
  SalusError,
  type DelegateAction,
  type DelegationDefect,
  type KeyPurpose,
  type PublicJwk,
} from '@salus/protocol';
import type { Delegate, Patient, PatientKey } from '@salus/protocol/ehr';

/**
 * What a statement does. Delegates may be given some acts. Others change keys, delegates and guardians.
 * Every key may say some against others' changes (`self`: end itself, veto a recovery). A key that another one has
 * closed may say that the other one has ended (`contradict`). A delegate may end its own delegation (`resign`).
 */
export type SignedAction = DelegateAction | 'keys' | 'self' | 'contradict' | 'resign';

/** What is signed, as far as it matters for who may sign it. */
export interface Deed {
  readonly action: SignedAction;
  /**
   * The categories that it touches; left out, any. For a grant they are those of its scope, for a
   * withdrawal those of the grant, else those of the records.
   */
  readonly categoryTags?: readonly string[] | undefined;
  /** The delegation that its delegate resigns from. */
  readonly delegateId?: string;
}

/** By whom a statement is. */
export type Signer =
  | { readonly kind: 'PATIENT'; readonly key: PatientKey }
  | { readonly kind: 'DELEGATE'; readonly delegate: Delegate };

const STRANGE = 'its key is not of the patient, nor of a delegate';

type Known = Pick<Patient, 'keys' | 'delegates' | 'status'>;

/**
 * Finds who may sign a statement that names a key. The patient may, where the key is active, in its time,
 * for this purpose, and the patient's status allows it. A delegate may whose delegation covers it.
 *
 * @param kid - the statement's
 * @param at - the transaction's time
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function signerOf(patient: Known, kid: string, at: string, deed: Deed): Signer {
  const key = patient.keys.find((each) => each.kid === kid);
  if (key !== undefined) {
    const defect = defectOf(patient, key, at, deed);
    if (defect !== undefined) throw refused(defect);
    return { kind: 'PATIENT', key };
  }
  let defect = STRANGE;
  for (const delegate of patient.delegates.filter((each) => each.kid === kid)) {
    const found = defectOfDelegate(patient, delegate, at, deed);
    if (found === undefined) return { kind: 'DELEGATE', delegate };
    defect = found;
  }
  throw refused(defect);
}

/**
 * The key that a statement has to verify by, whether or not it may sign (see {@link signerOf}).
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function knownJwk({ keys, delegates }: Known, kid: string): PublicJwk {
  const found = [...keys, ...delegates].find((each) => each.kid === kid);
  if (found !== undefined) return found.jwk;
  throw refused(STRANGE);
}

const PURPOSE_FOR: Readonly<
  Record<Exclude<SignedAction, 'self' | 'contradict' | 'resign'>, KeyPurpose>
> = {
  grant: 'consent',
  withdraw: 'consent',
  erase: 'consent',
  access: 'access',
  keys: 'keys',
};

/** What patients who can't consent may still do: see, and say no. */
const WITHOUT_CAPACITY: readonly SignedAction[] = ['withdraw', 'access', 'self', 'contradict'];

function defectOf(
  { status }: Known,
  key: PatientKey,
  at: string,
  { action }: Deed,
): string | undefined {
  if (key.status !== 'ACTIVE' && action !== 'contradict') {
    return 'the key of the patient is no longer active';
  }
  if (isBefore(at, key.notBefore)) return 'the key of the patient is not valid yet';
  if (key.notAfter !== undefined && !isBefore(at, key.notAfter)) {
    return 'the key of the patient has expired';
  }
  if (action === 'resign') return 'the key is not of the delegate';
  if (action !== 'self' && action !== 'contradict' && !key.purposes.includes(PURPOSE_FOR[action])) {
    return 'the key of the patient is for another purpose';
  }
  if (status === 'DECEASED') return 'the patient is dead';
  if (status === 'INCAPACITATED' && !WITHOUT_CAPACITY.includes(action)) {
    return 'the patient can not consent at present';
  }
  return undefined;
}

function defectOfDelegate(
  patient: Known,
  delegate: Delegate,
  at: string,
  { action, categoryTags, delegateId }: Deed,
): string | undefined {
  if (action === 'resign' && delegate.delegateId === delegateId) return undefined;
  if (delegate.endedAt !== undefined) return 'the delegation was ended';
  if (isVoidDelegation(patient, delegate)) return 'the delegation is void';
  if (delegate.when !== 'ALWAYS' && delegate.when !== patient.status) {
    return "the delegation is for another status of the patient's";
  }
  if (!isDelegable(action)) return DELEGATION_DEFECTS.ACTION;
  const defect = defectOfDelegation(delegate, { action, categoryTags }, at);
  return defect && DELEGATION_DEFECTS[defect];
}

const DELEGATION_DEFECTS: Readonly<Record<DelegationDefect, string>> = {
  NOT_YET_VALID: 'the delegation is not valid yet',
  EXPIRED: 'the delegation has expired',
  ACTION: 'the delegation does not cover this action',
  CATEGORIES: 'the delegation does not cover these categories',
};

function isDelegable(action: SignedAction): action is DelegateAction {
  return delegateAction.safeParse(action).success;
}

/** False for a bound that isn't given: nothing is before it. */
function isBefore(at: string, bound: string | undefined): boolean {
  return bound !== undefined && Date.parse(at) < Date.parse(bound);
}

function refused(why: string): SalusError {
  return new SalusError('ERR_STATEMENT_INVALID', `The statement is refused: ${why}`, {
    argument: 'statement',
    expected: 'a statement by a key that may sign it now',
    got: why,
  });
}
