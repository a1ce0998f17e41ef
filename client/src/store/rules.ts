import { denied } from '../service/access-check.js';
import { unproven, type ConsentCheck } from '../service/consent-check.js';
import type { VerifiedMember } from '../service/members.js';
import type { Pins } from '../service/pins.js';
import { checkClaimContent, checkComputationContent } from './computation-rules.js';
import type { LedgerView } from './ledger-view.js';
import { checkStudyContent } from './study-rules.js';

/** Who asks for which content, and by what the ledger is to permit it. */
export interface ContentRequest {
  readonly asker: VerifiedMember;
  readonly hash: string;
  readonly now: number;
  readonly decision?: string;
  readonly claim?: string;
  /** With one of the following, or by itself for a registered ciphertext. */
  readonly chaincode?: string;
  readonly key?: string;
  readonly opening?: string;
  /** With a chaincode: a contribution to the study. */
  readonly study?: string;
}

/** What proves a permission to read a record. */
export interface ConsentJudge {
  readonly consent: ConsentCheck;
  readonly pins: Pins;
}

/**
 * Decides whether content may be served: a record by a decision of the ehr contract that the patient's
 * consent bears out; what belongs to computations as {@link checkComputationContent} says.
 *
 * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkContentRequest(
  request: ContentRequest,
  ledger: LedgerView,
  { consent, pins }: ConsentJudge,
): Promise<void> {
  const { asker, hash, now, decision, claim, chaincode, study } = request;
  if (decision !== undefined) {
    const { record } = await consent.prove({ decisionId: decision, asker, contentHash: hash, now });
    // Anybody may anchor the hash of another's content as a record of its own.
    const isCustodians = await pins.matches('content', hash, record.custodian);
    if (!isCustodians) throw unproven('another organisation put the content');
  } else if (claim !== undefined) {
    await checkClaimContent(claim, request, ledger);
  } else if (study !== undefined) {
    await checkStudyContent(study, request, ledger);
  } else if (chaincode !== undefined) {
    await checkComputationContent(request, ledger.computation(chaincode));
  } else {
    throw denied('the request names none');
  }
}
