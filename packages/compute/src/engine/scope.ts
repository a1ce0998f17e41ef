import type { Bound, Program } from '@salus/protocol/computation';
import { ComputeError } from '../bfv/errors.js';
import type { BoundHashed, Hashed } from '../bfv/hashed.js';
import type { EvaluateOptions, Handle, NamedInput, RequestOptions, Scope } from './types.js';

/** What the engine does for a scope: bytes that were checked once aren't checked again. */
export interface ScopeBackend {
  /** @returns a checked copy that nobody else can change */
  check(input: NamedInput, options?: RequestOptions): Promise<Hashed>;
  compute(
    program: Program,
    inputs: readonly {
      readonly bytes: Uint8Array;
      readonly bound: Bound;
      readonly checked: true;
    }[],
    options?: EvaluateOptions,
  ): Promise<BoundHashed>;
}

/** Holds ciphertexts until it is closed; a handle means nothing outside. */
export class HandleScope implements Scope {
  readonly #backend: ScopeBackend;
  readonly #held = new Map<Handle, Uint8Array>();
  #closed = false;

  constructor(backend: ScopeBackend) {
    this.#backend = backend;
  }

  async load(input: NamedInput, options?: RequestOptions): Promise<Handle> {
    this.#requireOpen();
    const { bytes, hash } = await this.#backend.check(input, options);
    return this.#hold({ bytes, hash, bound: input.bound });
  }

  async evaluate(
    program: Program,
    handles: readonly Handle[],
    options?: EvaluateOptions,
  ): Promise<Handle> {
    const inputs = handles.map((handle) => ({
      bytes: this.#bytesOf(handle),
      bound: handle.bound,
      checked: true as const,
    }));
    return this.#hold(await this.#backend.compute(program, inputs, options));
  }

  save(handle: Handle): BoundHashed {
    return {
      bytes: Uint8Array.from(this.#bytesOf(handle)),
      hash: handle.hash,
      bound: handle.bound,
    };
  }

  close(): void {
    this.#closed = true;
    this.#held.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #hold({ bytes, hash, bound }: BoundHashed): Handle {
    this.#requireOpen();
    const handle: Handle = Object.freeze({ hash, bound });
    this.#held.set(handle, bytes);
    return handle;
  }

  #bytesOf(handle: Handle): Uint8Array {
    this.#requireOpen();
    const bytes = this.#held.get(handle);
    if (bytes === undefined) {
      throw new ComputeError('ERR_SCOPE_CLOSED', 'the handle belongs to another scope', {
        argument: 'handle',
        expected: 'a handle that this scope gave',
      });
    }
    return bytes;
  }

  #requireOpen(): void {
    if (this.#closed) throw new ComputeError('ERR_SCOPE_CLOSED', 'the scope is closed');
  }
}
