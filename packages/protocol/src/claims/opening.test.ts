import type { OpeningRequester } from '../computation/opening.js';
import type { Claim } from './api.js';
import { claimOpeningRule } from './opening.js';

const policy = { insurer: 'InsurerMSP', auditor: 'RegulatorMSP' };
const both = ['RegulatorMSP', 'InsurerMSP'];
const adjuster: OpeningRequester = { mspId: 'InsurerMSP', role: 'adjuster' };
const outcome = (status: Exclude<Claim['status'], 'SUBMITTED' | 'SUMMED'>) => ({ status });

const refuse = (
  requester: OpeningRequester,
  recipients: readonly string[],
  found: ReturnType<typeof outcome> | undefined,
) => claimOpeningRule(policy, found).refuse(requester, recipients, []);

describe('the rule of claims on an opening', () => {
  test.each([
    ['the insurer asks for itself and its auditor', undefined],
    ['an opening was asked for before and led to nothing', outcome('OPENING')],
  ])('refuses nothing when %s', (_name, found) => {
    expect(refuse(adjuster, both, found)).toBeUndefined();
  });

  test.each<[string, OpeningRequester]>([
    ['another organisation', { mspId: 'PharmaMSP', role: 'adjuster' }],
    [
      'the auditor, who reads what an insurer has opened',
      { mspId: 'RegulatorMSP', role: 'auditor' },
    ],
    [
      "the auditor's organisation by the insurer's role",
      { mspId: 'RegulatorMSP', role: 'adjuster' },
    ],
    ['another role', { mspId: 'InsurerMSP', role: 'store' }],
    ['somebody without a role', { mspId: 'InsurerMSP', role: undefined }],
  ])('refuses %s', (_name, requester) => {
    expect(refuse(requester, both, undefined)).toBe('REQUESTER_NOT_ENTITLED');
  });

  test.each([
    ['the insurer alone', ['InsurerMSP']],
    ['the auditor alone', ['RegulatorMSP']],
    ['another organisation instead', ['InsurerMSP', 'PharmaMSP']],
    ['another organisation too', ['InsurerMSP', 'RegulatorMSP', 'PharmaMSP']],
  ])('refuses %s as recipient', (_name, recipients) => {
    expect(refuse(adjuster, recipients, undefined)).toBe('RECIPIENTS_NOT_ENTITLED');
  });

  test.each(['ADJUDICATED', 'SETTLED'] as const)('refuses a claim that is %s', (status) => {
    expect(refuse(adjuster, both, outcome(status))).toBe('ALREADY_OPENED');
  });

  test('opens sums only, and records them by both', () => {
    const rule = claimOpeningRule(policy, undefined);
    expect(rule).toMatchObject({ purpose: 'claims', programs: ['sum.v1'] });
    expect(rule.recorders(both)).toEqual(['InsurerMSP', 'RegulatorMSP']);
    expect(both.map((one) => rule.reader(one))).toEqual(['auditor', 'adjuster']);
  });
});
