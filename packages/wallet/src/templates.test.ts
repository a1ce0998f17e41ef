import { accessGrant } from '@salus/protocol';
import { isWhole } from './consent.js';
import { walletRequest, type RequestOf } from './requests.js';
import { fillIn, missingFor, templateNames, type TemplateName } from './templates.js';
import { shownAs, textLanguages, wordingOf } from './texts.js';

const wish = { mspId: 'ValleyHospitalMSP', categories: ['laboratory'], records: ['r1'] } as const;
const request = (name: TemplateName, more: object = {}) =>
  walletRequest.parse({
    type: 'grant',
    template: name,
    ...fillIn(name, { ...wish, ...more }),
  }) as RequestOf<'grant'>;

describe('templates of grants', () => {
  it.each(templateNames)('%s makes a grant that the contract knows', (name) => {
    const { categories, records, grantee, purposes, maxUses, onward, obligations } = request(name);
    const grant = accessGrant.safeParse({
      pseudonym: 'p'.repeat(43),
      decision: 'permit',
      grantee,
      scope: {
        ...(categories && { categoryTags: categories.map(() => 't'.repeat(43)).slice(0, 1) }),
        ...(records && { records }),
      },
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2026-02-01T00:00:00Z',
      purposes,
      maxUses,
      onward,
      obligations,
      template: name,
    });
    expect(grant.error).toBeUndefined();
  });

  it('hand the keys of whole categories to the treatment team alone', () => {
    const { records: _, ...categoriesOnly } = wish;
    const whole = templateNames.filter((name) =>
      isWhole(
        walletRequest.parse({
          type: 'grant',
          ...fillIn(name, categoriesOnly),
        }) as RequestOf<'grant'>,
      ),
    );
    expect(whole).toEqual(['treatment-team']);
  });

  it('tell what is missing', () => {
    expect(missingFor('insurer-claim', { mspId: 'InsurerMSP' })).toEqual(['records']);
    expect(missingFor('research', {})).toEqual(['mspId', 'categories']);
    expect(missingFor('emergency', { mspId: 'CityHospitalMSP' })).toEqual([]);
  });

  it('let the patient name somebody else, or another time', () => {
    expect(fillIn('referral', { ...wish, practitioner: 'dr-1', days: 7 })).toMatchObject({
      grantee: { mspId: 'ValleyHospitalMSP', practitioner: 'dr-1' },
      days: 7,
    });
    expect(fillIn('referral', wish).grantee).toEqual({
      mspId: 'ValleyHospitalMSP',
      role: 'physician',
    });
  });
});

describe('texts that patients are shown', () => {
  it.each([...templateNames, 'grant', 'deny-until'] as const)('%s is in every language', (name) => {
    const texts = textLanguages.map((language) => wordingOf(name, language).text);
    expect(new Set(texts).size).toBe(textLanguages.length);
    for (const text of texts) expect(text).toMatch(/\{grantee\}.*\{scope\}.*\{end\}/);
  });

  it('of a denial without an end is in every language', () => {
    const texts = textLanguages.map((language) => wordingOf('deny', language).text);
    expect(new Set(texts).size).toBe(textLanguages.length);
    for (const text of texts) expect(text).toMatch(/\{grantee\}.*\{scope\}/);
    for (const text of texts) expect(text).not.toContain('{end}');
  });

  it('of denials have the version of their wording', () => {
    expect(wordingOf('deny').version).toBe('deny.2');
    expect(wordingOf('deny-until').version).toBe('deny-until.1');
    expect(wordingOf('grant').version).toBe('grant.1');
  });

  it('are in the nearest language, and in English where there is none', () => {
    expect(wordingOf('deny', 'fr-CH').language).toBe('fr');
    expect(wordingOf('deny', 'rm').language).toBe('en');
  });

  it('are filled in with names, not with names of members', () => {
    const text = { version: '1', language: 'en', text: '{grantee} {other} {constructor}' };
    expect(shownAs(text, { grantee: 'A' })).toBe('A {other} {constructor}');
  });
});
