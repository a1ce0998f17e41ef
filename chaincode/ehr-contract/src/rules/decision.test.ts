import type { HealthRecord } from '../api.js';
import { auditOf, describeDecision, type DecisionSubject } from './decision.js';

const record: HealthRecord = {
  recordId: 'r1',
  pseudonym: 'p',
  categoryTag: 'lab',
  contentHash: 'c',
  size: 1,
  detailsHash: 'd',
  store: { mspId: 'CityMSP' },
  custodian: 'CityMSP',
  registeredAt: '2026-05-01T00:00:00.000Z',
};
const subject: DecisionSubject = {
  request: { recordId: 'r1', purpose: 'TREAT', hpkePublicKey: 'h' },
  requester: { mspId: 'ValleyMSP', id: 'x', role: 'physician' },
  record,
  transactionId: 't',
  at: '2026-05-01T12:00:00.000Z',
};
const said = {
  decisionId: 't',
  recordId: 'r1',
  purpose: 'TREAT',
  hpkePublicKey: 'h',
  requester: { mspId: 'ValleyMSP', id: 'x', role: 'physician' },
  decidedAt: '2026-05-01T12:00:00.000Z',
  expiresAt: '2026-05-01T12:05:00.000Z',
};
const line = {
  transactionId: 't',
  at: '2026-05-01T12:00:00.000Z',
  action: 'ACCESS_DECIDED',
  by: { mspId: 'ValleyMSP', id: 'x', role: 'physician' },
  recordId: 'r1',
  purpose: 'TREAT',
};

test('a decision says who may open what, and how long', () => {
  const decision = describeDecision(subject, { permitted: true, reason: 'GRANT', grantId: 'g' });
  const outcome = { permitted: true, reason: 'GRANT', grantId: 'g' };
  const about = { pseudonym: 'p', contentHash: 'c', custodian: 'CityMSP' };
  expect(decision).toStrictEqual({ ...said, ...about, ...outcome });
  expect(auditOf(decision)).toStrictEqual({ ...line, ...outcome });
});

test('a denial of an unknown record says nothing of one', () => {
  const outcome = { permitted: false, reason: 'UNKNOWN_RECORD' } as const;
  const decision = describeDecision({ ...subject, record: undefined }, outcome);
  expect(decision).toStrictEqual({ ...said, ...outcome });
  expect(auditOf(decision)).toStrictEqual({ ...line, ...outcome });
});
