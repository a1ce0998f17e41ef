import type { Context } from 'fabric-contract-api';
import {
  caller,
  getState,
  putState,
  requireRole,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import type { CeremonyStep } from '@salus/protocol/computation';
import { partiesOf, requireMember, requireNotPosted, requireRunning } from '../rules/ceremony.js';
import { standingAt } from '../rules/lifetime.js';
import { collectiveKeyKey, stepKey } from '../state/keys.js';
import type { KeyRecord, PostedSteps, StepName, Steps } from '../state/records.js';

/** A key as it stands now. */
export async function readKey(ctx: Context, keyId: string): Promise<KeyRecord> {
  const key = await requireState<KeyRecord>(ctx, collectiveKeyKey(keyId), 'key');
  return standingAt(key, transactionTime(ctx));
}

/**
 * The steps of the key's ceremony that are on the ledger. A step reads no more of them than it depends
 * on: members that take the same step at once then don't conflict.
 */
export async function readSteps(
  ctx: Context,
  key: KeyRecord,
  ...names: readonly StepName[]
): Promise<PostedSteps> {
  return {
    commitment: await readStep(ctx, key, 'commitment', names),
    signer: await readStep(ctx, key, 'signer', names),
    contributions: await readStep(ctx, key, 'contributions', names),
    dealt: await readStep(ctx, key, 'dealt', names),
    fingerprints: await readStep(ctx, key, 'fingerprints', names),
    trial: await readStep(ctx, key, 'trial', names),
  };
}

export const allSteps: readonly StepName[] = [
  'commitment',
  'signer',
  'contributions',
  'dealt',
  'fingerprints',
  'trial',
];

/**
 * The caller, a committee's officer of one of some organisations.
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireOfficer(ctx: Context, keyId: string, members: readonly string[]): string {
  const who = caller(ctx);
  requireRole(who, 'committee');
  requireMember(keyId, members, who.mspId);
  return who.mspId;
}

/** @throws SalusError ERR_CONFLICT where the ceremony is over, or the member has taken the step before */
export async function takeStep<Name extends StepName>(
  ctx: Context,
  key: KeyRecord,
  mspId: string,
  name: Name,
  value: Steps[Name],
): Promise<CeremonyStep> {
  requireRunning(key);
  const { epoch } = key.ceremony;
  const at = stepKey(key.keyId, String(epoch), name, mspId);
  requireNotPosted(await getState(ctx, at));
  await putState(ctx, at, value);
  return { keyId: key.keyId, epoch, mspId };
}

async function readStep<Name extends StepName>(
  ctx: Context,
  key: KeyRecord,
  name: Name,
  names: readonly StepName[],
): Promise<ReadonlyMap<string, Steps[Name]>> {
  const found = new Map<string, Steps[Name]>();
  if (!names.includes(name)) return found;
  for (const mspId of partiesOf(key)) {
    const at = stepKey(key.keyId, String(key.ceremony.epoch), name, mspId);
    const value = await getState<Steps[Name]>(ctx, at);
    if (value !== undefined) found.set(mspId, value);
  }
  return found;
}
