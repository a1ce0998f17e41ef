import type { KeyRecord } from '@salus/chaincode-computation';
import { profileOf } from '@salus/compute';
import type { ErrorCode } from '@salus/protocol';
import { PURPOSE, type StudyTerms } from '@salus/protocol/statistics';
import type {
  ClosingRecord,
  OutcomeRecord,
  ParticipantRecord,
  StudyRecord,
} from '../state/records.js';
import {
  addPeriod,
  checkTerms,
  removePeriod,
  requireCommitted,
  requireContributing,
  requireJoining,
  requireMayClose,
  requireNotFrozen,
  requireOpener,
  requireTerms,
  requireUnshown,
  statusOf,
} from './study.js';

const failure = (code: ErrorCode, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

const profile = profileOf('bfv-8192-sum-v1');
const key = {
  keyId: 'k',
  purpose: PURPOSE,
  status: 'ACTIVE',
  validTo: '2026-12-31T00:00:00Z',
} as KeyRecord;
const terms: StudyTerms = {
  studyId: 's',
  keyId: 'k',
  measure: 'cost',
  period: '2026-Q1',
  unit: { code: 'USD', decimals: 2 },
  range: { least: 0, most: 1000 },
  kind: { name: 'mean-variance' },
  minimumCohort: 6,
  deadline: '2026-06-01T00:00:00Z',
};
const now = '2026-05-01T00:00:00Z';
const late = '2026-06-01T00:00:00.001Z';
const study: StudyRecord = {
  terms,
  termsHash: 'agreed',
  openedBy: { mspId: 'AMSP', institution: 'i' },
  openedAt: now,
};
const closing: ClosingRecord = { round: 1, evaluationId: 's.1', cohort: [] };

describe('the terms of a study', () => {
  const check = (change: Partial<StudyTerms>, of: Partial<KeyRecord> = {}) => {
    checkTerms({ ...terms, ...change }, { ...key, ...of }, profile, now);
  };
  const histogram = (...edges: number[]) => ({ kind: { name: 'histogram' as const, edges } });

  test.each<[string, Partial<StudyTerms>]>([
    ['as they are', {}],
    ['with figures below zero', { range: { least: -5, most: 5 } }],
    ['with the whole range', { range: { least: -profile.maxValue, most: profile.maxValue } }],
    ['up to the end of the key', { deadline: key.validTo }],
    ['with a histogram', histogram(1, 2, 1000)],
  ])('are fine %s', (_, change) => {
    expect(() => {
      check(change);
    }).not.toThrow();
  });

  const most = profile.maxValue;
  const inRange = `least below most, from -${most} to ${most}`;
  const inTime = `after ${now}, at the latest ${key.validTo}`;
  const edges = 'ascending, above 0 and at most 1000';

  test.each<[string, Partial<StudyTerms>, object]>([
    [
      'no range',
      { range: { least: 5, most: 5 } },
      { argument: 'range', expected: inRange, got: '5 to 5' },
    ],
    ['a range beyond the profile', { range: { least: 0, most: most + 1 } }, { argument: 'range' }],
    ['one below it', { range: { least: -most - 1, most: 1 } }, { argument: 'range' }],
    [
      'a deadline that is over',
      { deadline: now },
      { argument: 'deadline', expected: inTime, got: now },
    ],
    ['a deadline after the key', { deadline: '2026-12-31T00:00:01Z' }, { argument: 'deadline' }],
    [
      'edges out of order',
      histogram(2, 1),
      { argument: 'kind.edges', expected: edges, got: '2, 1' },
    ],
    ['an edge twice', histogram(2, 2), { argument: 'kind.edges' }],
    ['an edge that nothing lies below', histogram(0, 1), { argument: 'kind.edges' }],
    ['an edge beyond the range', histogram(1, 2, 1001), { argument: 'kind.edges' }],
  ])('are refused with %s', (_, change, details) => {
    expect(() => {
      check(change);
    }).toThrow(failure('ERR_INVALID_ARGUMENT', details));
  });

  test.each<[string, Partial<KeyRecord>, string]>([
    ['of another purpose', { purpose: 'claims' }, 'claims, ACTIVE'],
    ['that is not active', { status: 'RETIRED' }, `${PURPOSE}, RETIRED`],
  ])('need a key, not one %s', (_, of, got) => {
    const message = 'key k is not for joint statistics now';
    const expected = `${PURPOSE}, ACTIVE`;
    expect(() => {
      check({}, of);
    }).toThrow(failure('ERR_CONFLICT', { argument: 'keyId', message, expected, got }));
  });

  test('are what was agreed to', () => {
    expect(() => {
      requireTerms(study, 'agreed');
    }).not.toThrow();
    expect(() => {
      requireTerms(study, 'other');
    }).toThrow(
      failure('ERR_HASH_MISMATCH', {
        message: 'the study has other terms than those agreed to',
        argument: 'termsHash',
        expected: 'agreed',
        got: 'other',
      }),
    );
  });
});

describe('a study', () => {
  const ended = { at: now };
  const joining = { joiningEnded: undefined, closing: undefined };
  const contributing = { joiningEnded: ended, closing: undefined };

  test('takes no contribution as long as somebody may join, and nobody joins afterwards', () => {
    expect(() => {
      requireJoining(study, joining, now);
      requireContributing(study, contributing, now);
    }).not.toThrow();
    expect(() => {
      requireContributing(study, joining, now);
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'institutions may still join the study',
        argument: 'studyId',
        expected: 'CONTRIBUTING',
        got: 'JOINING',
      }),
    );
    expect(() => {
      requireJoining(study, contributing, now);
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'nobody joins the study any more',
        argument: 'studyId',
        expected: 'JOINING',
        got: 'CONTRIBUTING',
      }),
    );
  });

  test('takes what was committed to, and nothing else', () => {
    const participant = { committed: 'own' } as ParticipantRecord;
    expect(() => {
      requireCommitted(participant, 'own');
    }).not.toThrow();
    expect(() => {
      requireCommitted(participant, 'made of another');
    }).toThrow(
      failure('ERR_HASH_MISMATCH', {
        message: 'the institution committed to another ciphertext',
        argument: 'ciphertextHash',
        expected: 'own',
        got: 'made of another',
      }),
    );
  });

  test('is moved on by its opener', () => {
    expect(() => {
      requireOpener(study, { mspId: 'AMSP', institution: 'i' });
    }).not.toThrow();
    for (const by of [
      { mspId: 'AMSP', institution: 'j' },
      { mspId: 'BMSP', institution: 'i' },
    ]) {
      expect(() => {
        requireOpener(study, by);
      }).toThrow(
        failure('ERR_FORBIDDEN', {
          message: "the study's opener ends joining",
          argument: 'caller',
          expected: 'i of AMSP',
          got: `${by.institution} of ${by.mspId}`,
        }),
      );
    }
  });

  test('has a key under which nothing was shown', () => {
    expect(() => {
      requireUnshown('k', undefined);
    }).not.toThrow();
    expect(() => {
      requireUnshown('k', { studyId: 'other' });
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'contributions under the key were shown in another study',
        argument: 'keyId',
        expected: 'a key under which nothing was contributed',
        got: 'k, in study other',
      }),
    );
  });

  test('goes on up to its deadline', () => {
    for (const [require, phase] of [
      [requireJoining, joining],
      [requireContributing, contributing],
    ] as const) {
      expect(() => {
        require(study, phase, terms.deadline);
      }).not.toThrow();
      expect(() => {
        require(study, phase, late);
      }).toThrow(
        failure('ERR_CONFLICT', {
          message: 'the deadline is over',
          argument: 'studyId',
          expected: `at the latest ${terms.deadline}`,
          got: late,
        }),
      );
    }
  });

  test('goes on until it is closed', () => {
    for (const require of [requireJoining, requireContributing]) {
      expect(() => {
        require(study, { ...contributing, closing }, now);
      }).toThrow(
        failure('ERR_CONFLICT', {
          message: 'the study is closed',
          argument: 'studyId',
          expected: 'JOINING',
          got: 'CLOSED',
        }),
      );
    }
  });
});

