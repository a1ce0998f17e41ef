import { SalusError } from '@salus/protocol';

/** What an organisation may leave at a store. */
export interface UploadLimits {
  /** Of one part. */
  readonly partBytes: number;
  /** Of all uploads of one organisation that are not finished. */
  readonly unfinishedBytes: number;
  /** Of all contents of computations that one organisation has left. */
  readonly contentBytes: number;
}

export const GIB = 2 ** 30;
export const UPLOAD_LIMITS: UploadLimits = {
  partBytes: 8 * GIB,
  unfinishedBytes: 32 * GIB,
  contentBytes: 64 * GIB,
};

/** Counts what organisations have uploaded and not finished. */
export class UploadQuota {
  readonly #limits: Pick<UploadLimits, 'partBytes' | 'unfinishedBytes'>;
  readonly #measure: (owner: string) => Promise<number>;
  /** Bytes by owner, and of each upload that was seen. */
  #owners = new Map<string, Promise<{ bytes: number }>>();
  #uploads = new Map<string, number>();

  /** @param measure - bytes that an owner had left before */
  constructor(
    limits: Pick<UploadLimits, 'partBytes' | 'unfinishedBytes'>,
    measure: (owner: string) => Promise<number>,
  ) {
    this.#limits = limits;
    this.#measure = measure;
  }

  /** @throws SalusError `ERR_TOO_LARGE` */
  async take(owner: string, uploadId: string, bytes: number): Promise<void> {
    const { partBytes, unfinishedBytes } = this.#limits;
    const total = await this.#total(owner);
    const own = (this.#uploads.get(uploadId) ?? 0) + bytes;
    if (own > partBytes) throw tooLarge('A part is larger than the store takes', partBytes);
    if (total.bytes + bytes > unfinishedBytes) {
      throw tooLarge("The organisation's unfinished uploads are too large", unfinishedBytes);
    }
    total.bytes += bytes;
    this.#uploads.set(uploadId, own);
  }

  /** An upload is finished, and counts no more. */
  async release(owner: string, uploadId: string): Promise<void> {
    (await this.#total(owner)).bytes -= this.#uploads.get(uploadId) ?? 0;
    this.#uploads.delete(uploadId);
  }

  /** Measures anew, after a sweep. */
  forget(): void {
    this.#owners = new Map();
    this.#uploads = new Map();
  }

  #total(owner: string): Promise<{ bytes: number }> {
    const known = this.#owners.get(owner);
    if (known) return known;
    const measuring = this.#measure(owner).then((bytes) => ({ bytes }));
    measuring.catch(() => this.#owners.delete(owner));
    this.#owners.set(owner, measuring);
    return measuring;
  }
}

function tooLarge(message: string, limit: number): SalusError {
  return new SalusError('ERR_TOO_LARGE', message, { expected: `at most ${limit} bytes` });
}
