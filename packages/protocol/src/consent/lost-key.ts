import { defectOfDelegation, type DelegatedDeed, type DelegationTerms } from './delegation.js';

/** What is known of who may sign for a patient, as far as a lost key matters. */
export interface KnownSigners {
  readonly keys: readonly {
    readonly kid: string;
    readonly status: 'ACTIVE' | 'RETIRED' | 'LOST';
    /** Of a lost key; left out, nothing that it ever signed holds. */
    readonly lostSince?: string;
  }[];
  readonly delegates: readonly KnownDelegation[];
  /** Keys of which another key says that they have ended, which is not final. */
  readonly endings?: readonly { readonly key: string }[];
}

/** A delegation, as far as a lost key matters. */
export interface KnownDelegation extends DelegationTerms {
  readonly delegateId: string;
  readonly kid: string;
  readonly addedAt: string;
  /** `kid` of the patient's key that signed the delegation. */
  readonly addedBy: string;
  readonly endedAt?: string;
}

/** What somebody signed for a patient. */
export interface SignedDeed extends DelegatedDeed {
  readonly kid: string;
  /** When the ledger got it. Statements' own times prove nothing: whoever has the key writes them. */
  readonly at: string;
  /** The delegation that it was signed under. Release 0.1.0 did not keep it. */
  readonly delegateId?: string | undefined;
}

/**
 * Tells whether what was signed is void. It is, if the key was lost by then. What a delegate signed stands by
 * the very delegation that it was signed under: it is void, if a key that was lost made that one. Where
 * nobody kept which one that was, it stands by a delegation of the same key that covered it then.
 */
export function isVoid(signers: KnownSigners, signed: SignedDeed): boolean {
  const { kid, at } = signed;
  if (signers.keys.some((key) => key.kid === kid)) return isVoidKey(signers, kid, at);
  return !signers.delegates.some(
    (delegation) =>
      delegation.kid === kid &&
      isUnder(delegation, signed) &&
      !isVoidDelegation(signers, delegation),
  );
}

/** Tells whether a key of the patient's was lost by a time; a key that nobody knows counts as lost. */
export function isVoidKey({ keys }: Pick<KnownSigners, 'keys'>, kid: string, at: string): boolean {
  const key = keys.find((each) => each.kid === kid);
  return key === undefined || (key.status === 'LOST' && !isBefore(at, key.lostSince));
}

/**
 * As {@link isVoid}, by what is final alone. A deny that a lost key signed holds until then: else a stolen
 * key could open what the patient closed, by its word alone.
 */
export function isVoidForGood(signers: KnownSigners, signed: SignedDeed): boolean {
  const { keys, endings = [] } = signers;
  const open = new Set(endings.map(({ key }) => key));
  const settled = keys.map((key) =>
    open.has(key.kid) ? { kid: key.kid, status: 'ACTIVE' as const } : key,
  );
  return isVoid({ ...signers, keys: settled }, signed);
}

/** Tells whether a delegation is void, as the key that made it was lost by then. */
export function isVoidDelegation(
  signers: Pick<KnownSigners, 'keys'>,
  { addedBy, addedAt }: Pick<KnownDelegation, 'addedBy' | 'addedAt'>,
): boolean {
  return isVoidKey(signers, addedBy, addedAt);
}

function isUnder(delegation: KnownDelegation, { delegateId, at, ...deed }: SignedDeed): boolean {
  if (delegateId !== undefined) return delegation.delegateId === delegateId;
  const { addedAt, endedAt } = delegation;
  return (
    !isBefore(at, addedAt) &&
    (endedAt === undefined || isBefore(at, endedAt)) &&
    defectOfDelegation(delegation, deed, at) === undefined
  );
}

/** False for a bound that isn't given: nothing is before it. */
function isBefore(at: string, bound: string | undefined): boolean {
  return bound !== undefined && Date.parse(at) < Date.parse(bound);
}
