import { SalusError } from '@salus/protocol';
import { firstOf } from './first-of.js';
import { checkAnchor, stripeCount } from './layout.js';
import { PartSource, type AskOptions, type Readable } from './part-source.js';
import type { PartReader } from './part-store.js';
import type { Shards } from './reed-solomon.js';

/** What a reader says of a store. */
export interface StoreFault {
  /** MSP ID. */
  readonly store: string;
  /** Number of the part. */
  readonly part: number;
  /** `LIED`: what it sent is not what the ledger names. It is not asked again. */
  readonly kind: 'LIED' | 'FAILED' | 'SLOW';
  readonly error?: unknown;
}

export interface ReadOptions extends AskOptions {
  /** Stores by MSP ID. Those that are not named here are not asked. */
  readonly stores: ReadonlyMap<string, PartReader>;
  /** Told whenever a store lied, failed, or was replaced for being slow. */
  readonly onFault?: (fault: StoreFault) => void;
  /** How long a store may take for a block before another is asked as well; 2 s. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 2000;

/** Reads blocks of a content's stripes from k of its stores, each checked against its part's root. */
export class StripeReader {
  readonly stripes: number;
  readonly #content: Readable;
  readonly #options: ReadOptions;
  readonly #sources: readonly PartSource[];
  /** How often a source failed or was slow: others are asked first. */
  readonly #strikes = new Map<PartSource, number>();

  /**
   * @param without - number of a part that is not read
   * @throws SalusError `ERR_INVALID_ARGUMENT` for a layout that can't be
   */
  constructor(content: Readable, options: ReadOptions, without?: number) {
    checkAnchor(content);
    this.#content = content;
    this.#options = options;
    this.stripes = stripeCount(content);
    this.#sources = content.layout.parts.flatMap((place, part) => {
      const reader = options.stores.get(place.store);
      if (!reader || part === without) return [];
      return [new PartSource(content, { part, place, reader }, options)];
    });
  }

  /**
   * k blocks of a stripe, at the places of their parts.
   *
   * @throws SalusError `ERR_CONTENT_UNAVAILABLE` where fewer than k parts could be had; a store's denial
   */
  async blocks(stripe: number, signal: AbortSignal): Promise<Shards> {
    const { k, n } = this.#content.layout;
    const { patienceMs = PATIENCE_MS } = this.#options;
    const { results, faults, slow } = await firstOf(
      this.#willing(),
      (source, stopping) => source.block(stripe, stopping),
      { count: k, patienceMs, signal },
    );
    for (const { candidate, error } of faults) this.#strike(candidate, error);
    for (const source of slow) this.#strike(source);
    if (results.length < k) throw this.#unavailable(faults.map(({ error }) => error));
    const shards = new Array<Buffer | undefined>(n).fill(undefined);
    for (const { candidate, value } of results) shards[candidate.part] = value;
    return shards;
  }

  /** Data parts come first: joining them takes no arithmetic. */
  #willing(): PartSource[] {
    const strikes = (source: PartSource) => this.#strikes.get(source) ?? 0;
    return this.#sources
      .filter(({ hasLied }) => !hasLied)
      .sort((a, b) => strikes(a) - strikes(b) || a.part - b.part);
  }

  #strike(source: PartSource, error?: unknown): void {
    this.#strikes.set(source, (this.#strikes.get(source) ?? 0) + 1);
    const { part, place } = source;
    const fault = { store: place.store, part };
    if (error === undefined) this.#options.onFault?.({ ...fault, kind: 'SLOW' });
    else this.#options.onFault?.({ ...fault, kind: source.hasLied ? 'LIED' : 'FAILED', error });
  }

  #unavailable(errors: readonly unknown[]): unknown {
    const denial = errors.find((one) => one instanceof SalusError && DENIALS.has(one.code));
    if (denial !== undefined) return denial;
    const { k, n } = this.#content.layout;
    return new SalusError(
      'ERR_CONTENT_UNAVAILABLE',
      `Too few stores gave a sound part: any ${k} of the ${n} are needed`,
      { expected: `${k} parts`, cause: errors[0] },
    );
  }
}

const DENIALS: ReadonlySet<string> = new Set(['ERR_NO_DECISION', 'ERR_CONSENT_UNPROVEN']);
