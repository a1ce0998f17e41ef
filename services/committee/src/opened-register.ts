import { z } from 'zod';
import type { CollectiveKey, Opening, RegisteredCiphertext } from '@salus/protocol/computation';
import type { MemberHome } from './member-home.js';

const RECORD = 'opened';
const schema = z.strictObject({
  /** By contributor, measure and period: the evaluation that it was opened with, and its result. */
  contributions: z.record(
    z.string(),
    z.strictObject({ evaluationId: z.string(), resultHash: z.string() }),
  ),
  /** By key. */
  slots: z.record(z.string(), z.int()),
});
type Register = z.infer<typeof schema>;

/**
 * What this member has helped to open, by its own memory: endorsers who collude could leave it out of
 * the ledger's. A member that loses it still has the ledger's.
 */
export class OpenedRegister {
  readonly #home: Pick<MemberHome, 'readRecord' | 'writeRecord'>;

  constructor(home: Pick<MemberHome, 'readRecord' | 'writeRecord'>) {
    this.#home = home;
  }

  /** For each of the contributions, what it was opened with. */
  async markersOf(contributions: readonly RegisteredCiphertext[]) {
    const { contributions: known } = await this.#read();
    return contributions.map((one) => known[nameOf(one)]);
  }

  async slotsOf({ keyId }: CollectiveKey): Promise<number> {
    return (await this.#read()).slots[keyId] ?? 0;
  }

  /** Before anything of an opening is posted. */
  async add(opening: Opening, contributions: readonly RegisteredCiphertext[]): Promise<void> {
    const { keyId, evaluationId, resultHash = '', slots = 0 } = opening;
    const register = await this.#read();
    const isAgain = contributions.every((one) => nameOf(one) in register.contributions);
    if (isAgain) return;
    const marker = { evaluationId, resultHash };
    const added = Object.fromEntries(contributions.map((one) => [nameOf(one), marker]));
    await this.#home.writeRecord(RECORD, {
      contributions: { ...register.contributions, ...added },
      slots: { ...register.slots, [keyId]: (register.slots[keyId] ?? 0) + slots },
    } satisfies Register);
  }

  async #read(): Promise<Register> {
    const known = await this.#home.readRecord(RECORD, schema);
    return known ?? { contributions: {}, slots: {} };
  }
}

function nameOf({ contributor, measure, period }: RegisteredCiphertext): string {
  return JSON.stringify([contributor.mspId, contributor.id, measure, period]);
}
