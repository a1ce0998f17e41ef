import { denied } from '@salus/client/trust';
import type { AccessAsked, ConsentCheck, ProvenAccess } from '@salus/service-kit';

/** So long a proof stands for the blocks that are asked for next. */
export const PROOF_MS = 1000;
const MOST = 1000;

interface Known {
  readonly at: number;
  readonly proof: Promise<ProvenAccess>;
}

/**
 * Proves a permission for each of the many blocks of a part. The proof is made anew every second. Whether
 * the decision has expired is judged for each block.
 */
export class ProofCache {
  readonly #consent: Pick<ConsentCheck, 'prove'>;
  readonly #known = new Map<string, Known>();

  constructor(consent: Pick<ConsentCheck, 'prove'>) {
    this.#consent = consent;
  }

  /** @throws SalusError as {@link ConsentCheck.prove} */
  async prove(asked: AccessAsked): Promise<ProvenAccess> {
    const { asker, decision, now } = asked;
    const name = JSON.stringify([
      asker,
      decision.pseudonym,
      decision.decidedAt,
      decision.decisionId,
    ]);
    let known = this.#known.get(name);
    if (!known || Math.abs(now - known.at) >= PROOF_MS) {
      if (this.#known.size >= MOST) this.#known.clear();
      known = { at: now, proof: this.#consent.prove(asked) };
      this.#known.set(name, known);
    }
    try {
      const access = await known.proof;
      if (now >= Date.parse(access.decision.expiresAt)) throw denied('the decision has expired');
      return access;
    } catch (error) {
      this.#known.delete(name);
      throw error;
    }
  }
}
