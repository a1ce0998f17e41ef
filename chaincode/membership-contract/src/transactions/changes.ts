import type { Context } from 'fabric-contract-api';
import {
  emit,
  listState,
  pageState,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { Page, PageRequest } from '@salus/protocol';
import type {
  ProposalRequest,
  ProposalView,
  ProposeChangeRequest,
  Registry,
} from '@salus/protocol/membership';
import {
  describeProposal,
  majorityFor,
  newProposal,
  requireApprovable,
  type KeptProposal,
} from '../rules/proposal.js';
import { changedRegistry, subjectOf } from '../rules/registry.js';
import { approvalKey, proposalKey } from '../state/keys.js';
import { administratorsOrganisation } from './administrator.js';
import { getRegistry, putRegistry } from './registry.js';

/** A member's word for a proposal. */
interface Approval {
  readonly mspId: string;
  readonly at: string;
}

/** Whoever proposes approves. */
export async function propose(
  ctx: Context,
  { change }: ProposeChangeRequest,
): Promise<ProposalView> {
  const by = administratorsOrganisation(ctx);
  const registry = await getRegistry(ctx);
  const proposal = newProposal(registry, change, { by, at: transactionTime(ctx) });
  const { proposalId } = proposal;
  await requireAbsent(ctx, proposalKey(proposalId), `proposal ${proposalId}`);
  return take(ctx, registry, proposal, { before: [], mspId: by });
}

/** Each member approves under a key of its own; two that approve at once conflict, since both count. */
export async function approve(
  ctx: Context,
  { proposalId }: ProposalRequest,
): Promise<ProposalView> {
  const mspId = administratorsOrganisation(ctx);
  const registry = await getRegistry(ctx);
  const proposal = await readProposal(ctx, proposalId);
  const before = await approvalsOf(ctx, proposalId);
  requireApprovable(registry, proposal, before, mspId);
  return take(ctx, registry, proposal, { before, mspId });
}

/** Writes an approval down, and the change too where it makes a majority. */
async function take(
  ctx: Context,
  registry: Registry,
  proposal: KeptProposal,
  { before, mspId }: { readonly before: readonly string[]; readonly mspId: string },
): Promise<ProposalView> {
  const { proposalId, change } = proposal;
  const at = transactionTime(ctx);
  const approval: Approval = { mspId, at };
  await putState(ctx, approvalKey(proposalId, mspId), approval);
  const approvedBy = [...before, mspId].sort();
  const majority = majorityFor(registry, approvedBy);
  if (majority === undefined) {
    await putState(ctx, proposalKey(proposalId), proposal);
    const subject = subjectOf(change);
    emit(ctx, 'MembershipChangeApproved.v1', { proposalId, mspId, changed: [subject] });
    return describeProposal(proposal, registry, approvedBy);
  }
  const changed = changedRegistry(registry, change, at);
  const inForce: KeptProposal = { ...proposal, inForceAs: changed.revision };
  await putState(ctx, proposalKey(proposalId), inForce);
  await putRegistry(ctx, changed, { change, proposalId, approvedBy: majority }, [
    subjectOf(change),
  ]);
  return describeProposal(inForce, changed, approvedBy);
}

/** @throws SalusError ERR_NOT_FOUND */
export async function getProposal(
  ctx: Context,
  { proposalId }: ProposalRequest,
): Promise<ProposalView> {
  return describe(ctx, await getRegistry(ctx), await readProposal(ctx, proposalId));
}

export async function listProposals(
  ctx: Context,
  request: PageRequest,
): Promise<Page<ProposalView>> {
  const registry = await getRegistry(ctx);
  const page = await pageState<KeptProposal>(ctx, proposalKey(), request);
  const results: ProposalView[] = [];
  for (const proposal of page.results) results.push(await describe(ctx, registry, proposal));
  return { ...page, results };
}

async function describe(
  ctx: Context,
  registry: Registry,
  proposal: KeptProposal,
): Promise<ProposalView> {
  return describeProposal(proposal, registry, await approvalsOf(ctx, proposal.proposalId));
}

function readProposal(ctx: Context, proposalId: string): Promise<KeptProposal> {
  return requireState<KeptProposal>(ctx, proposalKey(proposalId), 'proposal');
}

async function approvalsOf(ctx: Context, proposalId: string): Promise<string[]> {
  const approvals = await listState<Approval>(ctx, approvalKey(proposalId));
  return approvals.map(({ mspId }) => mspId);
}
