import { z } from 'zod';
import { SalusError } from '@salus/protocol';

/** What is read of a Consent (FHIR R4, 6.2); members that aren't named here are told as losses. */

const text = z.string().min(1);
const coding = z.looseObject({ system: text.optional(), code: text.optional() });
const concept = z.looseObject({ coding: z.array(coding).optional(), text: text.optional() });
const identifier = z.looseObject({ system: text.optional(), value: text.optional() });
const reference = z.looseObject({
  reference: text.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
});
const extension = z.looseObject({ url: text });
const period = z.looseObject({ start: text.optional(), end: text.optional() });

const provision = z.looseObject({
  extension: z.array(extension).optional(),
  modifierExtension: z.array(extension).optional(),
  type: z.enum(['permit', 'deny']).optional(),
  period: period.optional(),
  actor: z
    .array(z.looseObject({ role: concept.optional(), reference: reference.optional() }))
    .optional(),
  action: z.array(concept).optional(),
  securityLabel: z.array(coding).optional(),
  purpose: z.array(coding).optional(),
  class: z.array(coding).optional(),
  code: z.array(concept).optional(),
  dataPeriod: period.optional(),
  data: z
    .array(z.looseObject({ meaning: text.optional(), reference: reference.optional() }))
    .optional(),
  get provision() {
    return z.array(provision).optional();
  },
});
export type Provision = z.infer<typeof provision>;
export type ConsentReference = z.infer<typeof reference>;
export type Extension = z.infer<typeof extension>;

const contained = z.looseObject({
  resourceType: text,
  id: text.optional(),
  identifier: z.union([identifier, z.array(identifier)]).optional(),
  practitioner: reference.optional(),
  organization: reference.optional(),
  code: z.array(concept).optional(),
});
export type Contained = z.infer<typeof contained>;

const consent = z.looseObject({
  resourceType: z.literal('Consent'),
  implicitRules: text.optional(),
  extension: z.array(extension).optional(),
  modifierExtension: z.array(extension).optional(),
  contained: z.array(contained).optional(),
  identifier: z.array(identifier).optional(),
  status: z.enum(['draft', 'proposed', 'active', 'rejected', 'inactive', 'entered-in-error']),
  scope: concept,
  category: z.array(concept).optional(),
  patient: reference.optional(),
  dateTime: text.optional(),
  performer: z.array(reference).optional(),
  sourceAttachment: z.looseObject({}).optional(),
  policy: z.array(z.looseObject({ uri: text.optional() })).optional(),
  policyRule: concept.optional(),
  verification: z
    .array(z.looseObject({ verified: z.boolean(), verifiedWith: reference.optional() }))
    .optional(),
  provision: provision.optional(),
});
export type ConsentShape = z.infer<typeof consent>;

/** How deep provisions nest at most, and how many there are. */
export const provisionLimits = { depth: 12, count: 200 } as const;

/** @throws SalusError `ERR_FHIR_INVALID`; `ERR_TOO_LARGE` where provisions nest too deep or are too many */
export function readConsent(value: unknown): ConsentShape {
  checkSize(value);
  const parsed = consent.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  const other = otherVersionOf(value);
  if (other !== undefined) {
    throw new SalusError('ERR_FHIR_INVALID', `The Consent is of FHIR ${other}`, {
      argument: 'Consent',
      expected: 'a FHIR R4 Consent',
      got: `a FHIR ${other} Consent`,
      remedy: 'Convert the Consent to R4 (4.0.1) and send it again.',
    });
  }
  throw new SalusError('ERR_FHIR_INVALID', `Consent.${path}: ${issue?.message ?? 'wrong shape'}`, {
    argument: `Consent.${path}`,
    expected: 'a FHIR R4 Consent',
  });
}

/** The version of FHIR that has elements which R4 has not. */
function otherVersionOf(value: unknown): 'R5' | 'STU3' | undefined {
  const has = (names: readonly string[]) =>
    typeof value === 'object' &&
    value !== null &&
    (value as { resourceType?: unknown }).resourceType === 'Consent' &&
    names.some((name) => Object.hasOwn(value, name));
  if (has(['except', 'consentingParty', 'actor', 'data', 'purpose', 'securityLabel']))
    return 'STU3';
  return has(['decision', 'subject', 'grantor', 'regulatoryBasis', 'policyBasis'])
    ? 'R5'
    : undefined;
}

/** Level by level, before anything recurses. */
function checkSize(value: unknown): void {
  let level: unknown[] = [value];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    level = level.flatMap((item): unknown[] => {
      const inner =
        typeof item === 'object' && item !== null
          ? (item as { provision?: unknown }).provision
          : undefined;
      return Array.isArray(inner) ? inner : inner === undefined ? [] : [inner];
    });
    count += level.length;
    if (depth <= provisionLimits.depth && count <= provisionLimits.count) continue;
    throw new SalusError('ERR_TOO_LARGE', 'The Consent has too many provisions, or too deep ones', {
      argument: 'Consent.provision',
      expected: `at most ${provisionLimits.count} provisions, ${provisionLimits.depth} deep`,
    });
  }
}
