import type { Consent, OperationOutcome } from '@medplum/fhirtypes';
import { SALUS } from '@salus/fhir';
import { consentFromGrant, type Loss, type TagNames } from '@salus/fhir/consent';
import type { SignedGrant } from '@salus/protocol/ehr';

/** A grant as the ledger holds it, as FHIR Consent with what the patient signed. */
export function fhirConsent(
  grant: SignedGrant,
  names: TagNames,
): { readonly consent: Consent; readonly losses: readonly Loss[] } {
  const { consent, losses } = consentFromGrant(grant, names);
  const made = consent as unknown as Consent;
  const { withdrawnAt, grantedAt, statement } = grant;
  return {
    losses,
    consent: {
      ...made,
      meta: {
        versionId: withdrawnAt === undefined ? '1' : '2',
        lastUpdated: withdrawnAt ?? grantedAt,
      },
      extension: [...(made.extension ?? []), { url: SALUS.statement, valueString: statement }],
    },
  };
}

/** What could not be said in FHIR, for a searchset's entry of mode `outcome`. */
export function lossOutcome(
  losses: readonly { readonly consent: string; readonly loss: Loss }[],
): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: losses.map(({ consent, loss }) => ({
      severity: 'information',
      code: 'incomplete',
      diagnostics: loss.reason,
      expression: [`Consent/${consent}: ${loss.path}`],
    })),
  };
}
