import type { SignedAnswer } from '@salus/proofs';
import type { Question } from '../connection/signed-answer.js';
import type { Identity } from '../identity/identity.js';
import type { Contract } from '../transaction/contract.js';

/** One channel of a network, as one identity uses it. The façades are made of it. */
export interface Session {
  readonly channel: string;
  readonly mspId: string;
  /** Signs transactions, and requests to stores and key services. */
  readonly identity: Identity;
  /** TLS CA certificates (PEM) of the channel's organisations, from the profile: for their services. */
  readonly tlsRoots: readonly string[];
  /** MSP IDs of the organisations whose peers the profile names. */
  readonly organizations: readonly string[];

  /** Any contract by its name on the channel. */
  contract(name: string): Contract;

  /**
   * Asks a peer of one organisation, and gets its answer with its signature, to be shown to others.
   *
   * @throws SalusError `ERR_PEER_UNREACHABLE` and as `Contract.evaluate`
   */
  ask(mspId: string, question: Omit<Question, 'channel'>): Promise<SignedAnswer>;
}
