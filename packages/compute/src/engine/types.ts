import type { Bound, ValueRange, Program } from '@salus/protocol/computation';
import type { BoundHashed, Hashed } from '../bfv/hashed.js';
import type { ProfileName } from '../bfv/profiles.js';
import type {
  ProvenCiphertexts,
  ProvenCiphertextsRequest,
  ProvenEncryptionRequest,
} from '../encryption-proof/types.js';
import type {
  ProvenOpening,
  ProvenOpeningRequest,
  ProvenPartialsRequest,
} from '../opening-proof/types.js';
import type { ThresholdOperations } from '../threshold/types.js';

/** Any request may be given up: the engine then rejects with ERR_CANCELLED. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** Inputs computed with, of how many. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface EvaluateOptions extends RequestOptions {
  /** Told after each input is loaded and computed with. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * A ciphertext to compute with. With its hash it is kept in the engine's cache, and later the hash
 * alone will do, or fail with ERR_CIPHERTEXT_MISSING. Bytes that don't have the hash are refused.
 */
export interface NamedInput {
  readonly bytes?: Uint8Array;
  readonly hash?: string;
  readonly bound: Bound;
}

/** A ciphertext that a scope holds. */
export interface Handle {
  readonly hash: string;
  readonly bound: Bound;
}

/**
 * Owns ciphertexts that are computed with in several steps; closing it lets go of all of them.
 * Afterwards, and with another scope's handle, everything fails with ERR_SCOPE_CLOSED.
 */
export interface Scope extends Disposable {
  /** Checks a ciphertext once. */
  load(input: NamedInput, options?: RequestOptions): Promise<Handle>;
  /** @throws ComputeError as {@link Engine.evaluate} does */
  evaluate(
    program: Program,
    handles: readonly Handle[],
    options?: EvaluateOptions,
  ): Promise<Handle>;
  /** A copy of the bytes, to keep or to send. */
  save(handle: Handle): BoundHashed;
  close(): void;
}

/** Runs the homomorphic operations of one profile in a worker thread. */
export interface Engine extends AsyncDisposable, ThresholdOperations {
  readonly profile: ProfileName;

  /**
   * Adds the contributions, in the order of their shares, to the collective public key.
   * @throws ComputeError ERR_CONTRIBUTION_INVALID
   */
  combineKey(request: {
    readonly seed: Uint8Array;
    readonly contributions: readonly Uint8Array[];
  }): Promise<Hashed>;

  /**
   * Checks that a public key's common polynomial is what the key's seed gives, so that nobody chose it.
   * @returns SHA-256 of the key, hex
   * @throws ComputeError ERR_PUBLIC_KEY_INVALID
   */
  checkPublicKey(request: {
    readonly publicKey: Uint8Array;
    /** 32 bytes, `aSeed` of the key on the ledger. */
    readonly seed: Uint8Array;
  }): Promise<string>;

  /**
   * Encrypts a vector, slot by slot; slots beyond its end hold zero, so zero is in every range.
   * Values must keep to `bound`, by default 0 to the profile's greatest value.
   * @throws ComputeError ERR_VALUE_OUT_OF_RANGE, ERR_BOUND_INVALID, ERR_PUBLIC_KEY_INVALID
   */
  encrypt(
    request: {
      readonly publicKey: Uint8Array;
      readonly values: readonly number[];
      readonly bound?: ValueRange;
    },
    options?: RequestOptions,
  ): Promise<BoundHashed>;

  /**
   * Encrypts vectors, and proves of each ciphertext that it is well formed and that the caller knows its
   * secrets (docs/compute-proofs.md). One proof covers all; it is bound to `contextHash`.
   * @throws ComputeError as {@link encrypt} does; ERR_PROFILE_UNKNOWN under a profile without proofs
   */
  encryptProven(
    request: ProvenEncryptionRequest,
    options?: RequestOptions,
  ): Promise<ProvenCiphertexts>;

