import type { LedgerState } from './ledger-state.js';
import { decodePolicy, majorityOf, satisfies, type Policy } from './policy.js';
import type { Metadata, ReadWriteSet } from './read-write-set.js';
import type { StateStore } from './state-db.js';

/** The metadata entry that holds a key-level policy. */
const VALIDATION_PARAMETER = 'VALIDATION_PARAMETER';

/**
 * The policies that a transaction's endorsements have to meet, as core/common/validation/statebased
 * collects them. A key's own policy replaces the chaincode's or the collection's. The chaincode's applies
 * where no other does.
 */
export function requiredPolicies(
  state: LedgerState,
  channel: string,
  chaincode: string,
  results: ReadWriteSet,
): Policy[] {
  const policies: Policy[] = [];
  for (const [namespace, set] of results.namespaces) {
    const own = chaincodePolicy(state, namespace);
    const written = [...set.writes.keys(), ...set.metadataWrites.keys()];
    policies.push(...keyPolicies(state.publicStore(namespace), written, own));
    for (const [name, writes] of set.collections) {
      const keys = [...writes.hashedWrites.keys(), ...writes.metadataWrites.keys()];
      const { endorsement = own } = state.collection(channel, namespace, name);
      policies.push(...keyPolicies(state.hashStore(namespace, name), keys, endorsement));
    }
  }
  return policies.length > 0 ? policies : [chaincodePolicy(state, chaincode)];
}

/** The organisations that can run the transaction: members, where plain private data is read. */
export function possibleEndorsers(
  state: LedgerState,
  channel: string,
  results: ReadWriteSet,
  hasTransient: boolean,
): string[] {
  const collections = [...results.namespaces].flatMap(([namespace, set]) =>
    [...set.collections]
      .filter(([, { privateRead }]) => privateRead || hasTransient)
      .map(([name]) => state.collection(channel, namespace, name)),
  );
  return state.organisations.filter((organisation) =>
    collections.every(({ members }) => members.has(organisation)),
  );
}

/**
 * Chooses as the gateway does: the fewest organisations that meet all policies, the first one among
 * them.
 *
 * @returns undefined where no choice does
 */
export function chooseEndorsers(
  policies: readonly Policy[],
  candidates: readonly string[],
  first: string,
): string[] | undefined {
  const others = candidates.filter((organisation) => organisation !== first);
  for (let size = 0; size <= others.length; size += 1) {
    for (const choice of combinations(others, size)) {
      const endorsers = [first, ...choice];
      if (policies.every((policy) => satisfies(policy, endorsers))) return endorsers;
    }
  }
  return undefined;
}

function chaincodePolicy(state: LedgerState, chaincode: string): Policy {
  return state.definitions.get(chaincode)?.endorsement ?? majorityOf(state.organisations);
}

function keyPolicies(store: StateStore, keys: readonly string[], otherwise: Policy): Policy[] {
  return keys.map((key) => policyOf(store.get(key)?.metadata) ?? otherwise);
}

function policyOf(metadata: Metadata | undefined): Policy | undefined {
  const bytes = metadata?.[VALIDATION_PARAMETER];
  return bytes && bytes.length > 0 ? decodePolicy(bytes) : undefined;
}

function combinations(values: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return values.flatMap((value, i) =>
    combinations(values.slice(i + 1), size - 1).map((rest) => [value, ...rest]),
  );
}
