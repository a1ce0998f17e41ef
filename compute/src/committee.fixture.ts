import { createHash } from 'node:crypto';
import { createEngine } from './engine.js';
import type { Engine, NewShare } from './types.js';

/** A committee in one process, as only a test may have it. */
export class Committee {
  private constructor(
    readonly engine: Engine,
    readonly seed: Uint8Array,
    readonly members: readonly NewShare[],
    readonly publicKey: Uint8Array,
  ) {}

  static async meet(
    options: { engine?: Engine; keyId?: string; size?: number } = {},
  ): Promise<Committee> {
    const { engine = createEngine(), keyId = 'key-1', size = 3 } = options;
    const seed = createHash('sha256').update(keyId).digest();
    const members: NewShare[] = [];
    for (let index = 0; index < size; index += 1) {
      members.push(await engine.createShare({ keyId, member: `Member${index}MSP`, seed }));
    }
    const contributions = members.map((member) => member.contribution.bytes);
    const { bytes } = await engine.combineKey({ seed, contributions });
    return new Committee(engine, seed, members, bytes);
  }

  async encrypt(values: readonly number[]): Promise<Uint8Array> {
    return (await this.engine.encrypt({ publicKey: this.publicKey, values })).bytes;
  }

  async partials(ciphertext: Uint8Array): Promise<Uint8Array[]> {
    const partials: Uint8Array[] = [];
    for (const { share } of this.members) {
      partials.push((await this.engine.partialOpeningOfAll({ ciphertext, share })).bytes);
    }
    return partials;
  }

  async open(ciphertext: Uint8Array): Promise<readonly number[]> {
    const partials = await this.partials(ciphertext);
    return await this.engine.combineOpeningOfAll({ ciphertext, partials });
  }
}
