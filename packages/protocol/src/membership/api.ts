import { z } from 'zod';
import { distinctArray, eachOnce, mspId } from '../base/forms.js';
import type { Page } from '../base/page.js';
import { memberKind } from './kinds.js';

/**
 * Requests and answers of the membership registry, which says what each organisation of a channel is.
 * Every transaction takes one JSON request and answers one JSON value of the type that
 * {@link MembershipTransactions} names.
 */

/** Members that a registry holds at most: every contract reads all of them at once. */
export const MAX_MEMBERS = 200;

export const member = z.strictObject({
  mspId,
  kinds: distinctArray(memberKind, memberKind.options.length),
});
export type Member = z.infer<typeof member>;

// Founding

/** The registry's first list, as the channel's organisations agree on it outside of the ledger. */
export const foundingRequest = z.strictObject({
  members: z.array(member).min(1).max(MAX_MEMBERS).refine(eachOnce('mspId'), 'each MSP ID once'),
});
export type FoundingRequest = z.infer<typeof foundingRequest>;

/** How far the agreement on a first list has come. */
export interface Founding {
  /** SHA-256 of the list in its canonical order. */
  readonly membersHash: string;
  /** MSP IDs of the organisations that approved this very list. */
  readonly approvedBy: readonly string[];
}

// Changes

export const membershipChange = z.discriminatedUnion('action', [
  /** Makes an organisation a member, or gives a member other kinds. */
  z.strictObject({ action: z.literal('register'), member }),
  z.strictObject({ action: z.literal('remove'), mspId }),
]);
export type MembershipChange = z.infer<typeof membershipChange>;

export const proposeChangeRequest = z.strictObject({ change: membershipChange });
export type ProposeChangeRequest = z.infer<typeof proposeChangeRequest>;

const proposalId = z.string().regex(/^[0-9a-f]{32}$/, '32 lower-case hex digits');
export const proposalRequest = z.strictObject({ proposalId });
export type ProposalRequest = z.infer<typeof proposalRequest>;

/** A change that a member proposed. */
export interface Proposal {
  /** Made from revision and change: two members who propose the same mean the same proposal. */
  readonly proposalId: string;
  /** The revision that it changes; a later one overtakes it. */
  readonly revision: number;
  readonly change: MembershipChange;
  readonly proposedBy: string;
  readonly proposedAt: string;
}

/** A proposal with what has become of it. */
export interface ProposalView extends Proposal {
  readonly status: 'OPEN' | 'IN_FORCE' | 'OVERTAKEN';
  /** MSP IDs of the members that approve, the proposer among them. */
  readonly approvedBy: readonly string[];
  /** Approvals that bring it into force: a majority of the members. */
  readonly needed: number;
}

// The registry

export const noRequest = z.strictObject({});
export type NoRequest = z.infer<typeof noRequest>;

/** The members in force. */
export interface Registry {
  /** 1 for the first list, one more with each change. */
  readonly revision: number;
  /** In the order of their MSP IDs. */
  readonly members: readonly Member[];
  readonly changedAt: string;
}

/** A line of the registry's history. */
export interface Revision extends Registry {
  /** What changed; nothing for the first list. */
  readonly change?: MembershipChange;
  readonly proposalId?: string;
  /** MSP IDs of the organisations whose approvals brought it into force. */
  readonly approvedBy: readonly string[];
  readonly transactionId: string;
}

export const pageRequest = z.strictObject({
  pageSize: z.int().min(1).max(100),
  bookmark: z.string().max(1024).optional(),
});

/** Payload of the event `MembershipChanged.v1`. */
export interface MembershipChanged {
  readonly revision: number;
  /** MSP IDs of the organisations that the change is about. */
  readonly changed: readonly string[];
}

/** The transactions by name. */
export interface MembershipTransactions {
  readonly approveFounding: { request: FoundingRequest; response: Founding };
  readonly found: { request: FoundingRequest; response: Registry };
  readonly propose: { request: ProposeChangeRequest; response: ProposalView };
  readonly approve: { request: ProposalRequest; response: ProposalView };
  readonly getRegistry: { request: NoRequest; response: Registry };
  readonly getFounding: { request: FoundingRequest; response: Founding };
  readonly getProposal: { request: ProposalRequest; response: ProposalView };
  readonly listProposals: {
    request: z.infer<typeof pageRequest>;
    response: Page<ProposalView>;
  };
  readonly history: { request: z.infer<typeof pageRequest>; response: Page<Revision> };
}
