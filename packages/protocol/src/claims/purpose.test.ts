import type { Lineage, Opening } from '../computation/api.js';
import { openingRuleBy } from '../computation/purpose.js';
import type { Claim, Policy } from './api.js';
import { claimsPurpose, type ClaimFacts } from './purpose.js';

const claim = {
  claimId: 'c1',
  policyId: 'p1',
  provider: 'ProviderMSP',
  keyId: 'k1',
  status: 'OPENING',
  evaluationId: 'claims:c1',
  openingId: 'o1',
  resultHash: 'sum',
  lines: [{ ciphertextHash: 'line' }],
} as unknown as Claim;

const factsOf = (changes: Partial<Claim> = {}): ClaimFacts => ({
  getClaim: () => Promise.resolve({ ...claim, ...changes }),
  getPolicy: () =>
    Promise.resolve({ insurer: 'InsurerMSP', auditor: 'AuditorMSP' } as unknown as Policy),
  computation: () => ({
    getKey: () => Promise.resolve({ committee: { members: ['MemberMSP'] } } as never),
  }),
});

describe('the rule for the opening of a claim', () => {
  const opening = { evaluationId: 'claims:c1', resultHash: 'sum' } as Opening;
  const ruleOf = (changes: Partial<Claim> = {}, measures = ['c1']) => {
    const ciphertexts = measures.map((measure) => ({ ciphertextHash: measure, measure }));
    const inputs = measures.map((id) => ({ kind: 'ciphertext', id }));
    const evaluation = { evaluationId: 'e', leaves: ['line'], inputs };
    const lineage = { evaluation, steps: [], ciphertexts } as unknown as Lineage;
    return openingRuleBy(claimsPurpose, { opening, lineage }, factsOf(changes));
  };
  const refusal = async (mspId: string, recipients: string[], changes: Partial<Claim> = {}) =>
    (await ruleOf(changes))?.refuse({ mspId, role: undefined }, recipients, []);

  it('entitles insurer and auditor of the policy together, for the insurer', async () => {
    const both = ['InsurerMSP', 'AuditorMSP'];
    expect(await refusal('InsurerMSP', both)).toBeUndefined();
    expect(await refusal('AuditorMSP', both)).toBe('REQUESTER_NOT_ENTITLED');
    expect(await refusal('InsurerMSP', ['InsurerMSP'])).toBe('RECIPIENTS_NOT_ENTITLED');
    expect(await refusal('InsurerMSP', both, { status: 'ADJUDICATED' })).toBe('ALREADY_OPENED');
  });

  it('is none where claim, evaluation and opening do not belong together', async () => {
    expect(await ruleOf({ resultHash: 'other' })).toBeUndefined();
    expect(await ruleOf({ evaluationId: 'claims:c2' })).toBeUndefined();
    expect(await ruleOf({ lines: [] })).toBeUndefined();
    expect(await ruleOf({}, ['c1', 'c2'])).toBeUndefined();
    expect(await ruleOf({}, [])).toBeUndefined();
    const ofNone = { evaluation: { inputs: [{ kind: 'ciphertext', id: 'x' }] } };
    const lineage = { ...ofNone, steps: [], ciphertexts: [] } as unknown as Lineage;
    expect(await openingRuleBy(claimsPurpose, { opening, lineage }, factsOf())).toBeUndefined();
  });
});

describe('the content of a claim', () => {
  const refuse = (mspId: string, role: string | undefined, hash: string) =>
    claimsPurpose.contentRule?.refuse({ id: 'c1', mspId, role, hash, now: 0 }, factsOf());
  const strange = 'the claim does not concern the asker';

  it.each([
    ['ProviderMSP', 'billing'],
    ['MemberMSP', 'committee'],
  ])('goes to %s, role %s: its lines and their sum', async (mspId, role) => {
    expect(await refuse(mspId, role, 'line')).toBeUndefined();
    expect(await refuse(mspId, role, 'sum')).toBeUndefined();
    expect(await refuse(mspId, role, 'other')).toBe('it is no part of the claim');
  });

  it.each([
    ['InsurerMSP', 'adjuster'],
    ['AuditorMSP', 'auditor'],
  ])('goes to %s, role %s: the sum and no line', async (mspId, role) => {
    expect(await refuse(mspId, role, 'sum')).toBeUndefined();
    expect(await refuse(mspId, role, 'line')).toBe(strange);
  });

  it.each([
    ['StrangerMSP', 'adjuster'],
    ['StrangerMSP', 'auditor'],
    ['StrangerMSP', 'committee'],
    ['InsurerMSP', 'auditor'],
    ['InsurerMSP', undefined],
    ['AuditorMSP', 'adjuster'],
    ['MemberMSP', 'adjuster'],
  ])('does not go to %s, role %s', async (mspId, role) => {
    expect(await refuse(mspId, role, 'sum')).toBe(strange);
    expect(await refuse(mspId, role, 'line')).toBe(strange);
  });
});
