import type { AccessGrant } from '@salus/protocol';
import {
  organisationReference,
  patientReference,
  practitionerReference,
  recordReference,
  type FhirReference,
} from '../ids.js';
import type { FhirResource } from '../resource.js';
import { SALUS, SYSTEM } from '../systems.js';
import { Losses, type Loss } from './losses.js';
import type { TagNames } from './tag-names.js';
import { attachmentOf } from './text-evidence.js';

/** A grant as the wallet has it, or as the ledger answers it. */
export type ExportedGrant = AccessGrant & {
  readonly grantId?: string;
  readonly grantedAt?: string;
  readonly withdrawnAt?: string;
};

export interface ConsentExport {
  readonly consent: FhirResource;
  readonly losses: readonly Loss[];
}

/**
 * A grant as FHIR R4 Consent: a root provision, which R4 gives no type, with one provision of the grant's
 * decision inside. What narrows a permit beyond what every reader of R4 understands is a modifierExtension.
 * A reader that doesn't know it may not ignore it (FHIR R4, 2.27.2).
 *
 * @param shown - the text that the patient was shown, where it is at hand
 * @throws SalusError `ERR_HASH_MISMATCH` where `shown` isn't what was signed
 */
export function consentFromGrant(
  grant: ExportedGrant,
  names: TagNames,
  shown?: string,
): ConsentExport {
  const losses = new Losses();
  const { pseudonym, grantId, grantedAt, withdrawnAt, template, text } = grant;
  const patient = patientReference(pseudonym);
  const grantee = granteeOf(grant.grantee);
  const consent: FhirResource = {
    resourceType: 'Consent',
    ...(grantId !== undefined && { id: grantId }),
    ...(grantee?.contained && { contained: [grantee.contained] }),
    ...(template !== undefined && {
      extension: [{ url: SALUS.template, valueString: template }],
    }),
    ...(grantId !== undefined && { identifier: [{ system: SALUS.grantId, value: grantId }] }),
    // A grant that the ledger hasn't taken yet is only proposed.
    status: statusOf(grantedAt, withdrawnAt),
    scope: { coding: [{ system: SYSTEM.consentScope, code: 'patient-privacy' }] },
    // LOINC: consent document; v3 ActCode: information disclosure.
    category: [
      { coding: [{ system: SYSTEM.loinc, code: '59284-0' }] },
      { coding: [{ system: SYSTEM.actCode, code: 'IDSCL' }] },
    ],
    patient,
    ...(grantedAt !== undefined && { dateTime: grantedAt }),
    performer: [patient],
    ...(text && { sourceAttachment: attachmentOf(text, shown) }),
    policy: [{ uri: SALUS.policy }],
    // Nothing is open but by a permit.
    policyRule: { coding: [{ system: SYSTEM.actCode, code: 'OPTOUT' }] },
    ...(grantedAt !== undefined && {
      // The ledger took the grant because the patient's signature verified.
      verification: [{ verified: true, verifiedWith: patient, verificationDate: grantedAt }],
    }),
    provision: { provision: [provisionOf(grant, grantee?.reference, names, losses)] },
  };
  return { consent, losses: losses.list };
}

function statusOf(grantedAt: string | undefined, withdrawnAt: string | undefined): string {
  if (withdrawnAt !== undefined) return 'inactive';
  return grantedAt === undefined ? 'proposed' : 'active';
}

function provisionOf(
  grant: AccessGrant,
  grantee: FhirReference | undefined,
  names: TagNames,
  losses: Losses,
): Record<string, unknown> {
  const { decision, purposes, scope, notBefore, notAfter } = grant;
  const classes = (scope.categoryTags ?? []).map((tag, index) => {
    const code = names.categoryOf(tag);
    if (code !== undefined) return { system: SALUS.category, code };
    losses.add(
      `scope.categoryTags[${index}]`,
      'nobody here knows the category: the tag stands for it',
    );
    return { system: SALUS.categoryTag, code: tag };
  });
  const labels = (scope.labelTags ?? []).map((tag, index) => {
    const label = names.labelOf(tag);
    if (label) return label;
    losses.add(`scope.labelTags[${index}]`, 'nobody here knows the label: the tag stands for it');
    return { system: SALUS.labelTag, code: tag };
  });
  const extension = grant.onward !== undefined && [
    { url: SALUS.onward, valueBoolean: grant.onward },
  ];
  const modifierExtension = modifiersOf(grant);
  return {
    ...(extension && { extension }),
    ...(modifierExtension.length > 0 && { modifierExtension }),
    type: decision,
    period: { start: notBefore, end: notAfter },
    ...(grantee && {
      actor: [
        {
          // Information recipient.
          role: { coding: [{ system: SYSTEM.participationType, code: 'IRCP' }] },
          reference: grantee,
        },
      ],
    }),
    action: [{ coding: [{ system: SYSTEM.consentAction, code: 'access' }] }],
    ...(labels.length > 0 && { securityLabel: labels }),
    ...(purposes && { purpose: purposes.map((code) => ({ system: SYSTEM.actReason, code })) }),
    ...(classes.length > 0 && { class: classes }),
    ...(scope.records && {
      data: scope.records.map((recordId) => ({
        meaning: 'instance',
        reference: recordReference(recordId),
      })),
    }),
  };
}

function modifiersOf({ decision, scope, maxUses, obligations = [] }: AccessGrant): object[] {
  return [
    ...(decision === 'permit' && scope.labelTags
      ? [{ url: SALUS.labelRule, valueCode: 'all' }]
      : []),
    ...(maxUses === undefined ? [] : [{ url: SALUS.maxUses, valuePositiveInt: maxUses }]),
    ...obligations.map((code) => ({
      url: SALUS.obligation,
      valueCoding: { system: SYSTEM.actCode, code },
    })),
  ];
}

interface GranteeReference {
  readonly reference: FhirReference;
  readonly contained?: object;
}

/** Several criteria at once are a PractitionerRole: a practitioner, in a role, of an organisation. */
function granteeOf(grantee: AccessGrant['grantee']): GranteeReference | undefined {
  const { mspId, role, practitioner, patient } = grantee;
  if (patient !== undefined) return { reference: patientReference(patient) };
  const given = [mspId, role, practitioner].filter((criterion) => criterion !== undefined);
  if (given.length === 0) return undefined;
  if (given.length === 1 && mspId !== undefined) return { reference: organisationReference(mspId) };
  if (given.length === 1 && practitioner !== undefined) {
    return { reference: practitionerReference(practitioner) };
  }
  return {
    reference: { reference: '#grantee' },
    contained: {
      resourceType: 'PractitionerRole',
      id: 'grantee',
      ...(practitioner !== undefined && { practitioner: practitionerReference(practitioner) }),
      ...(mspId !== undefined && { organization: organisationReference(mspId) }),
      ...(role !== undefined && { code: [{ coding: [{ system: SALUS.role, code: role }] }] }),
    },
  };
}
