/** Every purpose that collective keys of the network's chaincodes may have; another one is one entry. */
import { claimsPurpose, type ClaimFacts } from '../claims/purpose.js';
import type { OpeningRule } from '../computation/opening.js';
import {
  openingRuleBy,
  type ComputationPurpose,
  type ContentRule,
  type OpeningOnLedger,
} from '../computation/purpose.js';
import { studyPurpose, type StudyFacts } from '../statistics/purpose.js';

/** What the rules of all purposes ask of the ledger. */
export type PurposeLedger = ClaimFacts & StudyFacts;

export const computationPurposes: readonly ComputationPurpose<PurposeLedger>[] = [
  claimsPurpose,
  studyPurpose,
];

/** The rule of an opening by the purpose of its key; undefined where the ledger does not bear it out. */
export function openingRuleOf(
  about: OpeningOnLedger,
  ledger: PurposeLedger,
): Promise<OpeningRule | undefined> {
  const entry = computationPurposes.find(({ purpose }) => purpose === about.opening.purpose);
  return entry ? openingRuleBy(entry, about, ledger) : Promise.resolve(undefined);
}

/** The rule for the matter that a request names, with the matter's ID. */
export function contentRuleOf(
  by: Readonly<Record<string, string>>,
): { readonly rule: ContentRule<PurposeLedger>; readonly id: string } | undefined {
  const found = computationPurposes.flatMap(({ contentRule: rule }) => {
    const id = rule && by[rule.by];
    return rule && id !== undefined ? [{ rule, id }] : [];
  });
  return found[0];
}
