import { asArray, asText, objectsIn } from '../values.js';

/** Single letters say too little to be looked for; single characters of other scripts are names. */
const SINGLE_LETTER = /^[\p{Script=Latin}\p{N}]$/u;
const MIN_PHRASE = 4;
/** Longer ones are looked for by their beginning. */
const MAX_PHRASE_WORDS = 12;

/**
 * What in the input names people and places: a last defence for the few texts that an allow-list lets
 * through. Names of people are looked for word by word, everything else as it is written.
 */
export class IdentifyingText {
  readonly #words = new Set<string>();
  readonly #phrases = new Set<string>();

  constructor(resources: readonly unknown[]) {
    for (const object of objectsIn(resources)) this.#collect(object);
  }

  /** Whether a text holds any of it. */
  isIn(text: string): boolean {
    const found = words(text);
    return found.some((word, start) => {
      if (this.#words.has(word)) return true;
      let phrase = '';
      return found.slice(start, start + MAX_PHRASE_WORDS).some((next) => {
        phrase = phrase === '' ? next : `${phrase} ${next}`;
        return this.#phrases.has(phrase);
      });
    });
  }

  /** Of HumanName, Address, ContactPoint, Identifier and `name`, wherever they stand. */
  #collect(object: Readonly<Record<string, unknown>>): void {
    const { family, given, line, city, district, postalCode, value, name, coding } = object;
    const isName = family !== undefined || given !== undefined;
    if (isName) {
      for (const part of [family, ...asArray(given), object['text']]) this.#addWords(part);
    }
    for (const part of [...asArray(line), city, district, postalCode]) this.#addPhrase(part);
    // Identifiers and contact points; a Quantity's value is a number.
    if (coding === undefined) this.#addPhrase(value);
    this.#addPhrase(name);
    if (typeof object['valueString'] === 'string') this.#addWords(maidenName(object));
    this.#addPhrase(object['id']);
  }

  #addWords(text: unknown): void {
    for (const word of words(asText(text) ?? '')) {
      if (!SINGLE_LETTER.test(word)) this.#words.add(word);
    }
  }

  #addPhrase(value: unknown): void {
    const text = words(asText(value) ?? '')
      .slice(0, MAX_PHRASE_WORDS)
      .join(' ');
    if (text.length >= MIN_PHRASE) this.#phrases.add(text);
  }
}

function maidenName({ url, valueString }: Readonly<Record<string, unknown>>): unknown {
  return typeof url === 'string' && /name/i.test(url) ? valueString : undefined;
}

function words(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
