import { randomUUID } from 'node:crypto';
import {
  accessGrant,
  auditTrailRequest,
  getDecisionRequest,
  recordAnchor,
  registerRecordsRequest,
  requestAccessRequest,
  transientDetails,
} from './api.js';

const pseudonym = 'A'.repeat(43);
const hash = '0'.repeat(64);
const record = {
  recordId: 'r-1',
  pseudonym,
  categoryTag: 'B'.repeat(43),
  contentHash: hash,
  size: 1,
  detailsHash: hash,
  store: { mspId: 'CityHospitalMSP' },
};
const grant = {
  pseudonym,
  grantee: { mspId: 'ValleyHospitalMSP' },
  scope: { records: ['r-1'] },
  purposes: ['TREAT'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00.000Z',
};
const details = {
  recordId: 'r-1',
  category: 'laboratory',
  label: '',
  salt: 'C'.repeat(22),
  sealedKeys: [{ recipient: 'CityHospitalMSP', kind: 'custodian', enc: 'ZQ', ciphertext: 'Yw' }],
};

test.each([
  ['a separator', 'a\u0000b'],
  ['the end of the code space', 'a\u{10FFFF}'],
  ['a slash', 'a/b'],
  ['a line break at the end', 'a\n'],
  ['a leading dot', '.a'],
  ['nothing', ''],
  ['more than 64 characters', 'a'.repeat(65)],
])('an ID with %s is none', (_what, recordId) => {
  expect(recordAnchor.safeParse({ ...record, recordId }).success).toBe(false);
  expect(recordAnchor.safeParse(record).success).toBe(true);
});

test('a pseudonym, a tag and hashes have their length and alphabet', () => {
  for (const wrong of [
    { pseudonym: '123456789' },
    { pseudonym: `${'A'.repeat(42)}\u0000` },
    { categoryTag: 'laboratory' },
    { contentHash: 'A'.repeat(64) },
    { detailsHash: '0'.repeat(63) },
    { size: 0 },
    { category: 'laboratory' },
  ]) {
    expect(recordAnchor.safeParse({ ...record, ...wrong }).success).toBe(false);
  }
});

test('a batch names each record once', () => {
  expect(registerRecordsRequest.safeParse({ records: [record] }).success).toBe(true);
  expect(registerRecordsRequest.safeParse({ records: [record, record] }).success).toBe(false);
  expect(registerRecordsRequest.safeParse({ records: [] }).success).toBe(false);
  expect(transientDetails.safeParse([details]).success).toBe(true);
  expect(transientDetails.safeParse([details, details]).success).toBe(false);
});

test('a grant is limited in scope, purpose and time', () => {
  expect(accessGrant.safeParse(grant).success).toBe(true);
  for (const wrong of [
    { scope: {} },
    { scope: { records: [] } },
    { scope: { records: ['r-1', 'r-1'] } },
    { scope: { everything: true } },
    { purposes: [] },
    { purposes: ['MARKETING'] },
    { purposes: ['TREAT', 'TREAT'] },
    { notAfter: grant.notBefore },
    { notAfter: '2026-05-02T00:00:00+02:00' },
    { notAfter: 'tomorrow' },
    { maxUses: 0 },
    { maxUses: 101 },
    { maxUses: 1.5 },
    { grantee: { mspId: '' } },
  ]) {
    expect(accessGrant.safeParse({ ...grant, ...wrong }).success).toBe(false);
  }
});

test('requests take no members that they do not know', () => {
  const request = { recordId: 'r-1', purpose: 'TREAT', hpkePublicKey: 'D'.repeat(87) };
  expect(requestAccessRequest.safeParse(request).success).toBe(true);
  expect(requestAccessRequest.safeParse({ ...request, reason: 'x' }).success).toBe(false);
  expect(getDecisionRequest.safeParse({ decisionId: randomUUID() }).success).toBe(false);
  expect(auditTrailRequest.safeParse({ pseudonym, pageSize: 101 }).success).toBe(false);
});
