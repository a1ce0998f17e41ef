import type { CreatePolicyRequest } from '@salus/protocol/claims';
import type { ClaimRecord, PolicyRecord } from '../state/records.js';
import {
  checkPolicy,
  claimStatus,
  describeClaim,
  requireCovered,
  requireOpeningOf,
} from './claim.js';

const request = {
  validFrom: '2026-01-01',
  validTo: '2026-12-31',
  auditor: 'RegulatorMSP',
} as CreatePolicyRequest;
const policy = request as PolicyRecord;
const sum = { resultHash: 'r' };
const failure = (code: string, details: object) =>
  expect.objectContaining({ code, ...details }) as Error;

const OVERSEERS = ['RegulatorMSP'];

describe('a policy', () => {
  test('may last a day', () => {
    expect(() =>
      checkPolicy('InsurerMSP', { ...request, validTo: '2026-01-01' }, OVERSEERS),
    ).not.toThrow();
  });

  test('may not end before it begins', () => {
    expect(() =>
      checkPolicy('InsurerMSP', { ...request, validTo: '2025-12-31' }, OVERSEERS),
    ).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'the policy ends before it begins',
        argument: 'validTo',
        expected: '2026-01-01 or later',
        got: '2025-12-31',
      }),
    );
  });

  test('may not be audited by its insurer', () => {
    expect(() => checkPolicy('RegulatorMSP', request, OVERSEERS)).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'an insurer cannot audit itself',
        argument: 'auditor',
        expected: 'another organisation',
        got: 'RegulatorMSP',
      }),
    );
  });

  test('is audited by an overseer only', () => {
    const byMaker = { ...request, auditor: 'PharmaMSP' };
    expect(() => checkPolicy('InsurerMSP', byMaker, OVERSEERS)).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'only an overseer audits an insurer',
        argument: 'auditor',
        expected: 'a member of the kind overseer',
        got: 'PharmaMSP',
      }),
    );
  });

  test.each(['2026-01-01', '2026-06-15', '2026-12-31'])('covers %s', (date) => {
    expect(() => requireCovered(policy, date)).not.toThrow();
  });

  test.each(['2025-12-31', '2027-01-01'])(
    'does not cover %s, and does not tell the date',
    (date) => {
      expect(() => requireCovered(policy, date)).toThrow(
        failure('ERR_NOT_COVERED', {
          message: 'the policy was not valid on the date of service',
          argument: 'service',
          expected: '2026-01-01 to 2026-12-31',
          got: undefined,
        }),
      );
    },
  );
});

describe('a claim', () => {
  const claim = { claimId: 'c', lines: [{ ciphertextHash: 'x', evidenceHash: 'y' }] };
  const adjudicated = { status: 'ADJUDICATED', openingId: 'o', adjudicationHash: 'h' } as const;

  test('takes its status from what has happened to it', () => {
    expect(claimStatus(undefined, undefined)).toBe('SUBMITTED');
    expect(claimStatus(sum, undefined)).toBe('SUMMED');
    expect(claimStatus(sum, { status: 'OPENING', openingId: 'o' })).toBe('OPENING');
  });

  test('is told with its sum and its outcome', () => {
    const record = claim as unknown as ClaimRecord;
    expect(describeClaim(record, undefined, undefined)).toEqual({
      ...claim,
      evaluationId: 'claims:c',
      status: 'SUBMITTED',
    });
    expect(describeClaim(record, sum, adjudicated)).toEqual({
      ...claim,
      evaluationId: 'claims:c',
      resultHash: 'r',
      openingId: 'o',
      adjudicationHash: 'h',
      status: 'ADJUDICATED',
    });
  });

  test('is adjudicated by any opening of its own sum', () => {
    expect(() => {
      requireOpeningOf('c', { evaluationId: 'claims:c' });
    }).not.toThrow();
    expect(() => {
      requireOpeningOf('c', { evaluationId: 'claims:d' });
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the opening is of another result',
        argument: 'openingId',
        expected: 'claims:c',
        got: 'claims:d',
      }),
    );
  });
});
