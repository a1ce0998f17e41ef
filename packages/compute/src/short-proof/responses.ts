import type { HiddenSlots } from './hidden-slots.js';
import { proofInvalid } from './invalid.js';
import {
  CHALLENGE_LENGTH,
  lengthOf,
  PARTS,
  rangeOf,
  REPETITIONS,
  type PartName,
  type Parts,
} from './parts.js';
import { emptyWide, isWithin, lastBits, LIMB_BITS, limbsFor, type Wide } from './wide.js';

// Taken out of loops: looking a global up takes long in some environments.
const { floor, min } = Math;

/** Three polynomials with integer coefficients: a witness, a mask or a response. */
export type Triple = Readonly<Record<PartName, Wide>>;

/** With a message, coefficients below t, where slots are hidden. */
export interface Openable extends Triple {
  readonly message?: Float64Array;
}

export interface Proof {
  /** From which the challenges are expanded. */
  readonly challenge: Uint8Array;
  /** One for each repetition. */
  readonly responses: readonly Openable[];
}

/** How many statements a proof covers, and how wide its responses are. */
export interface ProofForm {
  readonly degree: number;
  readonly parts: Parts;
  readonly statements: number;
  /** Where a witness has a message. */
  readonly hidden?: HiddenSlots;
}

/** Length in bytes of a proof. */
const lengthIn = ({ degree, parts, hidden }: ProofForm): number =>
  lengthOf(parts, degree) + (hidden?.length ?? 0);

/**
 * A proof as it travels: the challenge's hash, then for each repetition the coefficients of x, e and w,
 * each plus 2^maskBits in one bit more than that, least significant bit first. The slots of the message follow,
 * those that must be zero left out.
 */
export function encodeProof({ challenge, responses }: Proof, form: ProofForm): Uint8Array {
  const { parts, hidden } = form;
  const bytes = new Uint8Array(lengthIn(form));
  bytes.set(challenge);
  let at = CHALLENGE_LENGTH;
  for (const response of responses) {
    for (const name of PARTS) at = writeBits(bytes, at, response[name], parts[name].maskBits);
    if (hidden && response.message) at = hidden.write(bytes, at, response.message);
  }
  return bytes;
}

/** @throws ComputeError ERR_PROOF_INVALID */
export function decodeProof(bytes: Uint8Array, form: ProofForm): Proof {
  const { degree, parts, statements, hidden } = form;
  const length = lengthIn(form);
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw proofInvalid('the proof has the wrong length', {
      expected: `${length} bytes for ${statements} statements`,
      got: bytes instanceof Uint8Array ? `${bytes.length} bytes` : typeof bytes,
    });
  }
  // Words that begin in the last bytes end behind them.
  const padded = new Uint8Array(length + WORD_BITS / 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let at = CHALLENGE_LENGTH;
  const responses = Array.from({ length: REPETITIONS }, () => {
    const empty = (name: PartName) => emptyWide(degree, parts[name].maskBits);
    const response = { x: empty('x'), e: empty('e'), w: empty('w') };
    for (const name of PARTS) {
      at = readBits(view, at, response[name], parts[name].maskBits);
      if (!isWithin(response[name], ...rangeOf(parts[name], statements))) {
        throw proofInvalid('a response is too long', { expected: 'what an honest prover sends' });
      }
    }
    if (hidden === undefined) return response;
    const message = hidden.read(bytes, at);
    at += hidden.length / REPETITIONS;
    return { ...response, message };
  });
  return { challenge: bytes.slice(0, CHALLENGE_LENGTH), responses };
}

const CHUNK = 16;

/** Writes coefficients, each less -2^maskBits, in one bit more than a mask has. */
function writeBits(bytes: Uint8Array, start: number, wide: Wide, maskBits: number): number {
  const widths = widthsOf(maskBits);
  const offset = 2 ** lastBits(maskBits);
  const degree = (wide[0] as Float64Array).length;
  let at = start;
  let held = 0;
  let pending = 0;
  for (let index = 0; index < degree; index += 1) {
    for (let place = 0; place < widths.length; place += 1) {
      let rest = (wide[place] as Float64Array)[index] as number;
      if (place === widths.length - 1) rest += offset;
      for (let left = widths[place] as number; left > 0; left -= CHUNK) {
        const taken = min(left, CHUNK);
        const size = 2 ** taken;
        pending += (rest % size) * 2 ** held;
        rest = floor(rest / size);
        for (held += taken; held >= 8; held -= 8) {
          bytes[at] = pending & 0xff;
          pending = floor(pending / 256);
          at += 1;
        }
      }
    }
  }
  return at;
}

/**
 * Reads coefficients, as {@link writeBits} writes them. A limb has 45 bits at the most, so it lies in the two words of
 * 32 bits that begin with its first byte.
 */
function readBits(view: DataView, start: number, into: Wide, maskBits: number): number {
  const widths = widthsOf(maskBits);
  const offset = 2 ** lastBits(maskBits);
  const last = widths.length - 1;
  const degree = (into[0] as Float64Array).length;
  for (let place = 0, before = 0; place <= last; place += 1) {
    const width = widths[place] as number;
    const limb = into[place] as Float64Array;
    const least = place === last ? offset : 0;
    let at = before;
    for (let index = 0; index < degree; index += 1) {
      const byte = start + (at >>> 3);
      const shift = at & 7;
      const low = view.getUint32(byte, true) >>> shift;
      const rest = width - (WORD_BITS - shift);
      const value =
        rest <= 0
          ? low % power(width)
          : low + (view.getUint32(byte + 4, true) % power(rest)) * power(WORD_BITS - shift);
      limb[index] = value - least;
      at += maskBits + 1;
    }
    before += width;
  }
  return start + (degree * (maskBits + 1)) / 8;
}

const WORD_BITS = 32;
const POWERS = Float64Array.from({ length: 53 }, (_, exponent) => 2 ** exponent);
/** 2^exponent, exponent at most 52. */
const power = (exponent: number): number => POWERS[exponent] as number;

/** Bits of each limb, as they are written. */
const widthsOf = (maskBits: number): number[] => [
  ...Array<number>(limbsFor(maskBits) - 1).fill(LIMB_BITS),
  lastBits(maskBits) + 1,
];
