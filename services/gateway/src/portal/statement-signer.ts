import { z } from 'zod';
import { verifyStatement } from '@salus/crypto/statement';
import { readStatement, type UnverifiedStatement } from '@salus/protocol';
import type { Patient } from '@salus/protocol/ehr';

/** Statements that end a right. A denial is one by its decision, see {@link isUrgent}. */
const ENDING: ReadonlySet<string> = new Set([
  'ConsentWithdrawal.v1',
  'KeyEnd.v1',
  'DelegationEnd.v1',
  'RecoveryVeto.v1',
]);
/** So many statements' IDs are remembered. */
const REMEMBERED = 50_000;

/** Who signed a statement, as far as the portal can tell. */
export interface StatementSigner {
  /** Whether the statement ends a right: a withdrawal, a key that is lost, a denial. */
  readonly isUrgent: boolean;
  /** Pseudonym and key of whom it is proven to be from; undefined for anything else, and for a repetition. */
  readonly prove: () => Promise<string | undefined>;
}

export interface SignerJudge {
  readonly channel: string;
  readonly patient: (pseudonym: string) => Promise<Patient>;
  readonly clock: () => number;
}

/**
 * Tells whose statements are, so that each key is counted by itself: a thief of one key doesn't use up what the
 * patient may send with another. The ledger judges what a statement does; this says only how fast it may come.
 */
export class StatementSigners {
  readonly #judge: SignerJudge;
  /** IDs of statements that counted as their signer's. Whoever saw one can send it again. */
  readonly #seen = new Set<string>();

  constructor(judge: SignerJudge) {
    this.#judge = judge;
  }

  /** @param jws - as it came, of whatever form */
  of(jws: string): StatementSigner {
    const read = readOrNothing(jws);
    if (!read) return { isUrgent: false, prove: () => Promise.resolve(undefined) };
    return { isUrgent: isUrgent(read.payload), prove: () => this.#prove(read) };
  }

  async #prove(read: UnverifiedStatement): Promise<string | undefined> {
    const { channel, patient, clock } = this.#judge;
    const { payload, head } = read;
    const { pseudonym } = payload as { readonly pseudonym?: unknown };
    if (typeof pseudonym !== 'string') return undefined;
    try {
      const key = (await patient(pseudonym)).keys.find(({ kid }) => kid === head.kid);
      if (key?.status !== 'ACTIVE') return undefined;
      const { type } = payload;
      const use = { type, channel, contract: 'ehr', audience: 'ehr' };
      const { jti } = verifyStatement(read, z.looseObject({}), {
        ...use,
        jwk: key.jwk,
        now: clock(),
      });
      if (!this.#isNew(jti)) return undefined;
      return `${pseudonym} ${key.kid}`;
    } catch {
      // Unknown, not signed by the key, expired, or nobody can tell now: it is counted by address.
      return undefined;
    }
  }

  #isNew(jti: string): boolean {
    if (this.#seen.has(jti)) return false;
    this.#seen.add(jti);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}

function isUrgent(payload: UnverifiedStatement['payload']): boolean {
  const { type } = payload;
  return ENDING.has(type) || (type === 'AccessGrant.v1' && payload['decision'] === 'deny');
}

function readOrNothing(jws: string): UnverifiedStatement | undefined {
  try {
    return readStatement(jws);
  } catch {
    return undefined;
  }
}
