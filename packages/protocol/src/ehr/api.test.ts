import { randomUUID } from 'node:crypto';
import { readStatement } from '../base/statement.js';
import { accessGrant } from '../consent/access-grant.js';
import { decisionRef, requestAccessRequest } from './access.js';
import { actorTrailRequest, auditTrailRequest } from './audit.js';
import { consentWithdrawal, onwardTerms } from './consent.js';
import {
  recordAnchor,
  recordDetails,
  registerRecordsRequest,
  transientDetails,
  transientKeys,
} from './records.js';
import { referRequest } from './referral.js';

const pseudonym = 'A'.repeat(43);
const hash = '0'.repeat(64);
const tag = (letter: string) => letter.repeat(43);
const layout = {
  k: 1,
  n: 2,
  blockSize: 65_536,
  parts: [
    { root: hash, store: 'CityHospitalMSP' },
    { root: hash, store: 'ValleyHospitalMSP' },
  ],
};
const record = {
  recordId: 'r-1',
  pseudonym,
  categoryTag: tag('B'),
  labelTags: [tag('C'), tag('D')],
  contentHash: hash,
  size: 1,
  layout,
  detailsHash: hash,
  categoryEpoch: 0,
  version: 1,
};
const permit = {
  pseudonym,
  decision: 'permit',
  grantee: { mspId: 'ValleyHospitalMSP' },
  scope: { records: ['r-1'] },
  purposes: ['TREAT'],
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-02T00:00:00.000Z',
};
const deny = { ...permit, decision: 'deny', grantee: {}, scope: {}, purposes: undefined };
const keys = {
  pseudonym,
  recordId: 'r-1',
  sealedKeys: [{ recipient: 'CityHospitalMSP', kind: 'custodian', enc: 'ZQ', ciphertext: 'Yw' }],
};
const details = {
  recordId: 'r-1',
  category: 'http://loinc.org|11502-2',
  labels: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }],
  name: 'Laborbefund – Blutbild',
  contentType: 'application/fhir+json',
  fhirType: 'DiagnosticReport',
  author: { mspId: 'CityHospitalMSP', practitioner: 'city-physician-1' },
  careTime: { start: '2026-05', end: '2026-05-02T10:00:00.5+02:00' },
  episode: 'e-1',
  links: [{ relation: 'based-on', recordId: 'r-0' }],
  salt: 'C'.repeat(22),
};
const deposit = { details, keys };

/** What an attacker puts where a text is expected. */
const INJECTIONS: readonly (readonly [string, string])[] = [
  ['a separator', 'a\u0000b'],
  ['the end of the code space', 'a\u{10FFFF}'],
  ['a line break at the end', 'a\n'],
  ['an escape', 'a\u001b[2J'],
  ['a turn of the writing direction', 'a\u202Eb'],
  ['half a surrogate pair', 'a\uD800'],
  ['nothing', ''],
  ['more than any text may have', 'a'.repeat(20_000)],
];

it.each(['VIP ward', 'Chefärzte', '受限', 'R'])('a label may have the code %s', (code) => {
  const labels = [{ system: 'urn:x', code }];
  expect(recordDetails.safeParse({ ...details, labels }).success).toBe(true);
});

it.each([' R', 'R ', 'a  b', 'a\tb', 'x'.repeat(65)])('no label has the code %j', (code) => {
  const labels = [{ system: 'urn:x', code }];
  expect(recordDetails.safeParse({ ...details, labels }).success).toBe(false);
});

