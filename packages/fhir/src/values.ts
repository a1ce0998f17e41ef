/** Reading FHIR JSON whose shape nobody has vouched for. */

/** An object of unknown members, or undefined for anything else. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The list, one value as a list, or nothing as an empty list. */
export function asArray(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A code with its system, as a Coding has them. */
export interface SystemCode {
  readonly system: string;
  readonly code: string;
}

/** All Codings of a list of Codings and CodeableConcepts, or of one, that have system and code. */
export function codingsOf(value: unknown): readonly SystemCode[] {
  return asArray(value).flatMap((item) => {
    const object = asObject(item);
    if (!object) return [];
    if (object['coding'] !== undefined) return codingsOf(object['coding']);
    const system = asText(object['system']);
    const code = asText(object['code']);
    return system !== undefined && code !== undefined ? [{ system, code }] : [];
  });
}

/** All objects in a value, to any depth, itself included. */
export function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>, void> {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) {
      pending.push(...asArray(next));
      continue;
    }
    const object = asObject(next);
    if (!object) continue;
    yield object;
    pending.push(...Object.values(object).filter((item) => typeof item === 'object'));
  }
}
