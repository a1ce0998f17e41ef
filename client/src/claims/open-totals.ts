import { createEngine, profileOf } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import { arePlausibleTotals, type Claim, type Policy } from '@salus/protocol/claims';
import type { Opening } from '@salus/protocol/computation';
import { openResult, type OpenOptions } from '../computation/open-result.js';
import type { OpeningContent } from '../computation/transient.js';
import type { Receipt } from '../transaction/typed-contract.js';

/** How long to wait for the committee, and what ends the waiting. */
export type Waiting = Pick<OpenOptions, 'timeoutMs' | 'signal'>;

/** What was claimed in one category of a policy. */
export interface ClaimedBenefit {
  readonly category: string;
  readonly slot: number;
  /** In minor units, e.g. cents. */
  readonly claimedMinor: number;
}

/** The totals of a claim, as its insurer or auditor opened them. */
export interface OpenedTotals extends Required<Omit<OpeningContent, 'result'>> {
  readonly claimId: string;
  readonly openingId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** In the policy's order. */
  readonly benefits: readonly ClaimedBenefit[];
  /** The sum of all benefits, in minor units. */
  readonly claimedMinor: number;
  /** Whether a claim under the policy can have these totals. Others are adjudicated to nothing. */
  readonly plausible: boolean;
  /** MSP IDs of the committee members that had answered by then. */
  readonly openers: readonly string[];
  /** MSP IDs of the members that sent something else than the ledger's hashes say. */
  readonly liars: readonly string[];
  /** The encrypted sum. It and what opens it is what adjudication takes. */
  readonly sum: Uint8Array;
}

/** What of a claims client opens. */
export interface ClaimsOpener {
  getClaim(claimId: string): Promise<Claim>;
  getPolicy(policyId: string): Promise<Policy>;
  requestOpening(request: {
    readonly claimId: string;
    readonly recipients: string[];
  }): Promise<Receipt<Opening>>;
}

/** With what a recipient opens. */
export interface OpeningParts extends Pick<
  OpenOptions,
  'store' | 'members' | 'channel' | 'chaincode' | 'mspId'
> {
  readonly claims: ClaimsOpener;
  readonly computation: OpenOptions['computation'];
}

/**
 * Asks for the opening of a claim's sum to the policy's insurer and its auditor.
 *
 * @throws SalusError `ERR_NO_DECISION` where the ledger denies it
 */
export async function askForTotals(
  { claims }: Pick<OpeningParts, 'claims'>,
  claimId: string,
): Promise<Receipt<Opening>> {
  const { policyId } = await claims.getClaim(claimId);
  const { insurer, auditor } = await claims.getPolicy(policyId);
  const receipt = await claims.requestOpening({ claimId, recipients: [insurer, auditor] });
  const { permitted, reason } = receipt.value;
  if (permitted) return receipt;
  throw new SalusError('ERR_NO_DECISION', `The opening was denied: ${reason}`, {
    argument: 'claimId',
    got: reason,
  });
}

/** Waits for the committee, and combines what its members sealed to the own organisation. */
export async function openTotals(
  parts: OpeningParts,
  claimId: string,
  waiting: Waiting,
): Promise<OpenedTotals> {
  const { claims, computation } = parts;
  const openingId = await openingOf(parts, claimId);
  const { policyId, keyId, lines } = await claims.getClaim(claimId);
  const [policy, key] = await Promise.all([claims.getPolicy(policyId), computation.getKey(keyId)]);
  const { name: profile, maxValue } = profileOf(key.profile);
  await using engine = createEngine({ profile });
  const opened = await openResult(openingId, { ...parts, ...waiting, engine });
  const { result: sum, liars, opening, slots, ...content } = opened;
  const { currency } = policy;
  const openers = opening.posted.map(({ mspId }) => mspId);
  return {
    claimId,
    openingId,
    currency,
    ...totalsOf(policy, slots),
    plausible: arePlausibleTotals(policy.benefits, slots, { lines: lines.length, maxValue }),
    openers,
    liars,
    sum,
    ...content,
  };
}

/**
 * The insurer asks, however often. Its auditor opens what the insurer has asked for. Members answer nothing
 * that is on record.
 *
 * @throws SalusError `ERR_CONFLICT`, as {@link askForTotals}
 */
async function openingOf(parts: OpeningParts, claimId: string): Promise<string> {
  const { claims, mspId } = parts;
  const { policyId, status, openingId } = await claims.getClaim(claimId);
  if (status === 'ADJUDICATED' || status === 'SETTLED') {
    throw new SalusError('ERR_CONFLICT', 'The claim is adjudicated, and is opened no more', {
      argument: 'claimId',
      expected: 'OPENING',
      got: status,
      remedy: 'Read its amounts: salus claims adjudication, or client.claims.getAdjudication.',
    });
  }
  if (mspId === (await claims.getPolicy(policyId)).insurer) {
    return (await askForTotals(parts, claimId)).value.openingId;
  }
  if (openingId !== undefined) return openingId;
  throw new SalusError('ERR_CONFLICT', 'The insurer has not asked for the opening', {
    argument: 'claimId',
    expected: 'OPENING',
    got: status,
    remedy: 'Have the insurer ask: salus claims request-opening, or client.claims.ask.',
  });
}

function totalsOf(
  { benefits }: Pick<Policy, 'benefits'>,
  slots: readonly number[],
): Pick<OpenedTotals, 'benefits' | 'claimedMinor'> {
  const claimed = benefits.map(({ category, slot }) => ({
    category,
    slot,
    claimedMinor: slots[slot] ?? 0,
  }));
  const claimedMinor = claimed.reduce((sum, one) => sum + one.claimedMinor, 0);
  return { benefits: claimed, claimedMinor };
}
