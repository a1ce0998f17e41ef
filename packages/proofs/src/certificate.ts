import { z } from 'zod';
import { hashOf, SalusError } from '@salus/protocol';
import type { Erasure, HealthRecord } from '@salus/protocol/ehr';
import type { ChannelTrust } from './channel-config.js';
import { verifyErasure } from './erasure.js';
import type { MemberRoots } from './members.js';
import { signedAnswers, verifySignedAnswers } from './signed-answers.js';

const confirmations = z.array(z.string().min(1)).min(1);
const heading = {
  channel: z.string().min(1),
  pseudonym: z.string().min(1),
  issuedAt: z.iso.datetime(),
};

/** Of release 0.1.0, which asked nobody whether keys were purged. */
const earlierForm = z.strictObject({
  type: z.literal('ErasureCertificate.v1'),
  ...heading,
  records: z
    .array(
      z.strictObject({
        recordId: z.string().min(1),
        /** The anchor with the time of its erasure, signed by peers of most organisations. */
        anchor: signedAnswers,
        confirmations,
      }),
    )
    .min(1),
});

const form = z.strictObject({
  type: z.literal('ErasureCertificate.v2'),
  ...heading,
  records: z
    .array(
      z.strictObject({
        recordId: z.string().min(1),
        /** Each store's signed word that its parts are gone. */
        confirmations,
        /** `getErasure`, asked with the hash of the confirmations, signed by peers of most organisations. */
        erasure: signedAnswers,
      }),
    )
    .min(1),
});

/**
 * A file that proves that records are erased: the ledger closed them, nobody's peers keep a key, and every store that
 * kept parts has none.
 */
export type ErasureCertificate = z.output<typeof form>;
/** One of release 0.1.0. */
export type EarlierErasureCertificate = z.output<typeof earlierForm>;

const anyForm = z.discriminatedUnion('type', [form, earlierForm]);

/** What a certificate proves of a record. */
export interface ProvenErasure {
  readonly recordId: string;
  readonly erasedAt: string;
  /**
   * Whether it proves that no organisation's peers keep what describes or opens the record. A certificate of release
   * 0.1.0 does not: have the order carried out again for one that does.
   */
  readonly keysPurged: boolean;
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
export function readErasureCertificate(
  text: string,
): ErasureCertificate | EarlierErasureCertificate {
  try {
    return anyForm.parse(JSON.parse(text));
  } catch (cause) {
    // The cause quotes the text, of which nothing is known.
    throw new SalusError('ERR_RECEIPT_MALFORMED', 'The file is not a certificate of erasure', {
      cause,
    });
  }
}

/**
 * Proves a certificate by the channel's configuration alone. Peers of more than half of the organisations
 * sign that the ledger has the records as erased, with the anchors that still stand, and that no organisation's peers
 * keep what describes or opens them. Every store that an anchor names signs that its parts are gone. The peers' question
 * holds the hash of these confirmations: none was made later.
 *
 * @throws SalusError `ERR_RECEIPT_…` as `verifySignedAnswers`; `ERR_REQUEST_REFUSED`,
 *   `ERR_CERTIFICATE_REVOKED`, `ERR_HASH_MISMATCH` for a confirmation that doesn't hold;
 *   `ERR_ERASURE_INCOMPLETE`
 */
export function verifyErasureCertificate(
  certificate: ErasureCertificate | EarlierErasureCertificate,
  trust: ChannelTrust,
): readonly ProvenErasure[] {
  const { pseudonym, issuedAt } = certificate;
  const now = Date.parse(issuedAt);
  if (certificate.type === 'ErasureCertificate.v1') {
    return certificate.records.map(({ recordId, anchor, confirmations: words }) => {
      const asked = { transaction: 'getRecord', request: { pseudonym, recordId }, now };
      const { value, answeredBy } = verifySignedAnswers(anchor, trust, asked);
      const gone = requireGone(value as HealthRecord, words, { certificate, trust });
      return { ...gone, keysPurged: false, answeredBy };
    });
  }
  return certificate.records.map(({ recordId, erasure, confirmations: words }) => {
    const request = { pseudonym, recordId, evidence: hashOf(words) };
    const asked = { transaction: 'getErasure', request, now };
    const { value, answeredBy } = verifySignedAnswers(erasure, trust, asked);
    const { record, holders } = value as Erasure;
    const gone = requireGone(record, words, { certificate, trust });
    if (holders.length > 0) throw incomplete(recordId, keptBy(holders));
    return { ...gone, keysPurged: true, answeredBy };
  });
}

/** Demands that the ledger closed a record, and that all of its stores confirm. */
function requireGone(
  record: HealthRecord,
  words: readonly string[],
  { certificate, trust }: { readonly certificate: Heading; readonly trust: ChannelTrust },
): Pick<ProvenErasure, 'recordId' | 'erasedAt' | 'stores'> {
  const { recordId, erasedAt, layout } = record;
  if (erasedAt === undefined) throw incomplete(recordId, 'the ledger has it as it was');
  const { channel, issuedAt } = certificate;
  const roots: MemberRoots = new Map(
    [...trust.organisations].map(([mspId, { authorities }]) => [mspId, authorities]),
  );
  const judge = { channel, roots, now: Date.parse(issuedAt) };
  const stores = words.map((token) => verifyErasure(token, record, judge).mspId);
  const missing = layout.parts.find(({ store }) => !stores.includes(store));
  if (missing) throw incomplete(recordId, `${missing.store} does not confirm`);
  return { recordId, erasedAt, stores: [...new Set(stores)].sort() };
}

type Heading = Pick<ErasureCertificate, 'channel' | 'issuedAt'>;

/** Why an erasure is incomplete, where organisations still keep keys. */
export function keptBy(holders: readonly string[]): string {
  return `the peers of ${holders.join(', ')} keep what describes or opens it`;
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
