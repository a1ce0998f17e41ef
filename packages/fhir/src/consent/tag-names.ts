import { categories } from '../category.js';
import { CLOSED_WITH_OTHERS } from '../label-closure.js';
import { CONFIDENTIALITIES, labelText, type SecurityLabel } from '../labels.js';
import { SENSITIVITY_RULES } from '../sensitivity.js';
import { SYSTEM } from '../systems.js';

/**
 * Names of the tags that stand for categories and labels on the ledger. Only who has the patient's tag
 * key can tell: the wallet, and hospitals that care for the patient.
 */
export interface TagNames {
  categoryOf(tag: string): string | undefined;
  labelOf(tag: string): SecurityLabel | undefined;
  tagOfCategory(category: string): string | undefined;
  tagOfLabel(label: SecurityLabel): string | undefined;
  /** Of all categories that there are. */
  readonly categoryTags: readonly string[];
}

/** How the patient's tags are made. */
export interface Tagging {
  categoryTag(category: string): string;
  labelTag(label: SecurityLabel): string;
}

const KNOWN_LABELS: readonly SecurityLabel[] = [
  ...CONFIDENTIALITIES.map((code) => ({ system: SYSTEM.confidentiality, code })),
  ...[...SENSITIVITY_RULES.map(({ code }) => code), 'ETH', 'BH', 'MH', 'DEMO', 'COGN', 'TBOO'].map(
    (code) => ({ system: SYSTEM.actCode, code }),
  ),
  ...CLOSED_WITH_OTHERS,
];

/**
 * Names by a patient's tag key: tags are one-way, so names are found among those that are known.
 *
 * @param labels - labels beyond those that `labelsOf` derives and HL7's confidentiality codes
 */
export function tagNames(tagging: Tagging, labels: readonly SecurityLabel[] = []): TagNames {
  const names = new Map(categories.map((category) => [tagging.categoryTag(category), category]));
  const known = new Map(
    [...KNOWN_LABELS, ...labels].map((label) => [tagging.labelTag(label), label]),
  );
  const texts = new Set([...known.values()].map(labelText));
  return {
    categoryOf: (tag) => names.get(tag),
    labelOf: (tag) => known.get(tag),
    tagOfCategory: (category) =>
      (categories as readonly string[]).includes(category)
        ? tagging.categoryTag(category)
        : undefined,
    tagOfLabel: (label) => (texts.has(labelText(label)) ? tagging.labelTag(label) : undefined),
    categoryTags: [...names.keys()],
  };
}
