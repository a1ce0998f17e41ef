import { hashOf, SalusError } from '@salus/protocol';
import type { HealthRecord, RecordDetails } from '@salus/protocol/ehr';
import {
  requireAnchored,
  requireCurrentEpoch,
  requireKept,
  requireSuccessor,
} from './registration.js';

const details: RecordDetails = {
  recordId: 'r1',
  category: 'laboratory',
  labels: [],
  name: 'Blood count',
  contentType: 'application/fhir+json',
  links: [],
  salt: 'c2FsdHNhbHRzYWx0c2FsdA',
};
const record: HealthRecord = {
  recordId: 'r1',
  pseudonym: 'p',
  categoryTag: 'lab',
  labelTags: [],
  contentHash: 'c',
  size: 1,
  layout: { k: 1, n: 1, blockSize: 1, parts: [{ root: 'r', store: 'CityMSP' }] },
  detailsHash: hashOf(details),
  categoryEpoch: 0,
  version: 2,
  custodian: 'CityMSP',
  registeredAt: '2026-05-01T00:00:00.000Z',
};

function errorOf(run: () => void): SalusError {
  try {
    run();
  } catch (error) {
    if (error instanceof SalusError) return error;
  }
  throw new Error('It was expected to fail');
}

describe('requireCurrentEpoch', () => {
  const patient = {
    categoryKeys: { lab: { epoch: 3, publicKey: 'k', since: 't', statement: 's' } },
  };
  const of = (categoryTag: string, categoryEpoch: number) => () =>
    requireCurrentEpoch(patient, { categoryTag, categoryEpoch });

  test('takes the present epoch, and none where there is no key', () => {
    expect(of('lab', 3)).not.toThrow();
    expect(of('imaging', 0)).not.toThrow();
  });

  test.each([
    ['lab', 2, '3'],
    ['lab', 4, '3'],
    ['lab', 0, '3'],
    ['imaging', 1, '0'],
  ])('refuses %s of epoch %i', (tag, epoch, expected) => {
    expect(errorOf(of(tag, epoch))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: "The record is not of the present epoch of its category's key",
      argument: 'categoryEpoch',
      expected,
      got: String(epoch),
    });
  });
});

describe('requireSuccessor', () => {
  const follow = (before: Partial<HealthRecord>, version = 3, mspId = 'CityMSP') => {
    return () => requireSuccessor({ ...record, ...before }, { version }, mspId);
  };

  test('takes the next version of the custodian, and of whom it named', () => {
    expect(follow({})).not.toThrow();
    expect(follow({ amendableBy: ['LabMSP', 'ValleyMSP'] }, 3, 'ValleyMSP')).not.toThrow();
  });

  test.each([
    ['nobody else', {}],
    ['others', { amendableBy: ['LabMSP'] }],
  ])('refuses another organisation where %s is named', (_who, before) => {
    expect(errorOf(follow(before, 3, 'ValleyMSP'))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'Only the custodian of a record amends it, or whom it named',
      argument: 'amends',
      expected: 'CityMSP',
      got: 'ValleyMSP',
    });
  });

  test.each<[string, Partial<HealthRecord>, number, object]>([
    [
      'an older version',
      { amendedBy: 'r2' },
      3,
      {
        message: 'The record was amended before',
        argument: 'amends',
        expected: 'the last version',
        got: 'an older one',
      },
    ],
    [
      'an erased record',
      { erasedAt: 't' },
      3,
      {
        message: 'The record was erased',
        argument: 'amends',
        expected: 'a record with content',
        got: 'an erased one',
      },
    ],
    [
      'a version left out',
      {},
      4,
      {
        message: 'The version does not follow the one before',
        argument: 'version',
        expected: '3',
        got: '4',
      },
    ],
    ['the same version', {}, 2, { expected: '3', got: '2' }],
  ])('refuses %s', (_what, before, version, error) => {
    expect(errorOf(follow(before, version))).toMatchObject({ code: 'ERR_CONFLICT', ...error });
  });
});

describe('requireKept', () => {
  test('takes the custodian', () => {
    expect(() => requireKept(record, 'CityMSP')).not.toThrow();
  });

  test('refuses any other organisation', () => {
    expect(errorOf(() => requireKept(record, 'ValleyMSP'))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'Only the custodian of a record deposits its details',
      argument: 'caller',
      expected: 'CityMSP',
      got: 'ValleyMSP',
    });
  });

  test('refuses an erased record', () => {
    const erased = { ...record, erasedAt: 't' };
    expect(errorOf(() => requireKept(erased, 'CityMSP'))).toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'The record was erased',
      argument: 'recordId',
      expected: 'a record with content',
      got: 'an erased one',
    });
  });
});

describe('requireAnchored', () => {
  test('takes what was registered', () => {
    expect(() => requireAnchored(record, details)).not.toThrow();
  });

  test('refuses details that were changed, and does not tell them', () => {
    const changed = { ...details, category: 'psychiatry' };
    const error = errorOf(() => requireAnchored(record, changed));
    expect(error).toMatchObject({
      code: 'ERR_HASH_MISMATCH',
      message: 'The details of record r1 are not the ones that were registered',
      argument: 'details',
      expected: record.detailsHash,
      got: hashOf(changed),
    });
    expect(error.message).not.toContain('psychiatry');
  });
});