  /**
   * Checks a proof together with all ciphertexts that it covers, in their order.
   * @returns SHA-256 of the proof, hex
   * @throws ComputeError ERR_PROOF_INVALID, ERR_CIPHERTEXT_INVALID, ERR_PUBLIC_KEY_INVALID
   */
  verifyProven(request: ProvenCiphertextsRequest, options?: RequestOptions): Promise<string>;

  /**
   * This member's parts of an opening, with a proof that each is made with the secret of its share's
   * contribution: to the key in the first epoch, later that of {@link ThresholdOperations.resharedContributions}.
   * @throws ComputeError as `partialOpening` does; ERR_CONTRIBUTION_INVALID; ERR_PROFILE_UNKNOWN under a
   *   profile without proofs
   */
  openProven(request: ProvenOpeningRequest, options?: RequestOptions): Promise<ProvenOpening>;

  /**
   * Checks a proof together with all partial openings that it covers, in their order.
   * @returns SHA-256 of the proof, hex
   * @throws ComputeError ERR_PROOF_INVALID, ERR_PARTIAL_INVALID, ERR_CONTRIBUTION_INVALID,
   *   ERR_CIPHERTEXT_INVALID
   */
  verifyOpening(request: ProvenPartialsRequest, options?: RequestOptions): Promise<string>;

  /**
   * Computes a program. The same inputs give the same bytes on every machine. What `boundOf`
   * refuses is refused before anything is loaded.
   * @throws ComputeError ERR_PROGRAM_INVALID, ERR_TOO_MANY_SUMMANDS, ERR_BOUND_INVALID,
   *   ERR_OVERFLOW, ERR_NOISE_EXHAUSTED, ERR_CIPHERTEXT_INVALID, ERR_CIPHERTEXT_MISSING,
   *   ERR_CANCELLED, ERR_ENGINE_BUSY
   */
  evaluate(
    request: {
      readonly program: Program;
      readonly inputs: readonly NamedInput[];
    },
    options?: EvaluateOptions,
  ): Promise<BoundHashed>;

  /**
   * Opens a scope for computations of several steps.
   *
   * @example
   * await using scope = engine.scope();
   * const inputs = await Promise.all(received.map((input) => scope.load(input)));
   * const total = await scope.evaluate({ name: 'sum.v1' }, inputs);
   * const result = scope.save(await scope.evaluate({ name: 'sum.v1' }, [total, more]));
   */
  scope(): Scope;

  /**
   * Starts the workers now, and not with the first requests. What keeps one from starting shows in a request.
   * @throws ComputeError ERR_ENGINE_UNAVAILABLE once the engine is closed
   */
  warmUp(): void;

  /** Waits until the engine would take on a request instead of refusing it as ERR_ENGINE_BUSY. */
  capacity(): Promise<void>;

  /**
   * Refuses bytes that are not a ciphertext of this profile, before SEAL sees them. Those that are one
   * are kept in the cache: from here on their hash alone will do.
   * @returns the hash of the bytes
   * @throws ComputeError ERR_CIPHERTEXT_INVALID
   */
  checkCiphertext(ciphertext: Uint8Array): Promise<string>;

  /** Ends the worker; requests still waiting are refused. */
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly profile?: ProfileName;
  /** The compiled worker; by default `worker.js` beside the running bundle. */
  readonly workerPath?: string;
  /** A request that takes longer is given up and its worker replaced. Default 30 s. */
  readonly timeoutMs?: number;
  /** Worker threads, each with a SEAL of its own (some 90 MB). Default 1. */
  readonly workers?: number;
  /** Requests that may wait before further ones are refused as ERR_ENGINE_BUSY. Default 256. */
  readonly maxWaiting?: number;
  /** Cap of the cache of ciphertexts that were checked, or came with their hash. Default 64 MiB; 0 keeps none. */
  readonly cacheBytes?: number;
  /** A worker whose SEAL has grown beyond this is replaced. Default 512 MiB. */
  readonly maxHeapBytes?: number;
}
