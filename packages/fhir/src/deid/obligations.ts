import type { Obligation } from '@salus/protocol';
import type { SecurityLabel } from '../labels.js';
import { profileFor, profileNames, type ProfileName } from './profiles.js';

/** HL7 obligations that change what is handed out, with the least profile that meets each. */
const LEAST = {
  ANONY: 'strict',
  DEID: 'standard',
  REDACT: 'standard',
  MASK: 'standard',
  PSEUD: 'limited',
} as const satisfies Partial<Record<Obligation, ProfileName>>;

/** Whether obligations change the content; others bind the reader, who finds them in the decision. */
export function changesContent(obligations: readonly Obligation[]): boolean {
  return obligations.some((one) => Object.hasOwn(LEAST, one));
}

/** The strictest of what the content's labels ask for, see {@link profileFor}, and its obligations. */
export function profileUnder(
  obligations: readonly Obligation[],
  labels: readonly SecurityLabel[],
): ProfileName {
  const asked = obligations.flatMap((one) =>
    Object.hasOwn(LEAST, one) ? [LEAST[one as keyof typeof LEAST]] : [],
  );
  const ranks = [profileFor(labels), ...asked].map((name) => profileNames.indexOf(name));
  return profileNames[Math.max(...ranks)] ?? 'strict';
}
