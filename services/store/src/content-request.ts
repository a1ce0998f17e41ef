import type { VerifiedMember } from '@salus/proofs';

/** Who asks for which content of a computation. */
export interface ContentRequest {
  readonly asker: VerifiedMember;
  readonly hash: string;
  readonly now: number;
  /**
   * The ledger permits it by the matter of a purpose, such as `claim`, or by a `chaincode` with `key` or
   * `opening`. A registered ciphertext is permitted by itself.
   */
  readonly by: Readonly<Record<string, string>>;
}
