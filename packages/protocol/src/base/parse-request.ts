import type { z } from 'zod';
import { SalusError } from './error.js';

/** No request comes near this; larger ones are refused before they are parsed. */
export const MAX_REQUEST_BYTES = 1_048_576;

/**
 * Reads one JSON argument against a schema.
 *
 * Errors name the argument, what was expected and the kind of value that came, never the value: it
 * may be a patient's.
 *
 * @throws SalusError ERR_TOO_LARGE, ERR_INVALID_JSON, ERR_INVALID_ARGUMENT
 */
export function parseRequest<S extends z.ZodType>(
  schema: S,
  text: string,
  argument = 'request',
): z.output<S> {
  if (Buffer.byteLength(text, 'utf8') > MAX_REQUEST_BYTES) {
    throw new SalusError(
      'ERR_TOO_LARGE',
      `${argument}: expected at most ${MAX_REQUEST_BYTES} bytes`,
      { argument, expected: `at most ${MAX_REQUEST_BYTES} bytes` },
    );
  }
  return checkRequest(schema, parseJson(text, argument), argument);
}

function parseJson(text: string, argument: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the text.
    throw new SalusError('ERR_INVALID_JSON', `${argument}: expected JSON`, {
      argument,
      expected: 'JSON',
      got: 'other text',
    });
  }
}

/** As {@link parseRequest}, for a request that is no text. @throws SalusError ERR_INVALID_ARGUMENT */
export function checkRequest<S extends z.ZodType>(
  schema: S,
  value: unknown,
  argument = 'request',
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const at = [argument, ...path.map(String)].join('.');
  const expected = issue === undefined ? 'another value' : expectation(issue);
  const got = kindOf(valueAt(value, path));
  throw new SalusError('ERR_INVALID_ARGUMENT', `${at}: expected ${expected}, got ${got}`, {
    argument: at,
    expected,
    got,
  });
}

/** Zod's own messages may quote what came; the codes and limits do not. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'too_small':
      return `at least ${String(issue.minimum)}${unit(issue.origin)}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}${unit(issue.origin)}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid ') ? `the form ${issue.format}` : issue.message;
    case 'unrecognized_keys':
      return 'no members beyond those of the interface';
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'custom':
      return issue.message;
    default:
      return 'one of the forms of the interface';
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' elements' : '';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
