import { SYSTEM } from '../systems.js';
import { changesContent, profileUnder } from './obligations.js';

const labelled = (code: string) => [{ system: SYSTEM.confidentiality, code }];

describe('the profile that obligations and labels ask for', () => {
  it.each([
    ['PSEUD', 'L', 'limited'],
    ['PSEUD', 'N', 'standard'],
    ['DEID', 'L', 'standard'],
    ['MASK', 'L', 'standard'],
    ['REDACT', 'N', 'standard'],
    ['DEID', 'R', 'strict'],
    ['ANONY', 'L', 'strict'],
  ] as const)('is, under %s for a content of confidentiality %s, %s', (one, code, profile) => {
    expect(profileUnder([one], labelled(code))).toBe(profile);
  });

  it('is the strictest of several', () => {
    expect(profileUnder(['PSEUD', 'ANONY', 'DEID'], labelled('L'))).toBe('strict');
    expect(profileUnder(['NORDSCLCD'], labelled('L'))).toBe('limited');
  });
});

describe('obligations', () => {
  it.each(['ANONY', 'DEID', 'MASK', 'PSEUD', 'REDACT'] as const)(
    'change the content: %s',
    (one) => {
      expect(changesContent(['NORDSCLCD', one])).toBe(true);
    },
  );

  it('leave the content as it is where they bind the reader alone', () => {
    expect(changesContent([])).toBe(false);
    expect(changesContent(['NORDSCLCD', 'NOREUSE'])).toBe(false);
  });
});
