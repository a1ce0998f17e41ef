import { defectOfDelegation, type DelegatedDeed, type DelegationTerms } from './delegation.js';

const at = '2026-05-10T12:00:00.000Z';
const terms = (more: Partial<DelegationTerms> = {}): DelegationTerms => ({
  actions: ['grant', 'access'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-06-01T00:00:00Z',
  ...more,
});

test.each<[string, Partial<DelegationTerms>, Partial<DelegatedDeed>, string | undefined]>([
  ['for everything', {}, {}, undefined],
  ['at its first moment', { notBefore: at }, {}, undefined],
  ['before it begins', { notBefore: '2026-05-10T12:00:00.001Z' }, {}, 'NOT_YET_VALID'],
  ['at its end', { notAfter: at }, {}, 'EXPIRED'],
  ['just before its end', { notAfter: '2026-05-10T12:00:00.001Z' }, {}, undefined],
  ['for other actions', {}, { action: 'erase' }, 'ACTION'],
  ['of the category', { categoryTags: ['lab', 'x'] }, { categoryTags: ['lab'] }, undefined],
  ['of some categories', { categoryTags: ['lab'] }, { categoryTags: ['lab', 'x'] }, 'CATEGORIES'],
  ['of categories, where any is touched', { categoryTags: ['lab'] }, {}, 'CATEGORIES'],
  [
    'of categories, where none is named',
    { categoryTags: ['lab'] },
    { categoryTags: [] },
    'CATEGORIES',
  ],
])('a delegation %s', (_which, more, deed, defect) => {
  expect(defectOfDelegation(terms(more), { action: 'grant', ...deed }, at)).toBe(defect);
});
