import type { z } from 'zod';
import { SalusError, ownOf } from '@salus/protocol';
import { isSameCommittee, type Ceremony, type CommitteeTerms } from '@salus/protocol/computation';
import type { MemberHome } from './member-home.js';
import { APPROVALS_RECORD, approvalsSchema } from './memory-form.js';

/** Knows which changes of a key's committee this organisation agreed to. */
export interface ApprovalSource {
  isApproved(keyId: string, epoch: number, committee: CommitteeTerms): Promise<boolean>;
}

type ApprovalsHome = Pick<MemberHome, 'readRecord' | 'writeRecord'>;

/**
 * Approvals in the member's home, given by its administrator (`salus committee approve`). Each is for one
 * epoch and one committee. A file that is missing approves of nothing.
 */
export class Approvals implements ApprovalSource {
  readonly #home: ApprovalsHome;

  constructor(home: ApprovalsHome) {
    this.#home = home;
  }

  /**
   * Agrees to a resharing as the ledger has it now.
   * @throws SalusError `ERR_CONFLICT` when another one, or none, is proposed; `ERR_MEMORY_ALTERED`
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
    await this.#home.writeRecord(APPROVALS_RECORD, all);
  }

  async isApproved(keyId: string, epoch: number, committee: CommitteeTerms): Promise<boolean> {
    const approved = ownOf(await this.#read(), nameOf(keyId, epoch));
    return approved !== undefined && isSameCommittee(approved, committee);
  }

  async #read(): Promise<z.infer<typeof approvalsSchema>> {
    return (await this.#home.readRecord(APPROVALS_RECORD, approvalsSchema)) ?? {};
  }
}

function nameOf(keyId: string, epoch: number): string {
  return `${epoch} ${keyId}`;
}
