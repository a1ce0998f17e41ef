/**
 * JSON whose numbers keep their digits. FHIR calls the precision of a decimal significant (FHIR R4, 2.24.0.1):
 * 1.00 is not 1, and a number of 26 digits doesn't fit into a double.
 */

interface ExactJson {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}
/** ECMAScript's "JSON.parse source text access", which Node.js has from release 21 on. */
const exact = JSON as unknown as ExactJson;

/** A number that JavaScript would write in other digits than it was read in. */
export class ExactNumber {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  valueOf(): number {
    return Number(this.#source);
  }

  toJSON(): unknown {
    return exact.rawJSON(this.#source);
  }
}

/** Parses JSON; numbers that would change when they are written again are {@link ExactNumber}s. */
export function parseExactly(text: string): unknown {
  return exact.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? new ExactNumber(source)
      : value,
  );
}

/** What a number is worth, however it is kept; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const number = value instanceof ExactNumber ? value.valueOf() : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