describe("an institution's measure of a period", () => {
  const one = () => addPeriod(undefined, '2026-Q1', 's1');

  test('is in one study', () => {
    expect(addPeriod(one(), '2026-Q2', 's2').periods).toEqual([
      { period: '2026-Q1', studyId: 's1' },
      { period: '2026-Q2', studyId: 's2' },
    ]);
    expect(() => addPeriod(one(), '2026', 's2')).toThrow(
      failure('ERR_ALREADY_EXISTS', {
        message: 'the measure of this period is in a study already',
        argument: 'period',
        expected: 'a period without a contribution of this measure',
        got: '2026-Q1 in study s1',
      }),
    );
  });

  test('is free again after dropping out', () => {
    expect(removePeriod(one(), 's1').periods).toEqual([]);
    expect(removePeriod(one(), 's2')).toEqual(one());
    expect(removePeriod(undefined, 's1').periods).toEqual([]);
  });

  test('is bound once the cohort is frozen', () => {
    expect(() => {
      requireNotFrozen(undefined);
    }).not.toThrow();
    expect(() => {
      requireNotFrozen({ openingId: 'o' });
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the cohort is frozen',
        argument: 'studyId',
        expected: 'a study that is not opened',
        got: 'o',
      }),
    );
  });
});

describe('the closing of a study', () => {
  const joined: ParticipantRecord = {
    mspId: 'AMSP',
    institution: 'j',
    termsHash: 'agreed',
    joinedAt: now,
    committed: 'h',
  };
  const contributor = { ...joined, contribution: { ciphertextHash: 'h', by: 'b', at: now } };
  const close = (
    by: { participant?: ParticipantRecord; isOpener?: boolean },
    previous: { closing?: ClosingRecord; hasLost?: boolean } = {},
    at = now,
  ) => {
    requireMayClose(
      study,
      { participant: undefined, isOpener: false, ...by },
      { closing: undefined, hasLost: false, ...previous },
      at,
    );
  };

  test('is for its opener before the deadline, and for every contributor after it', () => {
    expect(() => {
      close({ isOpener: true });
      close({ participant: contributor }, {}, late);
    }).not.toThrow();
    expect(() => {
      close({ participant: contributor }, {}, terms.deadline);
    }).toThrow(
      failure('ERR_FORBIDDEN', {
        message: 'the opener closes the study before its deadline',
        argument: 'caller',
        expected: `the opener; from ${terms.deadline} on any contributor`,
      }),
    );
  });

  test('is for nobody else', () => {
    for (const participant of [joined, undefined]) {
      expect(() => {
        close(participant ? { participant } : {}, {}, late);
      }).toThrow(failure('ERR_FORBIDDEN'));
    }
  });

  test('is repeated by any contributor if somebody dropped out', () => {
    expect(() => {
      close({ participant: contributor }, { closing, hasLost: true });
    }).not.toThrow();
    expect(() => {
      close({ isOpener: true }, { closing });
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the study is closed, and nobody has dropped out',
        argument: 'studyId',
        expected: 'CONTRIBUTING',
        got: 'CLOSED',
      }),
    );
  });
});

test('the status follows from what is there', () => {
  const outcome = (status: OutcomeRecord['status']): OutcomeRecord => ({ status });
  const frozen = { openingId: 'o' };
  const phase = { joiningEnded: { at: now }, closing };
  expect(statusOf({ joiningEnded: undefined, closing: undefined }, undefined, undefined)).toBe(
    'JOINING',
  );
  expect(statusOf({ ...phase, closing: undefined }, undefined, undefined)).toBe('CONTRIBUTING');
  expect(statusOf(phase, undefined, undefined)).toBe('CLOSED');
  expect(statusOf(phase, frozen, outcome('OPENING'))).toBe('FROZEN');
  expect(statusOf(phase, frozen, outcome('PUBLISHED'))).toBe('PUBLISHED');
  expect(statusOf(phase, frozen, outcome('IMPLAUSIBLE'))).toBe('IMPLAUSIBLE');
});
