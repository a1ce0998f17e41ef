import { categoryTag, labelTag } from '@salus/crypto/content';
import { tagNames, type TagNames } from '@salus/fhir/consent';
import type { MasterIndex } from '../matching/master-index.js';

/** Names of nobody's tags: those of a patient whose wallet has handed its tag key to others only. */
const UNNAMED: TagNames = {
  categoryOf: () => undefined,
  labelOf: () => undefined,
  tagOfCategory: () => undefined,
  tagOfLabel: () => undefined,
  categoryTags: [],
};

/** Names of a patient's tags, as far as this hospital may know them. */
export function namesOf(index: MasterIndex, pseudonym: string): TagNames {
  const { tagKey } = index.get(pseudonym) ?? {};
  if (tagKey === undefined) return UNNAMED;
  return tagNames({
    categoryTag: (category) => categoryTag(tagKey, category),
    labelTag: (label) => labelTag(tagKey, label),
  });
}
