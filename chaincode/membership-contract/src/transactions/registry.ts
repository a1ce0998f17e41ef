import type { Context } from 'fabric-contract-api';
import { emit, getState, pageState, putState } from '@salus/chaincode-common';
import { SalusError, type Page, type PageRequest } from '@salus/protocol';
import type { MembershipChanged, Registry, Revision } from '@salus/protocol/membership';
import { registryKey, revisionKey, revisionsKey } from '../state/keys.js';

export function findRegistry(ctx: Context): Promise<Registry | undefined> {
  return getState<Registry>(ctx, registryKey);
}

/** @throws SalusError ERR_NO_MEMBERSHIP */
export async function getRegistry(ctx: Context): Promise<Registry> {
  const registry = await findRegistry(ctx);
  if (registry !== undefined) return registry;
  throw new SalusError('ERR_NO_MEMBERSHIP', 'Nobody has founded the registry of this channel', {
    expected: 'a registry that a majority of the organisations founded',
    got: 'none',
  });
}

/** The oldest first. */
export function history(ctx: Context, request: PageRequest): Promise<Page<Revision>> {
  return pageState<Revision>(ctx, revisionsKey, request);
}

/** Brings a registry into force, with its line of the history. */
export async function putRegistry(
  ctx: Context,
  registry: Registry,
  how: Pick<Revision, 'change' | 'proposalId' | 'approvedBy'>,
  changed: readonly string[],
): Promise<void> {
  const line: Revision = { ...registry, ...how, transactionId: ctx.stub.getTxID() };
  await putState(ctx, registryKey, registry);
  await putState(ctx, revisionKey(registry.revision), line);
  const payload: MembershipChanged = { revision: registry.revision, changed };
  emit(ctx, 'MembershipChanged.v1', payload);
}
