import { z } from 'zod';
import { hpkePublicKey, identifier, pseudonym } from '../base/forms.js';
import { requestedPurpose } from './access-grant.js';

/** `type` of the statement by which a patient asks for a record, their own or another patient's. */
export const ACCESS_REQUEST = 'AccessRequest.v1';

/** Body of `AccessRequest.v1`, by the one who asks; `subject` is the patient of the record. */
export const accessRequestStatement = z.strictObject({
  pseudonym,
  subject: pseudonym,
  recordId: identifier,
  purpose: requestedPurpose,
  hpkePublicKey,
});
export type AccessRequestStatement = z.infer<typeof accessRequestStatement>;
