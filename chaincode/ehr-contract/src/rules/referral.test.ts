import { SalusError, type NamedGrant } from '@salus/protocol';
import type { HealthRecord, Referral } from '@salus/protocol/ehr';
import {
  MAX_ANSWERS,
  requireGranted,
  requireOwn,
  requireStep,
  type ReferralStep,
} from './referral.js';

const AT = '2026-05-02T00:00:00.000Z';
const record = (more: Partial<HealthRecord> = {}): HealthRecord => ({
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
  ...more,
});
const grant = (more: Partial<NamedGrant> = {}): NamedGrant => ({
  grantId: 'g1',
  decision: 'permit',
  grantee: { mspId: 'ValleyMSP' },
  scope: { records: ['r1', 'r2'] },
  notBefore: '2026-05-01T00:00:00Z',
  notAfter: '2026-05-03T00:00:00Z',
  ...more,
});
const terms = { to: { mspId: 'ValleyMSP' }, notAfter: '2026-05-03T00:00:00.000Z' };

function errorOf(run: () => void): SalusError {
  try {
    run();
  } catch (error) {
    if (error instanceof SalusError) return error;
  }
  throw new Error('It was expected to fail');
}

describe('a referral under a grant', () => {
  const both = [record(), record({ recordId: 'r2' })];

  test.each<[string, Partial<NamedGrant>]>([
    ['to the organisation', {}],
    ['to a role there', { grantee: { mspId: 'ValleyMSP', role: 'physician' } }],
    ['to a practitioner there', { grantee: { mspId: 'ValleyMSP', practitioner: 'dr-1' } }],
    ['for treatment', { purposes: ['TREAT'] }],
  ])('%s is made', (_what, more) => {
    expect(() => requireGranted(terms, grant(more), both, AT)).not.toThrow();
  });

  test.each<[string, Partial<NamedGrant> | undefined, string, string]>([
    ['that is not there', undefined, 'a grant to the organisation that it goes to', 'another'],
    [
      'to another',
      { grantee: { mspId: 'CityMSP' } },
      'a grant to the organisation that it goes to',
      'another',
    ],
    [
      'that ends before it',
      { notAfter: '2026-05-02T23:59:59Z' },
      'an end no later than that of the grant',
      'a later one',
    ],
    [
      'of one record only',
      { scope: { records: ['r1'] } },
      'a grant that covers every record',
      'RECORD_NOT_COVERED',
    ],
    [
      'for research',
      { purposes: ['HRESCH'] },
      'a grant that covers every record',
      'PURPOSE_NOT_COVERED',
    ],
    ['withdrawn', { withdrawnAt: AT }, 'a grant that covers every record', 'WITHDRAWN'],
  ])('%s is refused', (_what, more, expected, got) => {
    const found = more === undefined ? undefined : grant(more);
    expect(errorOf(() => requireGranted(terms, found, both, AT))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The grant does not cover what is referred',
      argument: 'grantId',
      expected,
      got,
    });
  });
});

describe('a step with a referral', () => {
  const who = { mspId: 'ValleyMSP', role: 'physician' };
  const step = (
    of: Partial<Referral>,
    taken: ReferralStep,
    by: Parameters<typeof requireStep>[2] = { who, at: AT },
  ) => {
    return () => requireStep({ ...terms, status: 'REQUESTED', ...of }, taken, by);
  };

  test.each<[Referral['status'], ReferralStep]>([
    ['REQUESTED', 'accept'],
    ['REQUESTED', 'decline'],
    ['ACCEPTED', 'answer'],
    ['ANSWERED', 'answer'],
  ])('%s: %s', (status, taken) => {
    expect(step({ status }, taken)).not.toThrow();
    const toRole = { mspId: 'ValleyMSP', role: 'physician' };
    expect(step({ status, to: toRole }, taken)).not.toThrow();
  });

  test.each<[Referral['status'], ReferralStep, string]>([
    ['ACCEPTED', 'accept', 'REQUESTED'],
    ['DECLINED', 'accept', 'REQUESTED'],
    ['ANSWERED', 'decline', 'REQUESTED'],
    ['REQUESTED', 'answer', 'ACCEPTED or ANSWERED'],
    ['DECLINED', 'answer', 'ACCEPTED or ANSWERED'],
  ])('%s: not %s', (status, taken, expected) => {
    expect(errorOf(step({ status }, taken))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: `The referral is ${status}`,
      argument: 'referralId',
      expected,
      got: status,
    });
  });

  const anybody = 'a role that reads records of';
  test.each<[string, Referral['to'], string]>([
    ['organisation', { mspId: 'CityMSP' }, `${anybody} CityMSP`],
    ['role', { mspId: 'ValleyMSP', role: 'billing' }, 'billing of ValleyMSP'],
  ])('is not for another %s', (_what, to, expected) => {
    expect(errorOf(step({ to }, 'accept'))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'Only whom a referral goes to takes it on',
      argument: 'caller',
      expected,
      got: 'physician of ValleyMSP',
    });
  });

  test.each([
    [{ mspId: 'ValleyMSP', role: 'store' }, 'store of ValleyMSP'],
    [{ mspId: 'ValleyMSP' }, 'no role of ValleyMSP'],
  ])('is not for a service, or somebody without a role', (by, got) => {
    expect(errorOf(step({}, 'decline', { who: by, at: AT }))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      expected: `${anybody} ValleyMSP`,
      got,
    });
  });

  test('comes before its end', () => {
    expect(step({}, 'accept', { who, at: '2026-05-02T23:59:59.999Z' })).not.toThrow();
    expect(errorOf(step({}, 'accept', { who, at: terms.notAfter }))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The referral has ended',
      argument: 'referralId',
      expected: 'one that goes on',
      got: 'one that ended',
    });
  });

  test('gives no more answers than there may be', () => {
    const answers = Array.from({ length: MAX_ANSWERS }, () => ({ at: AT, records: ['r1'] }));
    expect(step({ status: 'ANSWERED', answers: answers.slice(1) }, 'answer')).not.toThrow();
    expect(errorOf(step({ status: 'ANSWERED', answers }, 'answer'))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The referral has all its answers',
      argument: 'referralId',
      expected: '20',
      got: 'one more',
    });
  });
});

test('a referral brings records of its author', () => {
  expect(() => requireOwn(record(), 'CityMSP')).not.toThrow();
  const message = 'A referral brings records of its author';
  expect(errorOf(() => requireOwn(record(), 'ValleyMSP'))).toMatchObject({
    code: 'ERR_CONFLICT',
    message,
    argument: 'records',
    expected: 'an own record',
    got: 'that of another',
  });
  expect(errorOf(() => requireOwn(record({ erasedAt: AT }), 'CityMSP'))).toMatchObject({
    code: 'ERR_CONFLICT',
    message,
    got: 'an erased one',
  });
});
