import type { KeyRecord, OutcomeRecord, PolicyRecord } from '../records.js';
import { decideOpening, type OpeningQuestion } from './opening.js';

const key = { keyId: 'k', publicKeyHash: 'hash' } as KeyRecord;
const question: OpeningQuestion = {
  requester: { mspId: 'InsurerMSP', role: 'adjuster' },
  recipients: ['RegulatorMSP', 'InsurerMSP'],
  policy: { insurer: 'InsurerMSP', auditor: 'RegulatorMSP' } as PolicyRecord,
  key,
  sum: { program: 'sum.v1', resultHash: 'r', summedAt: 't' },
  outcome: undefined,
};
const outcome = (status: OutcomeRecord['status']): OutcomeRecord => ({ status, openingId: 'o' });

describe('the decision on an opening', () => {
  test.each<[string, Partial<OpeningQuestion>, string]>([
    ['the insurer asks for itself and its auditor', {}, 'ENTITLED'],
    [
      'an opening was asked for before and led to nothing',
      { outcome: outcome('OPENING') },
      'ENTITLED',
    ],
    [
      'another organisation asks',
      { requester: { mspId: 'PharmaMSP', role: 'adjuster' } },
      'REQUESTER_NOT_ENTITLED',
    ],
    [
      'another role asks',
      { requester: { mspId: 'InsurerMSP', role: 'store' } },
      'REQUESTER_NOT_ENTITLED',
    ],
    [
      'somebody without a role asks',
      { requester: { mspId: 'InsurerMSP', role: undefined } },
      'REQUESTER_NOT_ENTITLED',
    ],
    ['the insurer alone is to see it', { recipients: ['InsurerMSP'] }, 'RECIPIENTS_NOT_ENTITLED'],
    ['the auditor alone is to see it', { recipients: ['RegulatorMSP'] }, 'RECIPIENTS_NOT_ENTITLED'],
    [
      'another organisation is to see it instead',
      { recipients: ['InsurerMSP', 'PharmaMSP'] },
      'RECIPIENTS_NOT_ENTITLED',
    ],
    [
      'another organisation is to see it too',
      { recipients: ['InsurerMSP', 'RegulatorMSP', 'PharmaMSP'] },
      'RECIPIENTS_NOT_ENTITLED',
    ],
    ['the key is not active', { key: { keyId: 'k' } as KeyRecord }, 'KEY_NOT_ACTIVE'],
    ['the claim is not summed', { sum: undefined }, 'CLAIM_NOT_SUMMED'],
    ['the claim is adjudicated', { outcome: outcome('ADJUDICATED') }, 'ALREADY_OPENED'],
    ['the claim is settled', { outcome: outcome('SETTLED') }, 'ALREADY_OPENED'],
  ])('when %s', (_name, change, reason) => {
    expect(decideOpening({ ...question, ...change })).toBe(reason);
  });
});
