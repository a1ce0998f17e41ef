import { deidentifyRecord } from '@salus/fhir/deid';
import type { Decision, RecordDetails } from '@salus/protocol/ehr';

/** HL7 obligations that change the content; others bind the reader, who finds them in the decision. */
const CHANGING: readonly string[] = ['ANONY', 'DEID', 'MASK', 'PSEUD', 'REDACT'];

/** Tells whether a decision obliges to hand out less than the record. */
export function changesContent({ obligations }: Pick<Decision, 'obligations'>): boolean {
  return obligations.some((one) => CHANGING.includes(one));
}

/**
 * Carries out the obligations of a decision on content that was read: it is de-identified by the profile
 * of its labels. What can't be is not handed out at all.
 *
 * @param key - 32 bytes; under the same key a patient's dates shift alike
 * @throws SalusError `ERR_DEID_UNSUPPORTED`
 */
export function carryOut(
  decision: Decision,
  { details, content, key }: { details: RecordDetails; content: Buffer; key: Uint8Array },
): Buffer {
  if (!changesContent(decision)) return content;
  const { contentType } = details;
  const changed = deidentifyRecord(
    { contentType, bytes: content },
    { key, patient: decision.pseudonym },
  );
  return Buffer.from(changed.bytes);
}
