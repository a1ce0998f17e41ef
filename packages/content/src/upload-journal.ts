/** What is known of an upload that was cut off. */
export interface UploadState {
  readonly id: string;
  /** The encryption's nonce prefix, in hex. */
  readonly prefix: string;
  /** SHA-256 of each stripe that may have been sent, in hex. */
  readonly stripes: readonly string[];
}

/**
 * Remembers an upload, so that it can go on. An upload goes on by encrypting the same content again with
 * the same nonces: were it other content, whoever saw both could tell their difference. So every stripe
 * is noted before it is sent, and one that comes out otherwise is not sent.
 */
export interface UploadJournal {
  read(): Promise<UploadState | undefined>;
  begin(state: Pick<UploadState, 'id' | 'prefix'>): Promise<void>;
  /** The next stripe, before anything of it is sent. */
  note(stripe: string): Promise<void>;
  /** Forgets the upload: its record is registered, or it was given up. */
  end(): Promise<void>;
}
