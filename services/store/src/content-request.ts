import type { VerifiedMember } from '@salus/proofs';

/** Who asks for which content of a computation. */
export interface ContentRequest {
  readonly asker: VerifiedMember;
  readonly hash: string;
  readonly now: number;
  /**
   * By what the ledger is to permit it: the matter of a purpose, such as `claim`, or a `chaincode` with
   * `key` or `opening`; by itself for a registered ciphertext.
   */
  readonly by: Readonly<Record<string, string>>;
}
