import { median } from '../stats.js';

const MIB = 2 ** 20;

interface Sample {
  readonly rssMiB: number;
  readonly sealHeapMiB: number;
}

interface Growth {
  /** Median of the second half over that of the first: 1 is flat. */
  readonly medians: number;
  /** The same of the greatest. */
  readonly greatest: number;
}

/** Memory of this process, and of SEAL within it, over a run. */
export class MemorySamples {
  readonly #samples: Sample[] = [];
  readonly #heapBytes: () => number;

  constructor(heapBytes: () => number) {
    this.#heapBytes = heapBytes;
  }

  take(): Sample {
    const sample = {
      rssMiB: Math.round(process.memoryUsage.rss() / MIB),
      sealHeapMiB: Math.round(this.#heapBytes() / MIB),
    };
    this.#samples.push(sample);
    return sample;
  }

  series() {
    const of = (name: keyof Sample) => this.#samples.map((sample) => sample[name]);
    const [rssMiB, sealHeapMiB] = [of('rssMiB'), of('sealHeapMiB')];
    const growth = { rss: growthOf(rssMiB), sealHeap: growthOf(sealHeapMiB) };
    return { rssMiB, sealHeapMiB, growth };
  }
}

export function growthOf(sample: readonly number[]): Growth {
  const half = sample.length / 2;
  const [first, second] = [sample.slice(0, half), sample.slice(half)];
  return {
    medians: median(second) / median(first),
    greatest: Math.max(...second) / Math.max(...first),
  };
}
