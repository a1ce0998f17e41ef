/** Memory beyond this is not kept for the next message: whoever asks decides how long a proof is. */
export const MOST_KEPT = 4 * 2 ** 20;

/**
 * Memory in which bytes that their caller keeps travel to a worker: copied into it once, moved to the worker,
 * moved back with the answer, and used again. A message that copies them takes two copies, in memory that is mapped anew.
 */
export class Staging {
  /** Empty while a worker has the memory. */
  #memory = new ArrayBuffer(0);
  #isFilled = false;

  /** Copies that the next message takes along; they hold until then. */
  copiesOf(all: readonly Uint8Array[]): Uint8Array[] {
    const size = all.reduce((sum, { length }) => sum + length, 0);
    if (this.#memory.byteLength < size) this.#memory = new ArrayBuffer(size);
    this.#isFilled = size > 0;
    let offset = 0;
    return all.map((bytes) => {
      const copy = new Uint8Array(this.#memory, offset, bytes.length);
      copy.set(bytes);
      offset += bytes.length;
      return copy;
    });
  }

  /** @returns the memory, to be moved with a message, if there is anything in it */
  handOver(): ArrayBuffer | undefined {
    const isFilled = this.#isFilled;
    this.#isFilled = false;
    return isFilled ? this.#memory : undefined;
  }

  /** What a worker gave back; one that died gives nothing back, and the next copies get new memory. */
  takeBack(memory: ArrayBuffer | undefined): void {
    if (memory !== undefined && memory.byteLength <= MOST_KEPT) this.#memory = memory;
  }
}
