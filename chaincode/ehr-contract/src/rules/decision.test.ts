import { hashOf } from '@salus/protocol';
import type { HealthRecord, Patient } from '@salus/protocol/ehr';
import { auditOf, describeDecision, refOf, type DecisionSubject } from './decision.js';

const record: HealthRecord = {
  recordId: 'r1',
  pseudonym: 'p',
  categoryTag: 'lab',
  labelTags: [],
  contentHash: 'c',
  size: 1,
  layout: { k: 1, n: 1, blockSize: 1, parts: [{ root: 'r', store: 'CityMSP' }] },
  detailsHash: 'd',
  categoryEpoch: 0,
  version: 1,
  custodian: 'CityMSP',
  registeredAt: '2026-05-01T00:00:00.000Z',
};
const patient: Patient = {
  pseudonym: 'p',
  registeredBy: 'CityMSP',
  registeredAt: '2026-05-01T00:00:00.000Z',
  status: 'ACTIVE',
  keys: [],
  delegates: [],
  categoryKeys: {},
};
const requester = { mspId: 'ValleyMSP', id: 'x', role: 'physician' };
const subject: DecisionSubject = {
  asked: { pseudonym: 'p', recordId: 'r1', purpose: 'TREAT', hpkePublicKey: 'h' },
  requester,
  patient,
  record,
  transactionId: 't',
  at: '2026-05-01T12:00:00.000Z',
};
const said = {
  decisionId: 't',
  pseudonym: 'p',
  recordId: 'r1',
  purpose: 'TREAT',
  hpkePublicKey: 'h',
  requester,
  obligations: [],
  policy: 'salus-consent/3',
  decidedAt: '2026-05-01T12:00:00.000Z',
  expiresAt: '2026-05-01T12:05:00.000Z',
};
const line = {
  transactionId: 't',
  decisionId: 't',
  at: '2026-05-01T12:00:00.000Z',
  action: 'ACCESS_DECIDED',
  by: requester,
  recordId: 'r1',
  purpose: 'TREAT',
};

test('a decision says who may open what, how long, and what it was made on', () => {
  const outcome = {
    permitted: true,
    reason: 'GRANT',
    grantId: 'g',
    shareId: 's',
    obligations: ['MASK'],
  } as const;
  const decision = describeDecision(subject, outcome, { grants: ['a', 'b'], grantSet: 'all' });
  expect(decision).toStrictEqual({
    ...said,
    ...outcome,
    contentHash: 'c',
    custodian: 'CityMSP',
    inputs: {
      patient: hashOf(patient),
      record: hashOf(record),
      grants: ['a', 'b'],
      grantSet: 'all',
    },
  });
  expect(auditOf(decision)).toStrictEqual({ ...line, ...outcome });
  expect(refOf(decision)).toStrictEqual({
    pseudonym: 'p',
    decidedAt: '2026-05-01T12:00:00.000Z',
    decisionId: 't',
  });
});

test('a denial of an unknown record says nothing of one', () => {
  const outcome = { permitted: false, reason: 'UNKNOWN_RECORD' } as const;
  const unknown = { ...subject, patient: undefined, record: undefined };
  const decision = describeDecision(unknown, outcome);
  expect(decision).toStrictEqual({ ...said, ...outcome, inputs: { grants: [] } });
  expect(auditOf(decision)).toStrictEqual({ ...line, ...outcome });
});
