import { z } from 'zod';
import { categoryTag, kid, lineOfText, mspId } from '../base/forms.js';

/** Forms that several topics share. */

export const transactionId = z.string().regex(/^[0-9a-f]{64}$/, 'a transaction ID');

/** The `jti` of the patient's statement, or of an onward share its transaction. */
export const grantId = z.uuid().or(transactionId);

/** MIME type without parameters (RFC 6838 section 4.2). */
export const contentType = z
  .string()
  .max(255)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/,
    'a MIME type',
  );

/** A code of a terminology, of FHIR's form (R4, 2.24.0.1 code): words in any script, one space between two. */
export const code = lineOfText(64).regex(/^\S+(?: \S+)*$/, 'a code of at most 64 characters');

/** An absolute URI of a terminology. */
export const system = z
  .string()
  .max(256)
  .regex(/^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$/, 'a URI');

/** FHIR dateTime: as precise as is known, with an offset where there is a time of day. */
export const dateTime = z
  .string()
  .regex(
    /^[1-9]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?)?$/,
    'a FHIR dateTime',
  );

/** Who receives a sealed key: thumbprint, tag, MSP ID or key ID. */
export const recipient = kid.or(categoryTag).or(mspId);
