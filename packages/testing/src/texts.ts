import fc from 'fast-check';

/** Every text in a value, with a way to put another in its place. */
export function textsIn(value: unknown): ((text: string) => unknown)[] {
  if (typeof value === 'string') return [(text) => text];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textsIn(inner).map(
      (put) => (text: string) =>
        Array.isArray(value)
          ? value.map((each: unknown, index) => (String(index) === name ? put(text) : each))
          : { ...value, [name]: put(text) },
    ),
  );
}

/** Texts with what no text of an interface may have. */
export const evil = fc
  .tuple(
    fc.string({ maxLength: 50 }),
    fc.constantFrom('\u0000', '\u{10FFFF}', '\n', '\r', '\u2028', '\ud800', ' ', '/', '"', '\\'),
    fc.string({ maxLength: 50 }),
  )
  .map((parts) => parts.join(''));