describe.each(INJECTIONS)('a text with %s', (_what, text) => {
  test.each([
    ['recordId', { recordId: text }],
    ['pseudonym', { pseudonym: text }],
    ['categoryTag', { categoryTag: text }],
    ['labelTags', { labelTags: [text] }],
    ['contentHash', { contentHash: text }],
    ['detailsHash', { detailsHash: text }],
    ['emergency.keyId', { emergency: { keyId: text, encHash: hash } }],
    ['amends', { amends: text, version: 2 }],
    ['amendableBy', { amendableBy: [text] }],
    ['layout.parts.store', { layout: { ...layout, n: 1, parts: [{ root: hash, store: text }] } }],
  ])('is no %s of a record', (_field, wrong) => {
    expect(recordAnchor.safeParse({ ...record, ...wrong }).success).toBe(false);
  });

  test.each<[string, object]>([
    ['category', { category: text }],
    ['labels.system', { labels: [{ system: text, code: 'R' }] }],
    ['labels.code', { labels: [{ system: 'urn:x', code: text }] }],
    ['contentType', { contentType: text }],
    ['fhirType', { fhirType: text }],
    ['author.mspId', { author: { mspId: text } }],
    ['author.practitioner', { author: { practitioner: text } }],
    ['careTime.start', { careTime: { start: text } }],
    ['episode', { episode: text }],
    ['links.recordId', { links: [{ relation: 'context', recordId: text }] }],
    ['salt', { salt: text }],
    ...(text === '' ? [] : [['name', { name: text }] satisfies [string, object]]),
  ])('is no %s in details', (_field, wrong) => {
    const changed = { details: { ...details, ...wrong }, keys };
    expect(transientDetails.safeParse([changed]).success).toBe(false);
  });

  test.each([
    ['recipient', { recipient: text }],
    ['enc', { enc: text }],
    ['ciphertext', { ciphertext: text }],
    ['proof', { proof: text }],
  ])('is no %s of a sealed key', (_field, wrong) => {
    const sealedKeys = keys.sealedKeys.map((key) => ({ ...key, ...wrong }));
    expect(transientKeys.safeParse([{ ...keys, sealedKeys }]).success).toBe(false);
  });

  test.each([
    ['grantee.mspId', { grantee: { mspId: text } }],
    ['grantee.role', { grantee: { mspId: 'M', role: text } }],
    ['grantee.practitioner', { grantee: { mspId: 'M', practitioner: text } }],
    ['grantee.patient', { grantee: { patient: text } }],
    ['scope.categoryTags', { scope: { categoryTags: [text] } }],
    ['scope.labelTags', { scope: { labelTags: [text] } }],
    ['scope.records', { scope: { records: [text] } }],
    ['notBefore', { notBefore: text }],
    ['notAfter', { notAfter: text }],
    ['template', { template: text }],
    ['text.hash', { text: { hash: text, language: 'de', version: '1' } }],
    ['text.language', { text: { hash, language: text, version: '1' } }],
    ['text.version', { text: { hash, language: 'de', version: text } }],
  ])('is no %s of a grant', (_field, wrong) => {
    expect(accessGrant.safeParse({ ...permit, ...wrong }).success).toBe(false);
  });

  test('is no ID in any other request', () => {
    const asked = { pseudonym, recordId: 'r', purpose: 'TREAT', hpkePublicKey: 'D'.repeat(87) };
    for (const name of ['pseudonym', 'recordId', 'hpkePublicKey', 'asPatient'] as const) {
      // A statement may hold anything until it is read.
      if (name === 'asPatient' && text !== '' && text.length < 20_000) {
        expect(() => readStatement(text)).toThrow(/The statement is refused/);
        continue;
      }
      expect(requestAccessRequest.safeParse({ ...asked, [name]: text }).success).toBe(false);
    }
    expect(consentWithdrawal.safeParse({ pseudonym, grant: text }).success).toBe(false);
    expect(actorTrailRequest.safeParse({ mspId: text, pageSize: 1 }).success).toBe(false);
    expect(decisionRef.safeParse({ pseudonym, decidedAt: text, decisionId: hash }).success).toBe(
      false,
    );
  });
});

test.each([
  ['a slash', 'a/b'],
  ['a leading dot', '.a'],
  ['the name of a prototype', '__proto__'],
  ['more than 64 characters', 'a'.repeat(65)],
])('an ID with %s is none', (_what, recordId) => {
  expect(recordAnchor.safeParse({ ...record, recordId }).success).toBe(false);
  expect(recordAnchor.safeParse(record).success).toBe(true);
});

