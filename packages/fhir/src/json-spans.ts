/**
 * Finds where values stand in a JSON text, so that their bytes can be kept as they came. Parsing and
 * writing again would change numbers such as 1.50. FHIR calls their precision significant (FHIR R4,
 * 2.24.0.1 decimal).
 */

/** A value's place in the text: start, and the end after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Spans of an object's members by name. The text has been parsed before and is valid JSON. */
export function memberSpans(text: string, at: number): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  eachItem(text, at, (position) => {
    const nameEnd = skipString(text, position);
    const name = JSON.parse(text.slice(position, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, start);
    spans.set(name, { start, end });
    return end;
  });
  return spans;
}

/** Spans of an array's elements. */
export function elementSpans(text: string, at: number): readonly Span[] {
  const spans: Span[] = [];
  eachItem(text, at, (start) => {
    const end = skipValue(text, start);
    spans.push({ start, end });
    return end;
  });
  return spans;
}

/** Where the first value begins. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  while (/\s/.test(text.charAt(position))) position += 1;
  return position;
}

/** Walks the items of an object or array; `read` returns where its item ends. */
function eachItem(text: string, at: number, read: (position: number) => number): void {
  let position = skipSpace(text, at + 1);
  while (!'}]'.includes(text.charAt(position))) {
    position = skipSpace(text, read(position));
    if (text.charAt(position) === ',') position = skipSpace(text, position + 1);
  }
}

function skipValue(text: string, at: number): number {
  const first = text.charAt(at);
  if (first === '"') return skipString(text, at);
  if (first !== '{' && first !== '[') {
    const scalar = /[^\s,\]}]+/y;
    scalar.lastIndex = at;
    scalar.exec(text);
    return scalar.lastIndex;
  }
  let depth = 0;
  for (let position = at; ; position += 1) {
    const character = text.charAt(position);
    if (character === '"') position = skipString(text, position) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
}

function skipString(text: string, at: number): number {
  for (let position = at + 1; ; position += 1) {
    const character = text.charAt(position);
    if (character === '\\') position += 1;
    else if (character === '"') return position + 1;
  }
}
