import { z } from 'zod';
import { categoryTag, distinctArray, identifier, mspId, pseudonym } from './forms.js';

/**
 * `contract` and `audience` of the statements that the ehr contract takes: the contract's own name,
 * whatever name a channel has deployed it under. The proposal that an endorser gets names that one
 * (`ChaincodeHeaderExtension`), but wallets and services, which sign and verify apart from it, are not told.
 * So a statement that has not expired can be relayed to a second deployment on the same channel too.
 */
export const EHR_STATEMENT_USE = { contract: 'ehr', audience: 'ehr' } as const;

/** `type` of a statement whose body is an {@link accessGrant}. */
export const ACCESS_GRANT = 'AccessGrant.v1';

const time = z.iso.datetime({ precision: 3 }).or(z.iso.datetime({ precision: 0 }));

/** HL7 v3 PurposeOfUse: treatment, emergency treatment, healthcare payment, healthcare research. */
export const purposeOfUse = z.enum(['TREAT', 'ETREAT', 'HPAYMT', 'HRESCH']);
export type PurposeOfUse = z.infer<typeof purposeOfUse>;

/** Who a grant is made to; what is left out is not restricted. */
export const grantee = z.strictObject({
  mspId,
  role: identifier.optional(),
  practitioner: identifier.optional(),
});
export type Grantee = z.infer<typeof grantee>;

/** What a grant opens: as in FHIR Consent.provision, a record has to meet every criterion given. */
export const grantScope = z
  .strictObject({
    categoryTags: distinctArray(categoryTag, 100).optional(),
    records: distinctArray(identifier, 100).optional(),
  })
  .refine(
    (scope) => scope.categoryTags !== undefined || scope.records !== undefined,
    'category tags or records',
  );
export type GrantScope = z.infer<typeof grantScope>;

/** Body of `AccessGrant.v1`; the statement's `jti` is the grant's ID. */
export const accessGrant = z
  .strictObject({
    pseudonym,
    grantee,
    scope: grantScope,
    purposes: distinctArray(purposeOfUse, purposeOfUse.options.length),
    /** Valid from here on, ... */
    notBefore: time,
    /** ... and no more from here on. */
    notAfter: time,
    maxUses: z.int().min(1).max(100).optional(),
  })
  .refine((grant) => Date.parse(grant.notBefore) < Date.parse(grant.notAfter), 'a time window');
export type AccessGrant = z.infer<typeof accessGrant>;
