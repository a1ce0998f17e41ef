import { parsePolicy, type Policy } from './policy.js';

/** A private data collection, with the members of Fabric's collections_config.json. */
export interface CollectionConfig {
  readonly name: string;
  /** Who keeps the data, e.g. `OR('CityHospitalMSP.member', 'ValleyHospitalMSP.member')`. */
  readonly policy: string;
  readonly memberOnlyRead?: boolean;
  readonly memberOnlyWrite?: boolean;
  /** Blocks after which the data is purged; 0 keeps it. */
  readonly blockToLive?: number;
  readonly requiredPeerCount?: number;
  readonly maxPeerCount?: number;
  readonly endorsementPolicy?: { readonly signaturePolicy: string };
}

/** A collection, ready for use. */
export interface Collection {
  readonly name: string;
  readonly members: ReadonlySet<string>;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
  readonly blockToLive: number;
  readonly endorsement?: Policy;
}

export function toCollection(config: CollectionConfig): Collection {
  return {
    name: config.name,
    members: new Set(principals(parsePolicy(config.policy))),
    memberOnlyRead: config.memberOnlyRead ?? false,
    memberOnlyWrite: config.memberOnlyWrite ?? false,
    blockToLive: config.blockToLive ?? 0,
    ...(config.endorsementPolicy && {
      endorsement: parsePolicy(config.endorsementPolicy.signaturePolicy),
    }),
  };
}

/** The collection that every organisation of the channel has without a definition (`_implicit_org_<MSP ID>`). */
export function implicitCollection(
  name: string,
  organisations: readonly string[],
): Collection | undefined {
  const mspId = /^_implicit_org_(.+)$/.exec(name)?.[1];
  if (mspId === undefined || !organisations.includes(mspId)) return undefined;
  return {
    name,
    members: new Set([mspId]),
    memberOnlyRead: false,
    memberOnlyWrite: false,
    blockToLive: 0,
    endorsement: { signedBy: mspId, role: 'peer' },
  };
}

function principals(policy: Policy): string[] {
  return 'signedBy' in policy ? [policy.signedBy] : policy.rules.flatMap(principals);
}
