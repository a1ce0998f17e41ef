import type { Referral } from '@salus/protocol/ehr';
import { expectR4 } from '@salus/testing/fhir-r4';
import { referralTaskOf, serviceRequestOf } from './referral.js';

const referral: Referral = {
  pseudonym: 'p'.repeat(43),
  referralId: 'ref_1',
  serviceRequest: 'sr-1',
  to: { mspId: 'ValleyHospitalMSP', role: 'physician' },
  records: ['r-1', 'r_2'],
  grantId: '6e7e5c8a-2a7b-4d0a-9f6b-0a8f3d1f3b11',
  priority: 'urgent',
  notAfter: '2026-12-24T00:00:00Z',
  from: 'CityHospitalMSP',
  referredAt: '2026-11-21T10:00:00.000Z',
  status: 'REQUESTED',
};
const answered: Referral = {
  ...referral,
  status: 'ANSWERED',
  acceptedAt: '2026-11-22T10:00:00.000Z',
  answers: [{ at: '2026-11-23T10:00:00.000Z', records: ['a-1'] }],
};
const declined: Referral = {
  ...referral,
  to: { mspId: 'ValleyHospitalMSP' },
  records: [],
  status: 'DECLINED',
  declined: { at: '2026-11-22T10:00:00.000Z', reason: 'NO_CAPACITY' },
};

describe('a referral in FHIR', () => {
  it.each([referral, answered, declined])('is R4 while $status', (one) => {
    expectR4(serviceRequestOf(one));
    expectR4(referralTaskOf(one));
  });

  it('tells what is handed over, to whom, until when, and what came back', () => {
    expect(serviceRequestOf(referral)).toMatchObject({
      id: 'ref.1',
      status: 'active',
      priority: 'urgent',
      performer: [{ identifier: { value: 'ValleyHospitalMSP' } }],
      supportingInfo: ['sr-1', 'r-1', 'r_2'].map((value) => ({ identifier: { value } })),
    });
    expect(referralTaskOf(answered)).toMatchObject({
      status: 'completed',
      lastModified: '2026-11-23T10:00:00.000Z',
      restriction: { period: { end: referral.notAfter } },
      output: [{ valueReference: { reference: 'DocumentReference/a-1' } }],
    });
    expect(referralTaskOf(declined)).toMatchObject({
      status: 'rejected',
      statusReason: { coding: [{ code: 'NO_CAPACITY' }] },
    });
  });
});
