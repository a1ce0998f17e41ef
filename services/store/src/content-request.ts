import type { VerifiedMember } from '@salus/proofs';

/** Who asks for which content of a computation, and by what the ledger is to permit it. */
export interface ContentRequest {
  readonly asker: VerifiedMember;
  readonly hash: string;
  readonly now: number;
  readonly claim?: string;
  /** With one of the following, or by itself for a registered ciphertext. */
  readonly chaincode?: string;
  readonly key?: string;
  readonly opening?: string;
  /** With a chaincode: a contribution to the study. */
  readonly study?: string;
}
