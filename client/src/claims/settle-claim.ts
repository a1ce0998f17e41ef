import { randomBytes } from 'node:crypto';
import type { Adjudication, Claim, SettleRequest } from '@salus/protocol/claims';
import type { OpeningContent } from '../computation/transient.js';
import type { Receipt } from '../transaction/typed-contract.js';
import { salted, type SaltedHash } from './claim-salts.js';
import type { OpenedTotals } from './open-totals.js';

/** What a claim is adjudicated with: its sum, and what opens that. */
export interface ClaimOpening extends Omit<OpeningContent, 'result'> {
  readonly sum: Uint8Array;
  /** 64 random hex digits. */
  readonly salt: string;
}

/** What of a claims client decides and pays. */
export interface ClaimsDecider {
  getClaim(claimId: string): Promise<Claim>;
  getAdjudication(claimId: string): Promise<Adjudication>;
  adjudicate(
    request: { readonly claimId: string; readonly openingId: string },
    content: ClaimOpening,
  ): Promise<Receipt<Claim>>;
  settle(request: SettleRequest): Promise<Receipt<Claim>>;
}

/** A claim that is paid, and by what the insurer can show its payment. */
export interface PaidClaim {
  readonly claim: Claim;
  /** What stands for the payment's reference on the ledger. */
  readonly payment: SaltedHash;
}

/** Whether insurer and auditor have adjudicated a claim. */
export async function isDecided(
  claims: Pick<ClaimsDecider, 'getClaim'>,
  claimId: string,
): Promise<boolean> {
  const { status } = await claims.getClaim(claimId);
  return status === 'ADJUDICATED' || status === 'SETTLED';
}

/** Has opened totals adjudicated. Where the other one was faster, its adjudication stands. */
export async function decideTotals(
  claims: ClaimsDecider,
  { claimId, openingId, sum, partials, proofs, contributions }: OpenedTotals,
): Promise<Adjudication> {
  const salt = randomBytes(32).toString('hex');
  try {
    await claims.adjudicate({ claimId, openingId }, { sum, partials, proofs, contributions, salt });
  } catch (error) {
    const isOvertaken = await isDecided(claims, claimId).catch(() => false);
    if (!isOvertaken) throw error;
  }
  return claims.getAdjudication(claimId);
}

/** Settles a claim by a payment; again, where an earlier call's answer was lost, it changes nothing. */
export async function payClaim(
  claims: ClaimsDecider,
  secret: Uint8Array,
  { claimId, reference }: { readonly claimId: string; readonly reference: string },
): Promise<PaidClaim> {
  const payment = salted(secret, ['payment', reference], reference);
  const claim = await claims.getClaim(claimId);
  const isPaid = claim.status === 'SETTLED' && claim.paymentReferenceHash === payment.hash;
  if (isPaid) return { claim, payment };
  const { value } = await claims.settle({ claimId, paymentReferenceHash: payment.hash });
  return { claim: value, payment };
}
