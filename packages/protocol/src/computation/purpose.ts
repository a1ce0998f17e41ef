import type { Lineage, Opening } from './api.js';
import type { OpeningRule } from './opening.js';

/** An opening on the ledger, and what it opens. */
export interface OpeningOnLedger {
  readonly opening: Opening;
  readonly lineage: Lineage;
}

/** Who asks a store for a content, by a matter of the purpose. */
export interface ContentQuestion {
  /** ID of the matter, such as a claim's. */
  readonly id: string;
  /** The asker's organisation. */
  readonly mspId: string;
  readonly role: string | undefined;
  readonly hash: string;
  /** In milliseconds. */
  readonly now: number;
}

/** Whom stores serve the contents of a purpose before any opening. */
export interface ContentRule<Ledger> {
  /** By which name a request tells the matter: `claim=<id>`. */
  readonly by: string;
  /** @returns why the content is not served; undefined where it is */
  refuse(question: ContentQuestion, ledger: Ledger): Promise<string | undefined>;
}

/**
 * What a purpose of collective keys adds to the rules for all of them. Contracts, committee members and
 * stores all go by the same entry.
 *
 * @typeParam Ledger - what the rules ask of the ledger; everyone asks its own peer
 */
export interface ComputationPurpose<Ledger> {
  /** As keys name it. */
  readonly purpose: string;
  /**
   * The rule of openings. Where it is the same for every opening, the contract `computation` decides on
   * openings itself. Else the contract beside it does, and the rule is found from what the ledger tells:
   * none where that does not bear out the opening.
   */
  readonly openingRule:
    OpeningRule | ((about: OpeningOnLedger, ledger: Ledger) => Promise<OpeningRule | undefined>);
  /** Without one, only what holds for all purposes is served. */
  readonly contentRule?: ContentRule<Ledger>;
  /**
   * Whether the contract beside `computation` takes ciphertexts out: it knows until when, and what else
   * has to change with it. Those of other purposes are withdrawn by `computation`.
   */
  readonly isWithdrawnBeside?: boolean;
}

/** The rule of an opening by its purpose's entry. */
export function openingRuleBy<Ledger>(
  { openingRule }: ComputationPurpose<Ledger>,
  about: OpeningOnLedger,
  ledger: Ledger,
): Promise<OpeningRule | undefined> {
  return typeof openingRule === 'function'
    ? openingRule(about, ledger)
    : Promise.resolve(openingRule);
}
