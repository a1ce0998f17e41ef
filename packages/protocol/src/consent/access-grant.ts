import { z } from 'zod';
import {
  labelTag,
  categoryTag,
  distinctArray,
  hexHash,
  identifier,
  mspId,
  pseudonym,
  time,
} from '../base/forms.js';

/**
 * `contract` and `audience` of the statements that the ehr contract takes: the contract's own name,
 * whatever name a channel has deployed it under. The proposal that an endorser gets names that one
 * (`ChaincodeHeaderExtension`), but wallets and services, which sign and verify apart from it, are not told.
 * So a statement that has not expired can be relayed to a second deployment on the same channel too.
 */
export const EHR_STATEMENT_USE = { contract: 'ehr', audience: 'ehr' } as const;

/** `type` of a statement whose body is an {@link accessGrant}. */
export const ACCESS_GRANT = 'AccessGrant.v1';

/**
 * HL7 v3 PurposeOfUse: treatment, emergency treatment, care management, payment, claims attachment,
 * coverage, operations, research, clinical trial research, public health, the patient's request, the family's
 * request. `BTG` (break the glass) can only be denied: who breaks the glass has no grant.
 *
 * @see https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html
 */
export const purposeOfUse = z.enum([
  'TREAT',
  'ETREAT',
  'BTG',
  'CAREMGT',
  'HPAYMT',
  'CLMATTCH',
  'COVERAGE',
  'HOPERAT',
  'HRESCH',
  'CLINTRCH',
  'PUBHLTH',
  'PATRQT',
  'FAMRQT',
]);
export type PurposeOfUse = z.infer<typeof purposeOfUse>;

/** What a reader may ask for. */
export const requestedPurpose = purposeOfUse.exclude(['BTG']);
export type RequestedPurpose = z.infer<typeof requestedPurpose>;

/** HL7 v3 ObligationPolicy: what a recipient has to do. */
export const OBLIGATION_POLICIES = [
  'ANONY',
  'DEID',
  'DELAU',
  'ENCRYPT',
  'MASK',
  'MINEC',
  'PERSISTLABEL',
  'PSEUD',
  'REDACT',
] as const;

/** HL7 v3 RefrainPolicy: what a recipient must not do. */
export const REFRAIN_POLICIES = [
  'NODSCLCD',
  'NODSCLCDS',
  'NOINTEGRATE',
  'NOPERSISTP',
  'NORDSCLCD',
  'NORDSCLCDS',
  'NORELINK',
  'NOREUSE',
] as const;

/** What a permit binds its grantee to; the decision repeats it. */
export const obligation = z.enum([...OBLIGATION_POLICIES, ...REFRAIN_POLICIES]);
export type Obligation = z.infer<typeof obligation>;

/** Whom a grant is about: whoever meets every criterion given. */
export const grantee = z.strictObject({
  mspId: mspId.optional(),
  /** As the organisation's CA certifies it. */
  role: identifier.optional(),
  practitioner: identifier.optional(),
  /** Another patient, who asks by a statement of their own. */
  patient: pseudonym.optional(),
});
export type Grantee = z.infer<typeof grantee>;

/**
 * Which records a grant is about: those that meet every criterion given, as in FHIR Consent.provision. A
 * permit of labels opens records whose labels are all listed; a deny of labels closes those with any of them.
 */
export const grantScope = z.strictObject({
  categoryTags: distinctArray(categoryTag, 100).optional(),
  /** A deny names every label that it closes: on the ledger no tag tells of another. */
  labelTags: distinctArray(labelTag, 100).optional(),
  records: distinctArray(identifier, 100).optional(),
});
export type GrantScope = z.infer<typeof grantScope>;

/** The text that the patient was shown, kept by hash as evidence. */
export const consentText = z.strictObject({
  hash: hexHash,
  /** BCP 47. */
  language: z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/, 'a language tag'),
  version: identifier,
});
export type ConsentText = z.infer<typeof consentText>;

/** `notAfter` of a deny that has no end. Every permit has one. */
export const NO_END = '9999-12-31T23:59:59Z';

/** Body of `AccessGrant.v1`; the statement's `jti` is the grant's ID. */
export const accessGrant = z
  .strictObject({
    pseudonym,
    /** `deny` overrides every permit. */
    decision: z.enum(['permit', 'deny']),
    /** Empty only in a deny: everybody. */
    grantee,
    /** Empty only in a deny: everything. */
    scope: grantScope,
    /** Any purpose where left out. */
    purposes: distinctArray(purposeOfUse, purposeOfUse.options.length).optional(),
    /** Valid from here on, ... */
    notBefore: time,
    /** ... and no more from here on. */
    notAfter: time,
    maxUses: z.int().min(1).max(100).optional(),
    /** The grantee's organisation may share on what it got. */
    onward: z.boolean().optional(),
    obligations: distinctArray(obligation, obligation.options.length).optional(),
    text: consentText.optional(),
    /** The wallet's template that it was made by. */
    template: identifier.optional(),
  })
  .refine((grant) => Date.parse(grant.notBefore) < Date.parse(grant.notAfter), 'a time window')
  .refine(
    ({ grantee: { patient, ...staff } }) => patient === undefined || !hasAny(staff),
    'a patient or staff as grantee',
  )
  .refine(
    ({ decision, grantee: { patient, mspId: organisation } }) =>
      decision === 'deny' || patient !== undefined || organisation !== undefined,
    // A role is worth as much as the CA that certifies it: a permit names whose.
    'an organisation or a patient as grantee',
  )
  .refine(
    ({ decision, scope }) => decision === 'deny' || hasAny(scope),
    'categories, labels or records',
  )
  .refine(
    ({ decision, purposes = [] }) => decision === 'deny' || !purposes.includes('BTG'),
    'a purpose that can be permitted',
  )
  .refine(
    ({ decision, maxUses, onward, obligations }) =>
      decision === 'permit' || !hasAny({ maxUses, onward, obligations }),
    'no uses, onward sharing or obligations in a deny',
  )
  .refine(
    ({ onward, grantee: { mspId: organisation } }) => onward !== true || organisation !== undefined,
    'an organisation that may share onward',
  );
export type AccessGrant = z.infer<typeof accessGrant>;

function hasAny(criteria: Readonly<Record<string, unknown>>): boolean {
  return Object.values(criteria).some((value) => value !== undefined);
}