test.each(['__proto__', 'constructor', 'prototype'])(
  'a member called %s is refused and changes no prototype',
  (name) => {
    const hidden = `"${name}": {"polluted": true}`;
    const grow = (value: object) =>
      JSON.parse(JSON.stringify(value).replace(/^\{/, `{${hidden},`)) as unknown;
    expect(recordAnchor.safeParse(grow(record)).success).toBe(false);
    expect(accessGrant.safeParse(grow(permit)).success).toBe(false);
    expect(accessGrant.safeParse({ ...permit, grantee: grow(permit.grantee) }).success).toBe(false);
    expect(accessGrant.safeParse({ ...deny, scope: grow({ records: ['r'] }) }).success).toBe(false);
    expect(transientDetails.safeParse([{ details: grow(details), keys }]).success).toBe(false);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  },
);

test('a pseudonym, tags, hashes and numbers have their form', () => {
  for (const wrong of [
    { pseudonym: '123456789' },
    { categoryTag: 'laboratory' },
    { labelTags: [tag('D'), tag('C')] },
    { labelTags: [tag('C'), tag('C')] },
    { contentHash: 'A'.repeat(64) },
    { detailsHash: '0'.repeat(63) },
    { size: 0 },
    { categoryEpoch: -1 },
    { category: 'laboratory' },
    { version: 0 },
    { version: 2 },
    { version: 1, amends: 'r-0' },
    { layout: { ...layout, k: 3 } },
    { layout: { ...layout, n: 3 } },
    { layout: { ...layout, k: 0 } },
    { layout: { ...layout, blockSize: 0 } },
    { layout: { ...layout, n: 17, parts: Array.from({ length: 17 }, () => layout.parts[0]) } },
  ]) {
    expect(recordAnchor.safeParse({ ...record, ...wrong }).success).toBe(false);
  }
  expect(recordAnchor.safeParse({ ...record, version: 2, amends: 'r-0' }).success).toBe(true);
});

test('a batch names each record of a patient once, and one next version of each', () => {
  const fits = (...records: object[]) => registerRecordsRequest.safeParse({ records }).success;
  const other = { ...record, pseudonym: 'E'.repeat(43) };
  const amends = (recordId: string) => ({ ...record, recordId, amends: 'r-0', version: 2 });
  expect(fits(record)).toBe(true);
  expect(fits(record, other)).toBe(true);
  expect(fits(record, record)).toBe(false);
  expect(fits()).toBe(false);
  expect(fits(amends('r-1'), { ...amends('r-2'), amends: 'r-9' })).toBe(true);
  expect(fits(amends('r-1'), amends('r-2'))).toBe(false);
  expect(fits(amends('r-1'), { ...amends('r-2'), pseudonym: other.pseudonym })).toBe(true);
});

test('details come with the keys of the same record', () => {
  expect(transientDetails.safeParse([deposit]).success).toBe(true);
  expect(transientDetails.safeParse([deposit, deposit]).success).toBe(false);
  const other = { ...keys, recordId: 'r-2' };
  expect(transientDetails.safeParse([{ details, keys: other }]).success).toBe(false);
  const many = Array.from({ length: 65 }, () => keys.sealedKeys[0]);
  expect(transientKeys.safeParse([{ ...keys, sealedKeys: many }]).success).toBe(false);
});

test('a permit is limited in who, what, why and when', () => {
  expect(accessGrant.safeParse(permit).success).toBe(true);
  for (const wrong of [
    { grantee: {} },
    { grantee: { role: 'physician' } },
    { grantee: { mspId: 'M', patient: pseudonym } },
    { scope: {} },
    { scope: { records: [] } },
    { scope: { records: ['r-1', 'r-1'] } },
    { scope: { everything: true } },
    { purposes: [] },
    { purposes: ['MARKETING'] },
    { purposes: ['BTG'] },
    { purposes: ['TREAT', 'TREAT'] },
    { notAfter: permit.notBefore },
    { notAfter: '2026-05-02T00:00:00+02:00' },
    { maxUses: 0 },
    { maxUses: 101 },
    { maxUses: 1.5 },
    { obligations: ['PLEASE'] },
    { grantee: { patient: pseudonym }, onward: true },
    { decision: 'maybe' },
    { decision: undefined },
  ]) {
    expect(accessGrant.safeParse({ ...permit, ...wrong }).success).toBe(false);
  }
  for (const right of [
    { purposes: undefined },
    { grantee: { patient: pseudonym } },
    { grantee: { mspId: 'M', role: 'physician', practitioner: 'p-1' } },
    { maxUses: 100, onward: true, obligations: ['REDACT', 'NORDSCLCD'] },
    { text: { hash, language: 'de-CH', version: '2026.1' }, template: 'research' },
    { scope: { labelTags: [tag('C')] } },
  ]) {
    expect(accessGrant.safeParse({ ...permit, ...right }).success).toBe(true);
  }
});

test('a deny may concern everybody and everything, and gives nothing', () => {
  for (const right of [{}, { grantee: { role: 'billing' } }, { purposes: ['BTG', 'ETREAT'] }]) {
    expect(accessGrant.safeParse({ ...deny, ...right }).success).toBe(true);
  }
  for (const wrong of [
    { maxUses: 1 },
    { onward: true },
    { onward: false },
    { obligations: ['REDACT'] },
    { grantee: { patient: pseudonym, role: 'physician' } },
  ]) {
    expect(accessGrant.safeParse({ ...deny, ...wrong }).success).toBe(false);
  }
});

test('requests take no members that they do not know', () => {
  const request = { pseudonym, recordId: 'r-1', purpose: 'TREAT', hpkePublicKey: 'D'.repeat(87) };
  expect(requestAccessRequest.safeParse(request).success).toBe(true);
  expect(requestAccessRequest.safeParse({ ...request, reason: 'x' }).success).toBe(false);
  expect(requestAccessRequest.safeParse({ ...request, purpose: 'BTG' }).success).toBe(false);
  expect(decisionRef.safeParse({ pseudonym, decisionId: hash }).success).toBe(false);
  expect(auditTrailRequest.safeParse({ pseudonym, pageSize: 101 }).success).toBe(false);
});

test('a withdrawal names a grant or a share', () => {
  const fits = (grant: string) => consentWithdrawal.safeParse({ pseudonym, grant }).success;
  expect([randomUUID(), hash, 'x'].map(fits)).toEqual([true, true, false]);
});

test('an onward share is made to staff, a referral to an organisation', () => {
  const share = {
    pseudonym,
    grantId: randomUUID(),
    grantee: { mspId: 'PharmaMSP' },
    notAfter: permit.notAfter,
  };
  expect(onwardTerms.safeParse(share).success).toBe(true);
  expect(onwardTerms.safeParse({ ...share, grantee: {} }).success).toBe(false);
  expect(onwardTerms.safeParse({ ...share, grantee: { patient: pseudonym } }).success).toBe(false);
  const referral = {
    pseudonym,
    referralId: 'ref-1',
    serviceRequest: 'r-1',
    records: ['r-2'],
    to: { mspId: 'M' },
    grantId: randomUUID(),
    priority: 'asap',
    notAfter: permit.notAfter,
  };
  expect(referRequest.safeParse(referral).success).toBe(true);
  expect(referRequest.safeParse({ ...referral, priority: 'now' }).success).toBe(false);
});
