import { SalusError } from '@salus/protocol';

/** What JSON may be at most before it is parsed; FHIR's own resources stay far below. */
export const jsonLimits = {
  /** FHIR R4's deepest elements stay under 20 levels in practice; nested extensions add a few. */
  depth: 64,
  /** Elements of one list, other than lines of a bundle, and members of one object. */
  items: 100_000,
} as const;

/** Names through which careless code reaches the prototype of all objects (CWE-1321). */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

interface Open {
  /** Names seen, of an object; undefined for a list. */
  readonly names: Set<string> | undefined;
  items: number;
}

/**
 * Checks a text that has been parsed once and is JSON, or is about to be. It checks how deep it nests and
 * how long its lists are. No object may name a member twice: RFC 8259 section 4 leaves open which one
 * counts, so two readers could see two different resources. None may name one that reaches prototypes. It
 * needs no stack of its own for nested values.
 *
 * @param origin - how errors name the text; values of the text are never told
 * @throws SalusError `ERR_TOO_LARGE` for depth and length, `ERR_FHIR_INVALID` for names
 */
export function guardJson(text: string, origin: string): void {
  const open: Open[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        if (end === -1) return; // Not JSON; the parser says so.
        if (expectsName) takeName(open.at(-1), text.slice(at, end + 1), origin);
        expectsName = false;
        at = end;
        break;
      }
      case 0x7b:
      case 0x5b: {
        const isObject = text.charCodeAt(at) === 0x7b;
        open.push({ names: isObject ? new Set() : undefined, items: 1 });
        if (open.length > jsonLimits.depth) {
          throw tooMuch(origin, 'nests too deep', `at most ${jsonLimits.depth} levels`);
        }
        expectsName = isObject;
        break;
      }
      case 0x7d:
      case 0x5d:
        open.pop();
        expectsName = false;
        break;
      case 0x2c: {
        const current = open.at(-1);
        if (!current) break;
        current.items += 1;
        if (current.items > jsonLimits.items) {
          throw tooMuch(origin, 'has too long a list', `at most ${jsonLimits.items} items`);
        }
        expectsName = current.names !== undefined;
        break;
      }
    }
  }
}

function takeName(object: Open | undefined, token: string, origin: string): void {
  const name = nameOf(token);
  if (name === undefined || !object?.names) return;
  if (FORBIDDEN_NAMES.has(name)) {
    throw refused(origin, 'a member has a name that is never FHIR', 'no prototype names');
  }
  if (object.names.has(name)) {
    throw refused(origin, 'an object names a member twice', 'each name once in an object');
  }
  object.names.add(name);
}

/** Place of the quote that ends the string that begins at `at`, or -1. */
function stringEnd(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

/** Undefined where the text is no JSON string after all. */
function nameOf(token: string): string | undefined {
  if (!token.includes('\\')) return token.slice(1, -1);
  try {
    return JSON.parse(token) as string;
  } catch {
    return undefined;
  }
}

function refused(origin: string, what: string, expected: string): SalusError {
  return new SalusError('ERR_FHIR_INVALID', `${origin}: ${what}`, { argument: origin, expected });
}

function tooMuch(origin: string, what: string, expected: string): SalusError {
  return new SalusError('ERR_TOO_LARGE', `${origin} ${what}`, { argument: origin, expected });
}
