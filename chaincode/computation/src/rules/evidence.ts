import type { LetterTerms } from '@salus/crypto/letter';
import { SalusError } from '@salus/protocol';
import { shownLetter, type ShownLetter } from '@salus/protocol/computation';
import type { ComplaintRecord, KeyRecord, PostedSteps } from '../state/records.js';

/** What a complaint about a package has to show; all of it follows from the ledger. */
export interface EvidenceTerms extends LetterTerms {
  readonly shareId: string;
  /** Hash of the share's contribution. */
  readonly contribution: string;
}

/**
 * The letter that is evidence of a complaint: the dealer's to who complains, in this ceremony.
 * @throws SalusError ERR_CONFLICT where the dealer revealed under an earlier release, and its officer is not known
 */
export function letterTerms(
  { keyId, ceremony }: KeyRecord,
  posted: PostedSteps,
  { by, shareId = '', against: [from = ''] = [] }: ComplaintRecord,
): EvidenceTerms {
  const commitment = posted.commitment.get(from);
  const signer = posted.signer.get(from);
  const contribution = posted.contributions
    .get(from)
    ?.find((revealed) => revealed.shareId === shareId)?.hash;
  if (commitment === undefined || signer === undefined || contribution === undefined) {
    throw new SalusError('ERR_CONFLICT', `nothing tells whose signature is that of ${from}`, {
      argument: 'reason',
      expected: 'SHARE_MISSING',
      got: 'SHARE_INVALID',
    });
  }
  const { epoch } = ceremony;
  return { keyId, epoch, from, to: by, commitment, signer, shareId, contribution };
}

/** @throws SalusError ERR_LETTER_INVALID */
export function letterIn(bytes: Uint8Array): ShownLetter {
  try {
    return shownLetter.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new SalusError('ERR_LETTER_INVALID', 'what is shown is no letter', {
      argument: 'letter',
      expected: 'body and token of a letter, in JSON',
      cause,
    });
  }
}
