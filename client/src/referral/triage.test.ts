import type { Referral } from '@salus/protocol/ehr';
import { triaged } from './triage.js';

const referral = (referralId: string, more: Partial<Referral>): Referral => ({
  pseudonym: 'p',
  referralId,
  serviceRequest: referralId,
  to: { mspId: 'ValleyHospitalMSP' },
  records: ['r'],
  grantId: 'g',
  priority: 'routine',
  notAfter: '2026-12-24T00:00:00.000Z',
  from: 'CityHospitalMSP',
  referredAt: '2026-11-21T10:00:00.000Z',
  status: 'REQUESTED',
  ...more,
});

describe('triage', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');
  const order = (...referrals: Referral[]) =>
    triaged(referrals, now).map(({ referralId }) => referralId);

  it('takes the most pressing first, and of these the longest waiting', () => {
    const given = [
      referral('late', { priority: 'urgent', referredAt: '2026-11-21T12:00:00.000Z' }),
      referral('routine', { referredAt: '2026-11-20T10:00:00.000Z' }),
      referral('early', { priority: 'urgent' }),
      referral('asap', { priority: 'asap' }),
      referral('stat', { priority: 'stat', status: 'ACCEPTED' }),
    ];
    expect(order(...given)).toEqual(['stat', 'asap', 'early', 'late', 'routine']);
  });

  it('leaves out what waits for nothing', () => {
    const given = [
      referral('answered', { status: 'ANSWERED' }),
      referral('declined', { status: 'DECLINED' }),
      referral('ended', { notAfter: '2026-11-22T00:00:00Z' }),
    ];
    expect(order(...given)).toEqual([]);
  });
});
