import { conflict, hashOf, SalusError } from '@salus/protocol';
import type {
  MembershipChange,
  Proposal,
  ProposalView,
  Registry,
} from '@salus/protocol/membership';
import { counted, majorityOf } from './majority.js';
import { changedRegistry, changeInOrder, requireVoice } from './registry.js';

/** Hex digits of a proposal's ID: 128 bits of a SHA-256. */
const ID_LENGTH = 32;

/**
 * A change that a member proposes to the registry in force.
 *
 * @throws SalusError ERR_FORBIDDEN for who is no member, and as {@link changedRegistry}
 */
export function newProposal(
  registry: Registry,
  asked: MembershipChange,
  { by, at }: { readonly by: string; readonly at: string },
): Proposal {
  requireVoice(registry, by);
  const change = changeInOrder(asked);
  // Nobody approves what could not be made.
  changedRegistry(registry, change, at);
  const { revision } = registry;
  const proposalId = hashOf({ revision, change }).slice(0, ID_LENGTH);
  return { proposalId, revision, change, proposedBy: by, proposedAt: at };
}

/**
 * Demands that an organisation may approve a proposal now: it is a member, has not approved before, and
 * the registry is still the one that the proposal changes.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT, ERR_ALREADY_EXISTS
 */
export function requireApprovable(
  registry: Registry,
  { proposalId, revision }: Proposal,
  approvedBy: readonly string[],
  mspId: string,
): void {
  requireVoice(registry, mspId);
  if (revision !== registry.revision) {
    throw conflict(
      'proposalId',
      `The registry has changed since proposal ${proposalId} was made: propose the change again`,
      `a proposal for revision ${registry.revision}`,
      `one for revision ${revision}`,
    );
  }
  if (approvedBy.includes(mspId)) {
    throw new SalusError('ERR_ALREADY_EXISTS', `${mspId} has approved proposal ${proposalId}`, {
      argument: 'proposalId',
      expected: 'one approval of each member',
      got: 'a second one',
    });
  }
}

/** The members that approve, where they are a majority of the members in force. */
export function majorityFor(
  { members }: Pick<Registry, 'members'>,
  approvedBy: readonly string[],
): readonly string[] | undefined {
  const voices = counted(
    members.map(({ mspId }) => mspId),
    approvedBy,
  );
  return voices.length >= majorityOf(members.length) ? voices : undefined;
}

/** A proposal as it is kept: with the revision that it became, once it is in force. */
export interface KeptProposal extends Proposal {
  readonly inForceAs?: number;
}

/** A proposal with what has become of it. */
export function describeProposal(
  { inForceAs, ...proposal }: KeptProposal,
  { revision, members }: Pick<Registry, 'revision' | 'members'>,
  approvedBy: readonly string[],
): ProposalView {
  const needed = majorityOf(members.length);
  return { ...proposal, status: statusOf(), approvedBy, needed };

  function statusOf(): ProposalView['status'] {
    if (inForceAs !== undefined) return 'IN_FORCE';
    return proposal.revision === revision ? 'OPEN' : 'OVERTAKEN';
  }
}
