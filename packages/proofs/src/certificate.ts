import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import type { ChannelTrust } from './channel-config.js';
import { verifyErasure } from './erasure.js';
import type { MemberRoots } from './members.js';
import { signedAnswers, verifySignedAnswers } from './signed-answers.js';

const form = z.strictObject({
  type: z.literal('ErasureCertificate.v1'),
  channel: z.string().min(1),
  pseudonym: z.string().min(1),
  issuedAt: z.iso.datetime(),
  records: z
    .array(
      z.strictObject({
        recordId: z.string().min(1),
        /** The anchor with the time of its erasure, signed by peers of most organisations. */
        anchor: signedAnswers,
        /** Each store's signed word that its parts are gone. */
        confirmations: z.array(z.string().min(1)).min(1),
      }),
    )
    .min(1),
});

/** A file that proves that records are erased: by the ledger, and in every store that kept parts. */
export type ErasureCertificate = z.output<typeof form>;

/** What a certificate proves of a record. */
export interface ProvenErasure {
  readonly recordId: string;
  readonly erasedAt: string;
  /** MSP IDs of the stores that have none of its parts any more. */
  readonly stores: readonly string[];
  /** Organisations whose peers signed for the ledger. */
  readonly answeredBy: readonly string[];
}

/**
 * Reads a certificate. Nothing in it is proven by that.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`
 */
export function readErasureCertificate(text: string): ErasureCertificate {
  try {
    return form.parse(JSON.parse(text));
  } catch (cause) {
    // The cause quotes the text, of which nothing is known.
    throw new SalusError('ERR_RECEIPT_MALFORMED', 'The file is not a certificate of erasure', {
      cause,
    });
  }
}

/**
 * Proves a certificate by the channel's configuration alone. Peers of more than half of the organisations
 * sign that the ledger has the records as erased, with the anchors that still stand. Every store that an
 * anchor names signs that its parts are gone.
 *
 * @throws SalusError `ERR_RECEIPT_…` as `verifySignedAnswers`; `ERR_REQUEST_REFUSED`,
 *   `ERR_CERTIFICATE_REVOKED`, `ERR_HASH_MISMATCH` for a confirmation that doesn't hold;
 *   `ERR_ERASURE_INCOMPLETE`
 */
export function verifyErasureCertificate(
  certificate: ErasureCertificate,
  trust: ChannelTrust,
): readonly ProvenErasure[] {
  const { channel, pseudonym, issuedAt, records } = certificate;
  const now = Date.parse(issuedAt);
  const roots: MemberRoots = new Map(
    [...trust.organisations].map(([mspId, { authorities }]) => [mspId, authorities]),
  );
  return records.map(({ recordId, anchor, confirmations }) => {
    const asked = { transaction: 'getRecord', request: { pseudonym, recordId }, now };
    const { value, answeredBy } = verifySignedAnswers(anchor, trust, asked);
    const record = value as HealthRecord;
    const { erasedAt, layout } = record;
    if (erasedAt === undefined) throw incomplete(recordId, 'the ledger has it as it was');
    const judge = { channel, roots, now };
    const stores = confirmations.map((token) => verifyErasure(token, record, judge).mspId);
    const missing = layout.parts.find(({ store }) => !stores.includes(store));
    if (missing) throw incomplete(recordId, `${missing.store} does not confirm`);
    return { recordId, erasedAt, stores: [...new Set(stores)].sort(), answeredBy };
  });
}

/** The error of an erasure that is not carried out everywhere yet. */
export function incomplete(
  records: string | readonly string[],
  why: string,
  cause?: unknown,
): SalusError {
  const named = [records].flat();
  const which = named.length === 1 ? `Record ${named[0]} is` : `Records ${named.join(', ')} are`;
  return new SalusError('ERR_ERASURE_INCOMPLETE', `${which} not erased: ${why}`, {
    ...(cause !== undefined && { cause }),
  });
}
