import { endorsementPolicyOf } from './definition.js';

describe('the endorsement policy of a chaincode', () => {
  const endorsement = { default: 'AND(A, B)', ehr: 'OR(A, B)' };

  it.each([
    ['ehr', 'OR(A, B)'],
    ['claims', 'AND(A, B)'],
    ['constructor', 'AND(A, B)'],
    ['toString', 'AND(A, B)'],
    ['__proto__', 'AND(A, B)'],
  ])('%s is what the topology names for it, or the default', (name, policy) => {
    expect(endorsementPolicyOf({ endorsement }, name)).toBe(policy);
  });
});
