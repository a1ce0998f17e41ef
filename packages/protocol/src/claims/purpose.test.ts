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
  const opening = { evaluationId: 'claims:c1', openingId: 'o1' } as Opening;
  const leaf = (measure: string) => ({ kind: 'ciphertext', ciphertext: { measure } });
  const ruleOf = (changes: Partial<Claim> = {}, measures = ['c1']) => {
    const inputs = measures.map(leaf);
    const lineage = { evaluation: { leaves: ['line'] }, inputs } as unknown as Lineage;
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
    expect(await ruleOf({ openingId: 'o2' })).toBeUndefined();
    expect(await ruleOf({ evaluationId: 'claims:c2' })).toBeUndefined();
    expect(await ruleOf({ lines: [] })).toBeUndefined();
    expect(await ruleOf({}, ['c1', 'c2'])).toBeUndefined();
    expect(await ruleOf({}, [])).toBeUndefined();
  });
});

describe('the content of a claim', () => {
  const refuse = (mspId: string, hash: string) =>
    claimsPurpose.contentRule?.refuse({ id: 'c1', mspId, hash, now: 0 }, factsOf());

  it.each(['ProviderMSP', 'InsurerMSP', 'AuditorMSP', 'MemberMSP'])(
    'goes to %s: its lines and their sum',
    async (mspId) => {
      expect(await refuse(mspId, 'line')).toBeUndefined();
      expect(await refuse(mspId, 'sum')).toBeUndefined();
      expect(await refuse(mspId, 'other')).toBe('it is no part of the claim');
    },
  );

  it('goes to no other organisation', async () => {
    expect(await refuse('StrangerMSP', 'line')).toBe('the claim does not concern the organisation');
  });
});
