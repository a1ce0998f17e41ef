import type { Context } from 'fabric-contract-api';
import { alreadyExists, emit, listState, putState, transactionTime } from '@salus/chaincode-common';
import type { Founding, FoundingRequest, Registry } from '@salus/protocol/membership';
import { foundedRegistry, hashOfMembers } from '../rules/registry.js';
import { foundingKey } from '../state/keys.js';
import { administratorsOrganisation } from './administrator.js';
import { findRegistry, putRegistry } from './registry.js';

/** An organisation's word that a first list is the one that was agreed on. */
interface FoundingApproval {
  readonly mspId: string;
  readonly at: string;
}

/**
 * An organisation that approves the same list again writes nothing. A retry is no error, and nobody can keep
 * {@link found} from its commit by approving again and again.
 */
export async function approveFounding(ctx: Context, request: FoundingRequest): Promise<Founding> {
  const mspId = administratorsOrganisation(ctx);
  await requireNotFounded(ctx);
  const { membersHash, approvedBy } = await getFounding(ctx, request);
  if (approvedBy.includes(mspId)) return { membersHash, approvedBy };
  const approval: FoundingApproval = { mspId, at: transactionTime(ctx) };
  await putState(ctx, foundingKey(membersHash, mspId), approval);
  emit(ctx, 'FoundingApproved.v1', { membersHash, mspId });
  return { membersHash, approvedBy: [...approvedBy, mspId].sort() };
}

/**
 * Brings the first list into force. Who submits does not matter: each endorsing peer asks whether its own
 * organisation approved the list, and the chaincode's policy asks for a majority of the channel's peers.
 */
export async function found(ctx: Context, request: FoundingRequest): Promise<Registry> {
  await requireNotFounded(ctx);
  const { approvedBy } = await getFounding(ctx, request);
  const endorser = ctx.stub.getMspID();
  const { members } = request;
  const registry = foundedRegistry({ members, approvedBy, endorser, at: transactionTime(ctx) });
  const changed = registry.members.map(({ mspId }) => mspId);
  await putRegistry(ctx, registry, { approvedBy }, changed);
  return registry;
}

export async function getFounding(ctx: Context, { members }: FoundingRequest): Promise<Founding> {
  const membersHash = hashOfMembers(members);
  const approvals = await listState<FoundingApproval>(ctx, foundingKey(membersHash));
  return { membersHash, approvedBy: approvals.map(({ mspId }) => mspId) };
}

async function requireNotFounded(ctx: Context): Promise<void> {
  if ((await findRegistry(ctx)) !== undefined) throw alreadyExists('registry');
}
