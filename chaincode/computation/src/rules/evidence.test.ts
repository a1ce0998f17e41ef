import type { ComplaintRecord } from '../state/records.js';
import { key, revealed } from '../test-support/ceremonies.js';
import { letterIn, letterTerms } from './evidence.js';

const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

const complaint: ComplaintRecord = {
  ...{ by: 'B', reason: 'SHARE_INVALID', shareId: 's0', against: ['A'], at: 't' },
};
const signed = { ...revealed, signer: new Map([['A', 'f']]) };

describe('evidence of a wrong package', () => {
  test('is the letter of the dealer to who complains, in this ceremony', () => {
    expect(letterTerms(key, signed, complaint)).toEqual({
      keyId: 'k',
      epoch: 0,
      from: 'A',
      to: 'B',
      commitment: 'c',
      signer: 'f',
      shareId: 's0',
      contribution: 'hs0',
    });
  });

  test('is not there for a dealer whose officer the ledger does not know', () => {
    const unknown = failure('ERR_CONFLICT', {
      message: 'nothing tells whose signature is that of A',
      argument: 'reason',
      expected: 'SHARE_MISSING',
      got: 'SHARE_INVALID',
    });
    for (const posted of [
      revealed,
      { ...signed, commitment: new Map() },
      { ...signed, contributions: new Map() },
    ]) {
      expect(() => letterTerms(key, posted, complaint)).toThrow(unknown);
    }
    for (const nobody of [{ against: [] }, { shareId: undefined }]) {
      const about = { ...complaint, ...nobody };
      expect(() => letterTerms(key, signed, about)).toThrow(failure('ERR_CONFLICT'));
    }
  });

  test('has the form of a letter', () => {
    const letter = { body: 'b', token: 't' };
    expect(letterIn(Buffer.from(JSON.stringify(letter)))).toEqual(letter);
    for (const text of ['', '{}', '{"body":1,"token":"t"}', '{"body":"b","token":"t","x":1}']) {
      expect(() => letterIn(Buffer.from(text))).toThrow(
        failure('ERR_LETTER_INVALID', {
          message: 'what is shown is no letter',
          argument: 'letter',
          expected: 'body and token of a letter, in JSON',
        }),
      );
    }
    const long = { ...letter, token: 't'.repeat(16_385) };
    expect(() => letterIn(Buffer.from(JSON.stringify(long)))).toThrow(
      failure('ERR_LETTER_INVALID'),
    );
  });
});
