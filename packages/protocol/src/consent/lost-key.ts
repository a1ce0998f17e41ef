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
