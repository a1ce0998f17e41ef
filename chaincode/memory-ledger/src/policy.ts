import { common, msp } from '@hyperledger/fabric-protos';

/** A signature policy over the organisations' peers. */
export type Policy =
  | { readonly signedBy: string; readonly role: string }
  | { readonly outOf: number; readonly rules: readonly Policy[] };

/**
 * Reads a policy as `peer lifecycle` does: `AND(…)`, `OR(…)`, `OutOf(n, …)` over `'MSP.role'`.
 *
 * @throws Error where the text is no policy
 */
export function parsePolicy(text: string): Policy {
  const tokens = text.match(/'[^']*'|[A-Za-z]+|\d+|[(),]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(`unrecognized token '${tokens[at] ?? ''}' in policy string: ${text}`);
  };
  const take = (expected: string): void => {
    if (tokens[at] !== expected) fail();
    at += 1;
  };
  const list = (): Policy[] => {
    const rules = [rule()];
    while (tokens[at] === ',') {
      at += 1;
      rules.push(rule());
    }
    take(')');
    return rules;
  };
  const rule = (): Policy => {
    const token = tokens[at] ?? '';
    at += 1;
    const principal = /^'(.+)\.(member|peer|client|admin|orderer)'$/.exec(token);
    if (principal?.[1] && principal[2]) return { signedBy: principal[1], role: principal[2] };
    take('(');
    const kind = token.toLowerCase();
    if (kind === 'outof') {
      const outOf = Number(tokens[at]);
      at += 1;
      take(',');
      return { outOf, rules: list() };
    }
    if (kind !== 'and' && kind !== 'or') return fail();
    const rules = list();
    return { outOf: kind === 'and' ? rules.length : 1, rules };
  };
  const policy = rule();
  return at === tokens.length ? policy : fail();
}

/** The channel's default: more than half of the organisations. */
export function majorityOf(organisations: readonly string[]): Policy {
  const rules = organisations.map((signedBy) => ({ signedBy, role: 'peer' }));
  return { outOf: Math.floor(organisations.length / 2) + 1, rules };
}

/** Reads the `SignaturePolicyEnvelope` of a key-level policy. */
export function decodePolicy(bytes: Uint8Array): Policy {
  const envelope = common.SignaturePolicyEnvelope.deserializeBinary(bytes);
  const principals = envelope.getIdentitiesList().map((identity) => {
    const role = msp.MSPRole.deserializeBinary(identity.getPrincipal_asU8());
    return { signedBy: role.getMspIdentifier(), role: roleNames[role.getRole()] ?? 'unknown' };
  });
  const convert = (policy: common.SignaturePolicy): Policy => {
    const nOutOf = policy.getNOutOf();
    if (nOutOf) return { outOf: nOutOf.getN(), rules: nOutOf.getRulesList().map(convert) };
    const principal = principals[policy.getSignedBy()];
    if (!principal) throw new Error('identity index out of range');
    return principal;
  };
  const rule = envelope.getRule();
  if (!rule) throw new Error('policy without a rule');
  return convert(rule);
}

const roleNames: Readonly<Record<number, string>> = {
  [msp.MSPRole.MSPRoleType.MEMBER]: 'member',
  [msp.MSPRole.MSPRoleType.ADMIN]: 'admin',
  [msp.MSPRole.MSPRoleType.CLIENT]: 'client',
  [msp.MSPRole.MSPRoleType.PEER]: 'peer',
  [msp.MSPRole.MSPRoleType.ORDERER]: 'orderer',
};

/**
 * Judges the endorsements of one peer of each organisation. As in Fabric's cauthdsl, a signature
 * counts for one principal only.
 */
export function satisfies(policy: Policy, endorsers: readonly string[]): boolean {
  return evaluate(policy, endorsers, new Set()) !== undefined;
}

/** @returns the endorsers used up, or undefined where the policy is not met */
function evaluate(
  policy: Policy,
  endorsers: readonly string[],
  used: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  if ('signedBy' in policy) {
    const { signedBy, role } = policy;
    const peerRole = role === 'peer' || role === 'member';
    if (!peerRole || !endorsers.includes(signedBy) || used.has(signedBy)) return undefined;
    return new Set([...used, signedBy]);
  }
  let now = used;
  let met = 0;
  for (const rule of policy.rules) {
    const after = evaluate(rule, endorsers, now);
    if (after === undefined) continue;
    now = after;
    met += 1;
  }
  return met >= policy.outOf ? now : undefined;
}
