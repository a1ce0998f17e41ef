import { isWhole } from './consent.js';
import { walletRequest, type RequestOf } from './requests.js';

const asked = (more: object = {}) =>
  walletRequest.parse({
    type: 'grant',
    grantee: { mspId: 'ValleyHospitalMSP' },
    categories: ['laboratory'],
    days: 30,
    ...more,
  }) as RequestOf<'grant'>;

describe('keys of whole categories', () => {
  it('go to an organisation that is granted them without a condition', () => {
    expect(isWhole(asked())).toBe(true);
    expect(isWhole(asked({ onward: true }))).toBe(true);
  });

  it.each<[string, object]>([
    ['a denial', { decision: 'deny' }],
    ['a grant to a role', { grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' } }],
    ['a grant to a practitioner', { grantee: { mspId: 'ValleyHospitalMSP', practitioner: 'p' } }],
    ['a grant to nobody’s organisation', { grantee: { practitioner: 'p' } }],
    ['a grant of every category', { categories: undefined }],
    ['a grant by label', { labels: [{ system: 's', code: 'N' }] }],
    ['a grant of records', { records: ['r'] }],
    ['a grant for a purpose', { purposes: ['TREAT'] }],
    ['a number of uses', { maxUses: 3 }],
    ['a grant that is not to be passed on', { onward: false }],
    ...(['DEID', 'REDACT', 'ANONY', 'PSEUD', 'NOREUSE', 'NORDSCLCD'] as const).map(
      (one): [string, object] => [`a grant under ${one}`, { obligations: [one] }],
    ),
  ])('do not go with %s', (_, more) => {
    expect(isWhole(asked(more))).toBe(false);
  });
});
