import { denied } from '../service/access-check.js';
import { unproven, type ConsentCheck } from '../service/consent-check.js';
import type { VerifiedMember } from '../service/members.js';
import type { Pins } from '../service/pins.js';
import type { LedgerView } from './ledger-view.js';

/** Who asks for which content, and by what the ledger is to permit it. */
export interface ContentRequest {
  readonly asker: VerifiedMember;
  readonly hash: string;
  readonly now: number;
  readonly decision?: string;
  readonly claim?: string;
  readonly key?: string;
}

/** What proves a permission to read a record. */
export interface ConsentJudge {
  readonly consent: ConsentCheck;
  readonly pins: Pins;
}

/**
 * Decides whether content may be served: a record by a decision of the ehr contract that the patient's
 * consent bears out; a claim's ciphertexts to the committee, the provider, the insurer and its auditor; contributions to a
 * collective key and the key itself, which the ceremony makes public, to every member.
 *
 * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkContentRequest(
  request: ContentRequest,
  ledger: LedgerView,
  { consent, pins }: ConsentJudge,
): Promise<void> {
  const { asker, hash, now } = request;
  if (request.decision !== undefined) {
    const asked = { decisionId: request.decision, asker, contentHash: hash, now };
    const { record } = await consent.prove(asked);
    // Anybody may anchor the hash of another's content as a record of its own.
    const isCustodians = await pins.matches('content', hash, record.custodian);
    if (!isCustodians) throw unproven('another organisation put the content');
  } else if (request.claim !== undefined) {
    await checkClaimContent(request.claim, asker, hash, ledger);
  } else if (request.key !== undefined) {
    const { members, publicKeyHash, status } = await ledger.getKey(request.key);
    const revealed = status === 'COMMITTING' ? [] : members.map((one) => one.contributionHash);
    if (![...revealed, publicKeyHash].includes(hash)) throw denied('it is no part of the key');
  } else {
    throw denied('the request names none');
  }
}

async function checkClaimContent(
  claimId: string,
  asker: VerifiedMember,
  hash: string,
  ledger: LedgerView,
): Promise<void> {
  const claim = await ledger.getClaim(claimId);
  const hashes = [...claim.lines.map((line) => line.ciphertextHash), claim.resultHash];
  if (!hashes.includes(hash)) throw denied('it is no part of the claim');
  const [{ insurer, auditor }, { members }] = await Promise.all([
    ledger.getPolicy(claim.policyId),
    ledger.getKey(claim.keyId),
  ]);
  const entitled = [claim.provider, insurer, auditor, ...members.map(({ mspId }) => mspId)];
  if (!entitled.includes(asker.mspId)) throw denied('the claim does not concern the organisation');
}
