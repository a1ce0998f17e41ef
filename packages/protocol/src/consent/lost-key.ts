/** What is known of who may sign for a patient, as far as a lost key matters. */
export interface KnownSigners {
  readonly keys: readonly {
    readonly kid: string;
    readonly status: 'ACTIVE' | 'RETIRED' | 'LOST';
    /** Of a lost key; left out, nothing that it ever signed holds. */
    readonly lostSince?: string;
  }[];
  readonly delegates: readonly {
    readonly kid: string;
    readonly addedAt: string;
    /** `kid` of the patient's key that signed the delegation. */
    readonly addedBy: string;
  }[];
  /** Keys of which another key says that they have ended, which is not final. */
  readonly endings?: readonly { readonly key: string }[];
}

/**
 * Tells whether what a key signed is void. It is, if the key was lost by then, or if a key that was lost
 * made the delegation. Statements' own times prove nothing here: whoever has the key writes them.
 *
 * @param signedAt - when the ledger got it
 */
export function isVoid(signers: KnownSigners, kid: string, signedAt: string): boolean {
  const key = signers.keys.find((each) => each.kid === kid);
  if (key !== undefined) return key.status === 'LOST' && !isBefore(signedAt, key.lostSince);
  return signers.delegates
    .filter((each) => each.kid === kid)
    .every((each) => isVoidDelegation(signers, each));
}

/**
 * As {@link isVoid}, by what is final alone. A deny that a lost key signed holds until then: else a stolen
 * key could open what the patient closed, by its word alone.
 */
export function isVoidForGood(signers: KnownSigners, kid: string, signedAt: string): boolean {
  const { keys, endings = [] } = signers;
  const open = new Set(endings.map(({ key }) => key));
  const settled = keys.map((key) =>
    open.has(key.kid) ? { kid: key.kid, status: 'ACTIVE' as const } : key,
  );
  return isVoid({ ...signers, keys: settled }, kid, signedAt);
}

/** Tells whether a delegation is void, as the key that made it was lost by then. */
export function isVoidDelegation(
  signers: KnownSigners,
  { addedBy, addedAt }: KnownSigners['delegates'][number],
): boolean {
  return isVoid(signers, addedBy, addedAt);
}

/** False for a bound that isn't given: nothing is before it. */
function isBefore(at: string, bound: string | undefined): boolean {
  return bound !== undefined && Date.parse(at) < Date.parse(bound);
}
