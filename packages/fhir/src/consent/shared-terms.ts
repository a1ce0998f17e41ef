import { SalusError, type AccessGrant } from '@salus/protocol';
import { spanOf } from '../fhir-time.js';
import { identifierIn } from '../ids.js';
import { SALUS, SYSTEM } from '../systems.js';
import type { ConsentReference, ConsentShape } from './consent-shape.js';
import type { Losses } from './losses.js';
import { textOf } from './text-evidence.js';

/** What all grants of a Consent have in common. */
export type SharedTerms = Pick<AccessGrant, 'text' | 'template'>;

/** @throws SalusError `ERR_CONFLICT` where it is another patient's */
export function checkPatient({ patient }: ConsentShape, pseudonym: string, losses: Losses): void {
  const named = identifierIn(SALUS.pseudonym, patient?.identifier);
  if (named === pseudonym) return;
  if (named === undefined) {
    losses.add('patient', 'it bears no pseudonym: it is taken for the patient who signs');
    return;
  }
  throw new SalusError('ERR_CONFLICT', 'The Consent is of another patient', {
    argument: 'Consent.patient',
    expected: 'the pseudonym of the patient who signs',
    got: 'another pseudonym',
  });
}

/** Whether anything of it can be taken. */
export function isInForce(consent: ConsentShape, losses: Losses): boolean {
  const before = losses.list.length;
  if (!['active', 'proposed', 'draft'].includes(consent.status)) {
    losses.add('status', 'it is not in force: nothing is granted');
  }
  const scopes = (consent.scope.coding ?? []).map(({ code }) => code);
  if (!scopes.includes('patient-privacy') && !scopes.includes('research')) {
    losses.add('scope', 'it is not about privacy: nothing is granted');
  }
  if (consent.implicitRules !== undefined) {
    losses.add('implicitRules', 'they are not known: nothing is granted');
  }
  if (consent.modifierExtension && consent.modifierExtension.length > 0) {
    losses.add('modifierExtension', 'it changes the meaning: nothing is granted');
  }
  return losses.list.length === before;
}

/** Whether it is about research and nothing else. */
export function isAboutResearch({ scope }: ConsentShape): boolean {
  const codes = (scope.coding ?? []).map(({ code }) => code);
  return codes.includes('research') && !codes.includes('patient-privacy');
}

/** Reads what isn't in the provisions, and tells what of it a grant hasn't. */
export function sharedTerms(consent: ConsentShape, pseudonym: string, losses: Losses): SharedTerms {
  const rule = (consent.policyRule?.coding ?? []).find(({ system }) => system === SYSTEM.actCode);
  if (consent.policyRule && rule?.code !== 'OPTOUT') {
    losses.add('policyRule', 'nothing is open but by a permit; only the provisions are taken');
  }
  const own = [SALUS.policy, SALUS.earlierPolicy] as readonly (string | undefined)[];
  if ((consent.policy ?? []).some(({ uri }) => !own.includes(uri))) {
    losses.add('policy', 'the policy is not known; only the provisions are taken');
  }
  const isPatient = (reference?: ConsentReference) =>
    identifierIn(SALUS.pseudonym, reference?.identifier) === pseudonym;
  if (!(consent.performer ?? []).every(isPatient)) {
    losses.add('performer', 'who signs on the ledger is who agrees');
  }
  if (!(consent.verification ?? []).every(({ verifiedWith }) => isPatient(verifiedWith))) {
    losses.add('verification', 'the patient’s signature is what verifies a grant');
  }
  if (consent.dateTime !== undefined && !spanOf(consent.dateTime)) {
    losses.add('dateTime', 'it is no FHIR time');
  }
  let template: string | undefined;
  for (const [index, extension] of (consent.extension ?? []).entries()) {
    const value = extension['valueString'];
    if (extension.url === SALUS.template && typeof value === 'string') template = value;
    // What was signed already says the same; who has it has no need to read the Consent.
    else if (extension.url !== SALUS.statement)
      losses.add(`extension[${index}]`, 'a grant has no such extension');
  }
  if ((consent.identifier ?? []).some(({ system }) => system !== SALUS.grantId)) {
    losses.add('identifier', 'a grant gets an identifier of its own');
  }
  const text = consent.sourceAttachment && textOf(consent.sourceAttachment, losses);
  return { ...(text && { text }), ...(template !== undefined && { template }) };
}

const TAKEN = [
  ...['resourceType', 'id', 'meta', 'implicitRules', 'contained', 'extension', 'modifierExtension'],
  ...['identifier', 'status', 'scope', 'category', 'patient', 'dateTime', 'performer'],
  ...['sourceAttachment', 'policy', 'policyRule', 'verification', 'provision'],
];
/** Every element that nothing reads is a loss. */
export function tellUntaken(consent: ConsentShape, losses: Losses): void {
  losses.addUntaken('', consent, TAKEN, 'a grant has nothing of the kind');
}
