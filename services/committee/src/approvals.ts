import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseKeptJson, writeAtomically } from '@salus/client/home';
import { SalusError } from '@salus/protocol';
import { isSameCommittee, type Ceremony, type CommitteeTerms } from '@salus/protocol/computation';

/** Knows which changes of a key's committee this organisation agreed to. */
export interface ApprovalSource {
  isApproved(keyId: string, epoch: number, committee: CommitteeTerms): Promise<boolean>;
}

const schema = z.record(
  z.string(),
  z.strictObject({ members: z.array(z.string()), threshold: z.int() }),
);

/** Approvals in the member's home, given by its administrator (`salus committee approve`). */
export class Approvals implements ApprovalSource {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  static in(home: string): Approvals {
    return new Approvals(path.join(home, 'approvals.json'));
  }

  /**
   * Agrees to a resharing as the ledger has it now.
   * @throws SalusError `ERR_CONFLICT` when another one, or none, is proposed
   */
  async approveProposal(
    { keyId, epoch }: { readonly keyId: string; readonly epoch: number },
    proposed: Ceremony,
  ): Promise<void> {
    if (proposed.kind !== 'RESHARE' || proposed.epoch !== epoch) {
      throw new SalusError('ERR_CONFLICT', 'The ledger has no such proposal', {
        argument: 'epoch',
        expected: `RESHARE ${epoch}`,
        got: `${proposed.kind} ${proposed.epoch}`,
      });
    }
    const { members, threshold } = proposed.committee;
    const approved = { members: [...members], threshold };
    const all = { ...(await this.#read()), [nameOf(keyId, epoch)]: approved };
    await writeAtomically(this.#file, Buffer.from(JSON.stringify(all)));
  }

  async isApproved(keyId: string, epoch: number, committee: CommitteeTerms): Promise<boolean> {
    const approved = (await this.#read())[nameOf(keyId, epoch)];
    return approved !== undefined && isSameCommittee(approved, committee);
  }

  async #read(): Promise<z.infer<typeof schema>> {
    try {
      return parseKeptJson(this.#file, schema, await readFile(this.#file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  }
}

function nameOf(keyId: string, epoch: number): string {
  return `${epoch} ${keyId}`;
}
