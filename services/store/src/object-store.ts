/** An object as a listing tells of it. */
export interface StoredObject {
  readonly name: string;
  /** In milliseconds. */
  readonly modifiedAt: number;
  readonly bytes: number;
}

/**
 * What a {@link ObjectPartStore} keeps its blocks in: bytes by name. Names are made by this package
 * only, of letters, digits, `-` and `/`.
 */
export interface ObjectStore {
  /** Replaces what is there as a whole, and keeps it for good before it returns. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string, signal?: AbortSignal): Promise<Buffer | undefined>;
  /** All whose names begin so. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Nothing happens where it isn't there. */
  remove(name: string): Promise<void>;
}
