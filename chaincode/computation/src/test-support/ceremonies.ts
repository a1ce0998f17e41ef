/** Committees and ceremonies that tests of rules speak of. */
import type { ShareHash } from '@salus/protocol/computation';
import { dealersOf, sharesHeldBy } from '../rules/shares.js';
import type { KeyRecord, PostedSteps } from '../state/records.js';

/** s0 is of A and B, dealt by A; s1 of A and C, by C; s2 of B and C, by B. */
export const committee = { members: ['A', 'B', 'C'], threshold: 2 };
/** A is to leave. */
export const next = { members: ['B', 'C', 'D'], threshold: 2 };

export const key: KeyRecord = {
  keyId: 'k',
  profile: 'bfv-8192-sum-v1',
  aSeed: '00',
  purpose: 'p',
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2026-12-31T00:00:00Z',
  slotBudget: 1,
  status: 'PENDING',
  epoch: 0,
  committee,
  ceremony: { kind: 'GENERATE', epoch: 0, committee, proposedBy: 'A', proposedAt: 't' },
};
export const reshare: KeyRecord = {
  ...key,
  status: 'ACTIVE',
  ceremony: { ...key.ceremony, kind: 'RESHARE', epoch: 1, committee: next },
};

/** Each member's hashes of the shares that it holds. */
export const hashes = (of: typeof committee, members = of.members, text = 'h') =>
  new Map<string, ShareHash[]>(
    members.map((member) => [
      member,
      sharesHeldBy(of, member).map((shareId) => ({ shareId, hash: `${text}${shareId}` })),
    ]),
  );

export const dealers = dealersOf(committee);
export const nothing: PostedSteps = {
  commitment: new Map(),
  signer: new Map(),
  contributions: new Map(),
  dealt: new Map(),
  fingerprints: new Map(),
  trial: new Map(),
};
export const committed = { ...nothing, commitment: new Map(dealers.map((one) => [one, 'c'])) };
export const revealed = { ...committed, contributions: hashes(committee, [...dealers]) };
export const confirmed = { ...revealed, fingerprints: hashes(committee) };
export const ready = { ...confirmed, trial: hashes(committee) };
export const dealt = { ...nothing, dealt: hashes(committee, ['B', 'C']) };
