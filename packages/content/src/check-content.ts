import { SalusError } from '@salus/protocol';
import { checkAnchor, stripeCount } from './layout.js';
import { PartSource, type AskOptions, type Readable } from './part-source.js';
import type { PartReader } from './part-store.js';

export interface CheckOptions extends AskOptions {
  /** Stores by MSP ID. */
  readonly stores: ReadonlyMap<string, PartReader>;
}

/** How a part is. */
export interface PartState {
  readonly part: number;
  /** MSP ID. */
  readonly store: string;
  readonly root: string;
  /** `MISSING` and `DAMAGED` call for a repair; the others had no answer, or no permission. */
  readonly state: 'SOUND' | 'MISSING' | 'DAMAGED' | 'UNREACHABLE' | 'DENIED';
}

/**
 * Reads every part of a content to its end, and tells which are present and sound.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` for a layout that can't be
 */
export async function checkContent(
  content: Readable,
  options: CheckOptions,
): Promise<readonly PartState[]> {
  checkAnchor(content);
  const states: PartState[] = [];
  for (const [part, place] of content.layout.parts.entries()) {
    const reader = options.stores.get(place.store);
    const source = reader && new PartSource(content, { part, place, reader }, options);
    states.push({
      ...place,
      part,
      state: source ? await stateOf(source, content, options) : UNKNOWN,
    });
  }
  return states;
}

async function stateOf(
  source: PartSource,
  content: Readable,
  { signal }: CheckOptions,
): Promise<PartState['state']> {
  try {
    for (let stripe = 0; stripe < stripeCount(content); stripe += 1) {
      await source.block(stripe, signal);
    }
    return 'SOUND';
  } catch (error) {
    signal?.throwIfAborted();
    return (error instanceof SalusError && STATES[error.code]) || UNKNOWN;
  }
}

const UNKNOWN = 'UNREACHABLE';
const STATES: Readonly<Partial<Record<string, PartState['state']>>> = {
  ERR_HASH_MISMATCH: 'DAMAGED',
  ERR_TOO_LARGE: 'DAMAGED',
  ERR_NOT_FOUND: 'MISSING',
  ERR_NO_DECISION: 'DENIED',
  ERR_CONSENT_UNPROVEN: 'DENIED',
  ERR_FORBIDDEN: 'DENIED',
  ERR_REQUEST_REFUSED: 'DENIED',
};
