import type { EhrClient } from '@salus/client/ehr';
import { unwrap } from '@salus/client/errors';
import type { Decision } from '@salus/protocol/ehr';

/**
 * The decisions by which practitioners have opened records through this gateway, as long as they are in force.
 * A restart forgets them, as they end within minutes.
 */
export class DecisionsInForce {
  readonly #clock: () => number;
  /** The latest one of a practitioner about a patient, in the order in which they were made. */
  readonly #latest = new Map<string, Decision>();

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  /** Takes a permitted decision that is on the ledger. */
  remember(practitioner: string, decision: Decision): void {
    for (const [key, { expiresAt }] of this.#latest) {
      if (Date.parse(expiresAt) > this.#clock()) break;
      this.#latest.delete(key);
    }
    const key = keyOf(practitioner, decision.pseudonym);
    this.#latest.delete(key);
    this.#latest.set(key, decision);
  }

  /**
   * A practitioner's decision about a patient, if it has not expired and consent would permit the same now: a
   * denial or a withdrawal ends it at once.
   *
   * @param ehr - the practitioner's own
   */
  async find(
    practitioner: string,
    pseudonym: string,
    ehr: Pick<EhrClient, 'evaluateAccess'>,
  ): Promise<Decision | undefined> {
    const decision = this.#latest.get(keyOf(practitioner, pseudonym));
    if (!decision || Date.parse(decision.expiresAt) <= this.#clock()) return undefined;
    const { recordId, purpose, hpkePublicKey } = decision;
    if (purpose === 'BTG') return undefined;
    try {
      const now = await ehr.evaluateAccess({ pseudonym, recordId, purpose, hpkePublicKey });
      return now.permitted ? decision : undefined;
    } catch (error) {
      if (unwrap(error).code === 'ERR_NOT_FOUND') return undefined;
      throw error;
    }
  }
}

function keyOf(practitioner: string, pseudonym: string): string {
  return `${practitioner} ${pseudonym}`;
}
