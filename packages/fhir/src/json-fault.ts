/** Where a text stops being JSON: the parser's own message quotes the text, which may be a patient's. */

/** A place in a text, both counted from one. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The first place at which a text can't be JSON (RFC 8259); undefined for JSON. */
export function jsonFaultAt(text: string): TextPlace | undefined {
  const scan = new Scan(text);
  const isWhole = scan.value() && scan.end();
  return isWhole ? undefined : placeOf(text, scan.at);
}

function placeOf(text: string, at: number): TextPlace {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n') };
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y;
const STRING_START = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** Reads as far as the text is JSON. It nests no deeper than {@link guardJson} lets. */
class Scan {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): boolean {
    this.#take(SPACE);
    const first = this.#text.charAt(this.at);
    if (first === '{') return this.#items('}', () => this.#member());
    if (first === '[') return this.#items(']', () => this.value());
    return first === '"' ? this.#string() : this.#take(SCALAR);
  }

  end(): boolean {
    this.#take(SPACE);
    return this.at === this.#text.length;
  }

  #member(): boolean {
    this.#take(SPACE);
    return this.#string() && this.#character(':') && this.value();
  }

  #items(close: string, item: () => boolean): boolean {
    this.at += 1;
    if (this.#character(close)) return true;
    do {
      if (!item()) return false;
    } while (this.#character(','));
    return this.#character(close);
  }

  #string(): boolean {
    if (this.#take(STRING)) return true;
    // The place inside the string where it breaks off.
    this.#take(STRING_START);
    return false;
  }

  #character(wanted: string): boolean {
    this.#take(SPACE);
    if (this.#text.charAt(this.at) !== wanted) return false;
    this.at += 1;
    return true;
  }

  #take(form: RegExp): boolean {
    form.lastIndex = this.at;
    if (!form.test(this.#text)) return false;
    this.at = form.lastIndex;
    return true;
  }
}
