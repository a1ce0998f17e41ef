import fc from 'fast-check';
import type { z } from 'zod';
import { evil, textsIn } from '@salus/testing/texts';
import * as breakGlass from './break-glass.js';
import * as erasure from './erasure.js';
import * as hpkeKeys from './hpke-keys.js';
import * as patients from './patients.js';
import * as records from './records.js';

const pseudonym = 'p'.repeat(43);
const hash = '0'.repeat(64);
const point = `A${'g'.repeat(43)}`;
const publicKey = `BA${'g'.repeat(85)}`;
const at = '2026-05-01T00:00:00.000Z';
const ref = { pseudonym, decidedAt: at, decisionId: hash };
const paged = { pageSize: 10, bookmark: '' };
const uuid = '6f2c1e5e-6a0f-4d0a-9d8b-2f9c4f6f3c11';
const share = { recipient: 'BMSP', enc: 'ZQ', ciphertext: 'Yw' };
const [keyId, recordId] = ['key-1', 'record-1'];
const mspId = 'AMSP';
const tag = 't'.repeat(43);

/** A request of each kind that is as it should be. */
const requests: Readonly<Record<string, readonly [z.ZodType, object]>> = {
  proposeStatus: [patients.statusRequest, { pseudonym, status: 'DECEASED', evidenceHash: hash }],
  touchedByKey: [patients.touchedByKeyRequest, { pseudonym, kid: 'k'.repeat(43), pageSize: 1 }],
  completeRecovery: [patients.completeRecoveryRequest, { pseudonym }],
  getStatement: [patients.getStatementRequest, { pseudonym, jti: uuid }],
  readCategoryKeys: [patients.readCategoryKeysRequest, { pseudonym, categoryTag: tag }],
  sealedCategoryKey: [
    patients.sealedCategoryKey,
    { pseudonym, categoryTag: tag, epoch: 1, grantId: uuid, enc: 'ZQ', ciphertext: 'Yw' },
  ],
  registerHpkeKey: [
    hpkeKeys.registerHpkeKeyRequest,
    { scope: 'staff', publicKey: 'h'.repeat(43), notAfter: at },
  ],
  revokeHpkeKey: [hpkeKeys.revokeHpkeKeyRequest, { id: 'organisation' }],
  getHpkeKey: [hpkeKeys.getHpkeKeyRequest, { mspId, id: hash }],
  listHpkeKeys: [hpkeKeys.listHpkeKeysRequest, { mspId, pageSize: 1 }],
  proposeCustodianKey: [
    breakGlass.proposeCustodianKeyRequest,
    { keyId, threshold: 2, custodians: [mspId, 'BMSP'] },
  ],
  commitDealing: [
    breakGlass.commitDealingRequest,
    { keyId, commitment: hash, hpkePublicKey: 'h'.repeat(43) },
  ],
  revealDealing: [
    breakGlass.revealDealingRequest,
    { keyId, points: [point, point], proof: 'p'.repeat(86), sealedShares: [share] },
  ],
  confirmCustodianKey: [
    breakGlass.confirmCustodianKeyRequest,
    { keyId, publicKey, shareImages: [point, point] },
  ],
  endCustodianKey: [
    breakGlass.endCustodianKeyRequest,
    { keyId, complaint: { dealer: mspId, evidence: 'e'.repeat(43) } },
  ],
  breakGlass: [
    breakGlass.breakGlassRequest,
    {
      pseudonym,
      recordId,
      reasonCode: 'OTHER',
      reasonHash: hash,
      hpkePublicKey: 'h'.repeat(43),
    },
  ],
  answerEmergency: [breakGlass.answerEmergencyRequest, { ref, partialHash: hash }],
  reviewEmergency: [
    breakGlass.reviewEmergencyRequest,
    { ref, outcome: 'JUSTIFIED', noteHash: hash },
  ],
  listOpenEmergencies: [breakGlass.listEmergenciesRequest, { review: 'open', pageSize: 1 }],
  listEmergencies: [breakGlass.listEmergenciesRequest, { pseudonym, pageSize: 1 }],
  purgeDetails: [
    erasure.purgeDetailsRequest,
    { pseudonym, records: [recordId], holder: 'ValleyHospitalMSP' },
  ],
  getErasure: [erasure.getErasureRequest, { pseudonym, recordId, evidence: hash }],
  shareDetails: [records.shareDetailsRequest, { holder: 'ValleyHospitalMSP' }],
  recordVersions: [records.getRecordRequest, { pseudonym, recordId }],
  listCopies: [records.copiesRequest, { pseudonym, records: [recordId] }],
};

describe.each(Object.keys(requests))('a request of %s', (name) => {
  const [schema, request] = requests[name]!;

  test('is taken', () => {
    expect(schema.safeParse(request).success).toBe(true);
  });

  test('takes separators, control characters and overlong texts nowhere', () => {
    for (const put of textsIn(request)) {
      fc.assert(fc.property(evil, (text) => !schema.safeParse(put(text)).success));
      expect(schema.safeParse(put('A'.repeat(10_000))).success).toBe(false);
    }
  });

  test('has no member beyond its own', () => {
    const polluted = JSON.parse(
      `${JSON.stringify(request).slice(0, -1)},"__proto__":{"role":"registrar"}}`,
    ) as unknown;
    expect(schema.safeParse(polluted).success).toBe(false);
    expect(schema.safeParse({ ...request, more: 1 }).success).toBe(false);
  });
});

test('pages are bounded', () => {
  const list = (more: object) =>
    breakGlass.listCustodianKeysRequest.safeParse({ ...paged, ...more }).success;
  expect(list({})).toBe(true);
  for (const pageSize of [0, 101, 1.5]) expect(list({ pageSize })).toBe(false);
  expect(list({ bookmark: 'x'.repeat(1025) })).toBe(false);
});

test('a threshold has enough custodians, each once, and not too many', () => {
  const propose = (threshold: number, custodians: string[]) =>
    breakGlass.proposeCustodianKeyRequest.safeParse({ keyId, threshold, custodians }).success;
  const many = (count: number) => Array.from({ length: count }, (_, n) => `M${n}`);
  expect(propose(3, many(3))).toBe(true);
  expect(propose(4, many(3))).toBe(false);
  expect(propose(1, many(3))).toBe(false);
  expect(propose(2, ['A', 'A'])).toBe(false);
  expect(propose(10, many(10))).toBe(true);
  expect(propose(2, many(11))).toBe(false);
});

test('statements, approvals and sealed keys are so many and so long at most', () => {
  const recovery = (approvals: string[]) =>
    patients.requestRecoveryRequest.safeParse({ pseudonym, approvals, possession: 'x' }).success;
  const many = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`);
  expect(recovery(many(15))).toBe(true);
  expect(recovery(many(16))).toBe(false);
  expect(recovery(['s', 's'])).toBe(false);
  expect(recovery([])).toBe(false);
  const statement = (length: number) =>
    patients.patientStatementRequest.safeParse({ statement: 's'.repeat(length) }).success;
  expect([0, 1, 16_384, 16_385].map(statement)).toEqual([false, true, true, false]);
  const [, key] = requests['sealedCategoryKey']!;
  const sealed = (count: number) =>
    patients.transientCategoryKeys.safeParse(Array.from({ length: count }, () => key)).success;
  expect([0, 1, 200, 201].map(sealed)).toEqual([false, true, true, false]);
});
