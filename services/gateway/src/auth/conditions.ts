import type { Resource } from '@medplum/fhirtypes';

/** A code that is asked for (FHIR R4, 3.1.1.4.10): any system, a system, or none where it is empty. */
interface Token {
  readonly system?: string;
  /** Any code of the system where left out. */
  readonly code?: string;
}

interface Criterion {
  readonly name: JudgedName;
  /** One of them suffices. */
  readonly tokens: readonly Token[];
}

/** The query of a granular scope: every criterion has to be met. */
export type Condition = readonly Criterion[];

type Elements = Readonly<Record<string, unknown>>;

/** Parameters that the gateway judges, and the element of a resource that each is about. */
const JUDGED = {
  category: (resource: Elements) => resource['category'],
  code: (resource: Elements) => resource['code'],
  type: (resource: Elements) => resource['type'],
  _security: (resource: Elements) => membersOf(resource['meta'])['security'],
} as const;
type JudgedName = keyof typeof JUDGED;

/** Reads a scope's query; undefined for one with a parameter that the gateway can't judge. */
export function conditionOf(query: string): Condition | undefined {
  const criteria: Criterion[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    if (!Object.hasOwn(JUDGED, name) || value === '') return undefined;
    criteria.push({ name: name as JudgedName, tokens: value.split(',').map(tokenOf) });
  }
  return criteria.length === 0 ? undefined : criteria;
}

/** Whether a resource meets a condition. A resource without the element does not. */
export function meets(resource: Resource, condition: Condition): boolean {
  return condition.every(({ name, tokens }) => {
    const codings = codingsIn(JUDGED[name](membersOf(resource)));
    return tokens.some((token) => codings.some((coding) => isMeant(token, coding)));
  });
}

function tokenOf(text: string): Token {
  const bar = text.indexOf('|');
  if (bar === -1) return { code: text };
  const [system, code] = [text.slice(0, bar), text.slice(bar + 1)];
  return { system, ...(code !== '' && { code }) };
}

function isMeant({ system, code }: Token, coding: Elements): boolean {
  if (code !== undefined && coding['code'] !== code) return false;
  return system === undefined || (coding['system'] ?? '') === system;
}

/** The codings of an element: a Coding, a CodeableConcept, or a list of them. */
function codingsIn(element: unknown): readonly Elements[] {
  if (Array.isArray(element)) return (element as unknown[]).flatMap(codingsIn);
  const members = membersOf(element);
  return Array.isArray(members['coding'])
    ? (members['coding'] as unknown[]).map(membersOf)
    : [members];
}

function membersOf(value: unknown): Elements {
  return typeof value === 'object' && value !== null ? (value as Elements) : {};
}
