import type { AccessGrant } from '@salus/protocol';
import {
  standing,
  type Delegate,
  type Patient,
  type PatientKey,
  type SignedGrant,
} from '@salus/protocol/ehr';
import {
  consentOf,
  describeGrant,
  describeShare,
  entryOf,
  isOver,
  type StoredGrant,
  type StoredShare,
  type Tombstone,
} from './stored-grant.js';

const terms: AccessGrant = {
  pseudonym: 'p',
  decision: 'permit',
  grantee: { mspId: 'ValleyMSP' },
  scope: { records: ['r1'] },
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-03T00:00:00Z',
};
const exp = Date.parse('2026-05-01T01:00:00Z') / 1000;

function stored(more: Partial<AccessGrant> = {}, times: Partial<StoredGrant> = {}): StoredGrant {
  const claims = {
    type: 'AccessGrant.v1',
    channel: 'c',
    contract: 'ehr',
    audience: 'ehr',
    kid: 'k1',
    jti: 'g1',
    iat: exp - 600,
    exp,
    ...terms,
    ...more,
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return {
    grantId: 'g1',
    statement: `e30.${payload}.AA`,
    grantedAt: '2026-05-01T00:30:00.000Z',
    relayed: { by: { mspId: 'CityMSP', id: 'x' }, transactionId: 't' },
    ...times,
  };
}
const share: StoredShare = {
  shareId: 's1',
  pseudonym: 'p',
  grantId: 'g1',
  grantee: { mspId: 'PharmaMSP' },
  sharedAt: '2026-05-01T02:00:00.000Z',
  notAfter: '2026-05-02T00:00:00Z',
  relayed: { by: { mspId: 'ValleyMSP', id: 'y' }, transactionId: 's1' },
};
const tombstone: Tombstone = { grantId: 'g2', buriedAt: '2026-05-01T00:00:00.000Z' };

const key = (kid: string, more: Partial<PatientKey> = {}): PatientKey => ({
  kid,
  jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
  hpkePublicKey: 'h',
  purposes: ['consent'],
  notBefore: '2026-01-01T00:00:00Z',
  status: 'ACTIVE',
  addedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});
const patient = (...keys: readonly PatientKey[]): Patient => ({
  pseudonym: 'p',
  registeredBy: 'CityMSP',
  registeredAt: '2026-01-01T00:00:00.000Z',
  status: 'ACTIVE',
  keys,
  delegates: [],
  categoryKeys: {},
});
const whole = patient(key('k1'), key('k2'));
const lost = (kid: string, lostSince?: string) => {
  const end = { status: 'LOST', ...(lostSince !== undefined && { lostSince }) } as const;
  return patient(...['k1', 'k2'].map((each) => key(each, each === kid ? end : {})));
};
const withdrawal = { withdrawnAt: '2026-05-01T05:00:00.000Z', withdrawnBy: 'k2' };

test('a grant is described by what was signed and when it came and went', () => {
  const { statement } = stored();
  const grant = { ...terms, grantId: 'g1', kid: 'k1', statement };
  const grantedAt = '2026-05-01T00:30:00.000Z';
  expect(describeGrant(stored())).toStrictEqual({ ...grant, grantedAt });
  expect(describeGrant(stored({}, withdrawal))).toStrictEqual({
    ...grant,
    grantedAt,
    ...withdrawal,
  });
});

test('a share is described with who made it: who brought it', () => {
  const { relayed, ...terms } = share;
  const sharedBy = { mspId: 'ValleyMSP' };
  expect(describeShare(share)).toStrictEqual({ ...terms, sharedBy });
  const staff = { ...sharedBy, role: 'physician', practitioner: 'dr-1' };
  const by = { ...relayed.by, ...staff };
  expect(describeShare({ ...share, relayed: { ...relayed, by } })).toStrictEqual({
    ...terms,
    sharedBy: staff,
  });
});

test('a grant is described with the delegations that it was signed and withdrawn under', () => {
  const under = { delegateId: 'd1', withdrawnUnder: 'd2' };
  expect(describeGrant(stored({}, under))).toStrictEqual({ ...describeGrant(stored()), ...under });
});

test('a decision goes by grants and shares, not by tombstones', () => {
  const { grants, shares } = consentOf(whole, [stored(), share, tombstone]);
  expect(grants.map(({ grantId, voided }) => [grantId, voided])).toEqual([['g1', false]]);
  expect(shares).toEqual([describeShare(share)]);
});

describe('the standing of a grant', () => {
  const stand = (of: Patient, grant: StoredGrant) => {
    const { withdrawnAt, voided } = standing(of, describeGrant(grant));
    return { withdrawn: withdrawnAt !== undefined, voided };
  };

  test('a lost key voids what it signed, from when it was lost', () => {
    const grant = stored();
    expect(stand(lost('k1'), grant)).toEqual({ withdrawn: false, voided: true });
    expect(stand(lost('k1', '2026-05-01T00:30:00Z'), grant).voided).toBe(true);
    expect(stand(lost('k1', '2026-05-01T00:31:00Z'), grant).voided).toBe(false);
    expect(stand(lost('k2'), grant).voided).toBe(false);
  });

  test('a lost key voids a permit at once, and a deny once its end is final', () => {
    const endings = [
      { key: 'k1', by: 'k2', status: 'LOST', at: '2026-05-02T00:00:00Z', finalAt: 'later' },
    ] as const;
    const [permit, deny] = [stored(), stored({ decision: 'deny' })];
    expect(stand(lost('k1'), deny).voided).toBe(true);
    expect(stand({ ...lost('k1'), endings }, deny).voided).toBe(false);
    expect(stand({ ...lost('k1'), endings }, permit).voided).toBe(true);
    // What it withdrew of denies is in force again at once: that closes.
    const withdrawn = stored({ decision: 'deny' }, { ...withdrawal, withdrawnBy: 'k1' });
    expect(stand({ ...lost('k1'), endings }, withdrawn).withdrawn).toBe(false);
  });

  test('a permit that was withdrawn stays so, whoever found the key', () => {
    expect(stand(whole, stored({}, withdrawal)).withdrawn).toBe(true);
    expect(stand(lost('k2'), stored({}, withdrawal)).withdrawn).toBe(true);
  });

  test('a deny that a lost key withdrew is in force again', () => {
    const deny = stored({ decision: 'deny' }, withdrawal);
    expect(stand(whole, deny).withdrawn).toBe(true);
    expect(stand(lost('k2'), deny).withdrawn).toBe(false);
    expect(stand(lost('k2', '2026-05-02T00:00:00Z'), deny).withdrawn).toBe(true);
    const { withdrawnBy: _by, ...unsigned } = deny;
    expect(stand(lost('k2'), unsigned).withdrawn).toBe(true);
  });
});

describe('the standing of a grant by a delegate', () => {
  const delegation = (delegateId: string, more: Partial<Delegate> = {}): Delegate => ({
    ...{ delegateId, kid: 'carer', jwk: { kty: 'OKP', crv: 'Ed25519', x: 'c' } },
    ...{ relation: 'CARER', when: 'ALWAYS', actions: ['grant'] },
    ...{ notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z' },
    ...{ addedAt: '2026-01-01T00:00:00.000Z', addedBy: 'k1' },
    ...more,
  });
  // Who found the key made the second one, after the loss.
  const found: Patient = {
    ...lost('k1', '2026-02-01T00:00:00Z'),
    delegates: [
      delegation('narrow', { categoryTags: ['vital-signs'] }),
      delegation('wide', { addedAt: '2026-03-01T00:00:00.000Z' }),
    ],
  };
  const by = (delegateId: string | undefined, categoryTag: string): SignedGrant => ({
    ...describeGrant(stored()),
    ...{ kid: 'carer', scope: { categoryTags: [categoryTag] } },
    ...(delegateId !== undefined && { delegateId }),
  });

  test.each<[string | undefined, string, boolean]>([
    ['narrow', 'vital-signs', false],
    ['wide', 'vital-signs', true],
    ['wide', 'psychiatry', true],
    [undefined, 'vital-signs', false],
    [undefined, 'psychiatry', true],
  ])('under the delegation %s of %s', (delegateId, categoryTag, voided) => {
    expect(standing(found, by(delegateId, categoryTag)).voided).toBe(voided);
  });

  test('that was a deny, and was withdrawn under a void delegation, is in force again', () => {
    const withdrawn = { ...withdrawal, withdrawnBy: 'carer' };
    const deny = (withdrawnUnder: string) =>
      standing(found, {
        ...by('narrow', 'vital-signs'),
        decision: 'deny',
        ...withdrawn,
        withdrawnUnder,
      });
    expect(deny('narrow').withdrawnAt).toBe(withdrawal.withdrawnAt);
    expect(deny('wide').withdrawnAt).toBeUndefined();
  });
});

describe('the line of the audit trail', () => {
  const by = { mspId: 'CityMSP', id: 'x' };
  const at = '2026-05-01T00:30:00.000Z';

  test('names a grant GRANTED and a deny DENIED', () => {
    const line = { transactionId: 't', by, at, grantId: 'g1' };
    expect(entryOf(stored())).toStrictEqual({ ...line, action: 'GRANTED' });
    expect(entryOf(stored({ decision: 'deny' }))).toStrictEqual({ ...line, action: 'DENIED' });
  });

  test('names an onward share with its grant', () => {
    expect(entryOf(share)).toStrictEqual({
      ...share.relayed,
      at: share.sharedAt,
      action: 'SHARED_ONWARD',
      grantId: 'g1',
      shareId: 's1',
    });
  });
});

describe('a statement that may be put away', () => {
  const EXPIRED = '2026-05-01T02:00:00.000Z';
  const JUST_BEFORE = '2026-05-01T01:59:59.999Z';
  const ENDED = '2026-05-03T01:00:00.000Z';

  test('is a grant that has ended, later by what clocks may be off', () => {
    for (const decision of ['permit', 'deny'] as const) {
      expect(isOver(stored({ decision }), ENDED)).toBe(true);
      expect(isOver(stored({ decision }), '2026-05-03T00:59:59.999Z')).toBe(false);
    }
  });

  test('is a withdrawn permit, once its statement can not come again', () => {
    expect(isOver(stored({}, withdrawal), EXPIRED)).toBe(true);
    expect(isOver(stored({}, withdrawal), JUST_BEFORE)).toBe(false);
    expect(isOver(stored({ notAfter: '2026-05-01T01:00:00Z' }), JUST_BEFORE)).toBe(false);
  });

  test('is no withdrawn deny, which may come back', () => {
    expect(isOver(stored({ decision: 'deny' }, withdrawal), EXPIRED)).toBe(false);
  });

  test('is a share that has ended or was withdrawn', () => {
    expect(isOver(share, '2026-05-02T00:00:00.000Z')).toBe(true);
    expect(isOver(share, '2026-05-01T23:59:59.999Z')).toBe(false);
    expect(isOver({ ...share, ...withdrawal }, '2026-05-01T06:00:00.000Z')).toBe(true);
  });

  test('is no tombstone, whose grant may still come', () => {
    expect(isOver(tombstone, '2030-01-01T00:00:00.000Z')).toBe(false);
  });
});
