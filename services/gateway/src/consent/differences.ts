import type { Consent, OperationOutcomeIssue } from '@medplum/fhirtypes';
import { grantsFromConsent, type TagNames } from '@salus/fhir/consent';
import type { AccessGrant } from '@salus/protocol';

/** Members that say nothing of what is permitted, and that the gateway doesn't keep. */
const IGNORED = ['id', 'meta', 'text', 'language', 'implicitRules'] as const;

/**
 * Tells where a Consent resource says other than what the patient signed. It names what the resource could
 * not say in a grant at all, and every member in which its grant differs. Values aren't told.
 *
 * @param statementUrl - of the extension that carries the signed statement, which is no part of it
 * @returns nothing where the two say the same
 * @throws SalusError as `grantsFromConsent`
 */
export function differences(
  consent: Consent,
  signed: AccessGrant,
  { names, statementUrl }: { readonly names: TagNames; readonly statementUrl: string },
): readonly OperationOutcomeIssue[] {
  const { grants, losses } = grantsFromConsent(plain(consent, statementUrl), {
    pseudonym: signed.pseudonym,
    names,
    // What the resource leaves out isn't what was signed.
    now: NOT_SAID,
    until: NOT_SAID,
  });
  const unsaid = losses.map(({ path, reason }) => issueAt(`Consent.${path}`, reason));
  const [grant, ...more] = grants;
  if (!grant) return [...unsaid, issueAt('Consent.provision', 'It permits and denies nothing')];
  if (more.length > 0) unsaid.push(issueAt('Consent.provision', 'It says more than one grant'));
  const paths = unequal(signed, grant, '');
  return [
    ...unsaid,
    ...paths.map((path) => issueAt(path, `${path} is not what the patient signed`)),
  ];
}

const NOT_SAID = '0001-01-01T00:00:00Z';

function plain(consent: Consent, statementUrl: string): Record<string, unknown> {
  const kept = Object.entries(consent).filter(
    ([name]) => !(IGNORED as readonly string[]).includes(name),
  );
  const extension = consent.extension?.filter(({ url }) => url !== statementUrl) ?? [];
  const { extension: _, ...rest } = Object.fromEntries(kept) as Record<string, unknown>;
  // Active is what it becomes; the ledger tells since when.
  return { ...rest, status: 'active', ...(extension.length > 0 && { extension }) };
}

/** Paths at which two JSON values differ. Lists of one kind of thing are sets. */
function unequal(left: unknown, right: unknown, path: string): string[] {
  if (isRecord(left) && isRecord(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].sort().flatMap((name) => {
      const at = path === '' ? name : `${path}.${name}`;
      return unequal(left[name], right[name], at);
    });
  }
  return textOf(left) === textOf(right) ? [] : [path];
}

function textOf(value: unknown): string | undefined {
  return value === undefined
    ? undefined
    : JSON.stringify(Array.isArray(value) ? [...(value as unknown[])].sort() : value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function issueAt(path: string, diagnostics: string): OperationOutcomeIssue {
  return { severity: 'error', code: 'business-rule', diagnostics, expression: [path] };
}
