import { SalusError, verifyMerkleProof, type MerkleProof } from '@salus/protocol';
import {
  type Dispensed,
  type PackStatus,
  type Unit,
  packLeaf,
  type Verification,
  type Sgtin,
} from '@salus/protocol/drug';

/** A pack as it is shown: what its code says, and the proof that came with its unit. */
export interface PackClaim extends Sgtin {
  readonly salt: string;
  readonly proof: MerkleProof;
}

/** What is known when a pack is shown. */
export interface PackFacts {
  readonly pack: PackClaim;
  readonly unit: Unit | undefined;
  readonly dispensed: Dispensed | undefined;
  /** MSP ID of who asks. */
  readonly asker: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Judges a pack. The order of the checks is that of {@link PackStatus}. */
export function judgePack(facts: PackFacts): Verification {
  const { unit, pack } = facts;
  if (unit === undefined) return notGenuine('UNKNOWN_UNIT');
  if (!contains(unit, pack)) return notGenuine('NOT_IN_UNIT');
  const { holder, manufacturer, gtin, lot, expiry } = unit;
  const dispensed = facts.dispensed !== undefined;
  const expired = isExpired(expiry, facts.at);
  const status = hindrance(unit, { dispensed, expired, asker: facts.asker });
  return { genuine: true, status, dispensed, expired, holder, manufacturer, gtin, lot, expiry };
}

/** A medicine may be used until the end of its expiry date, in UTC. */
export function isExpired(expiry: string, at: string): boolean {
  return at.slice(0, 10) > expiry;
}

/**
 * Demands that a pack may be dispensed.
 *
 * @throws SalusError ERR_NOT_FOUND, ERR_PACK_NOT_GENUINE, ERR_PACK_ALREADY_DISPENSED, ERR_PACK_EXPIRED,
 *   ERR_CONFLICT in transit, ERR_FORBIDDEN in another's custody
 */
export function requireDispensable({ status }: Pick<Verification, 'status'>): void {
  if (status === 'AVAILABLE') return;
  const [code, message] = REFUSALS[status];
  throw new SalusError(code, message, {
    argument: 'sgtin',
    expected: 'a pack that may be dispensed',
    got: status,
  });
}

const REFUSALS = {
  UNKNOWN_UNIT: ['ERR_NOT_FOUND', 'There is no such unit'],
  NOT_IN_UNIT: ['ERR_PACK_NOT_GENUINE', 'The pack is not one of this unit'],
  DISPENSED: ['ERR_PACK_ALREADY_DISPENSED', 'The pack was dispensed before'],
  EXPIRED: ['ERR_PACK_EXPIRED', 'The pack is past its expiry date'],
  IN_TRANSIT: ['ERR_CONFLICT', 'The unit of the pack is in transit'],
  NOT_IN_CUSTODY: ['ERR_FORBIDDEN', 'The unit of the pack is in the custody of another'],
} as const;

/** The proof has to be for this unit's tree: a size of its own choice could name a node as a leaf. */
function contains(unit: Unit, pack: PackClaim): boolean {
  return (
    pack.gtin === unit.gtin &&
    pack.proof.size === unit.count &&
    verifyMerkleProof(unit.contentsRoot, packLeaf(pack), pack.proof)
  );
}

function hindrance(
  unit: Unit,
  known: { readonly dispensed: boolean; readonly expired: boolean; readonly asker: string },
): PackStatus {
  if (known.dispensed) return 'DISPENSED';
  if (known.expired) return 'EXPIRED';
  if (unit.status === 'IN_TRANSIT') return 'IN_TRANSIT';
  return unit.holder === known.asker ? 'AVAILABLE' : 'NOT_IN_CUSTODY';
}

function notGenuine(status: 'UNKNOWN_UNIT' | 'NOT_IN_UNIT'): Verification {
  return { genuine: false, status, dispensed: false, expired: false };
}
