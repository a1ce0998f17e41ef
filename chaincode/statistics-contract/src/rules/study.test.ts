import type { KeyRecord } from '@salus/chaincode-computation';
import { profileOf } from '@salus/compute';
import type { ErrorCode } from '@salus/protocol';
import { PURPOSE, type OpenStudyRequest, type StudyTerms } from '@salus/protocol/statistics';
import type {
  ClosingRecord,
  OutcomeRecord,
  ParticipantRecord,
  StudyRecord,
} from '../state/records.js';
import {
  addPeriod,
  checkTerms,
  leave,
  removePeriod,
  requireCohort,
  requireCommitted,
  requireCommittee,
  requireContributing,
  requireCurrent,
  requireJoining,
  requireMayClose,
  requireNoPublisher,
  requireNotFrozen,
  requireOpener,
  requireOpeningOf,
  requireProvable,
  requireRepeatable,
  noRoomToJoin,
  requireRepetition,
  requireTerms,
  requireUnshown,
  statusOf,
  termsOf,
} from './study.js';

const failure = (code: ErrorCode, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

const profile = profileOf('bfv-8192-sum-v1');
const key = {
  keyId: 'k',
  purpose: PURPOSE,
  status: 'ACTIVE',
  validTo: '2026-12-31T00:00:00Z',
  committee: { members: ['CMSP', 'AMSP', 'BMSP'], threshold: 2 },
  publicKeyHash: 'of the key',
} as unknown as KeyRecord;
const request: OpenStudyRequest = {
  studyId: 's',
  keyId: 'k',
  measure: 'cost',
  period: '2026-Q1',
  unit: { code: 'USD', decimals: 2 },
  range: { least: 0, most: 1000 },
  kind: { name: 'mean-variance' },
  minimumCohort: 6,
  publishers: ['XMSP', 'YMSP'],
  deadline: '2026-06-01T00:00:00Z',
};
const terms: StudyTerms = {
  ...request,
  minimumOfOthers: 5,
  coalition: 1,
  step: 10,
  committee: { members: ['AMSP', 'BMSP', 'CMSP'], threshold: 2 },
  publicKeyHash: 'of the key',
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
    [
      'with the whole range',
      { range: { least: -profile.maxValue, most: profile.maxValue }, step: 8_589_935 },
    ],
    ['up to the end of the key', { deadline: key.validTo }],
    ['with a coarser step', { step: 11 }],
    ['with a histogram', histogram(100, 200, 901)],
    ['with a histogram of two bins', histogram(500)],
  ])('are fine %s', (_, change) => {
    expect(() => {
      check(change);
    }).not.toThrow();
  });

  const most = profile.maxValue;
  const inRange = `least below most, from -${most} to ${most}`;
  const inTime = `after ${now}, at the latest ${key.validTo}`;
  const edges = 'ascending from 0 to 1000, bins at least 100 wide';

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
      'a step that is too fine',
      { step: 9 },
      { argument: 'step', expected: 'at least 10', got: '9' },
    ],
    [
      'a step that is too fine for the range',
      { range: { least: 0, most: 10_001 } },
      { argument: 'step', expected: 'at least 11', got: '10' },
    ],
    [
      'edges out of order',
      histogram(400, 200),
      { argument: 'kind.edges', expected: edges, got: '400, 200' },
    ],
    ['an edge twice', histogram(200, 200), { argument: 'kind.edges' }],
    ['a first bin that is too narrow', histogram(99, 300), { argument: 'kind.edges' }],
    ['a bin that is too narrow', histogram(100, 199), { argument: 'kind.edges' }],
    ['a last bin that is too narrow', histogram(100, 902), { argument: 'kind.edges' }],
    ['bins that are too narrow for the step', { ...histogram(100, 300), step: 11 }, {}],
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

  test('tell every choice, and the committee and key that the ledger knows', () => {
    expect(termsOf(request, key)).toEqual(terms);
    const chosen = { minimumOfOthers: 7, coalition: 2, step: 25 };
    expect(termsOf({ ...request, ...chosen }, key)).toEqual({ ...terms, ...chosen });
    const { publicKeyHash: _, ...unmade } = key;
    expect(termsOf(request, unmade).publicKeyHash).toBe('');
    expect(key.committee.members).toEqual(['CMSP', 'AMSP', 'BMSP']);
  });

  test('have no publisher among the institutions', () => {
    expect(() => {
      requireNoPublisher(terms, 'AMSP');
    }).not.toThrow();
    expect(() => {
      requireNoPublisher(terms, 'YMSP');
    }).toThrow(
      failure('ERR_FORBIDDEN', {
        message: 'the organisation publishes the study',
        argument: 'caller',
        expected: 'an organisation other than XMSP, YMSP',
        got: 'YMSP',
      }),
    );
  });

  test('name the committee that holds the key', () => {
    expect(() => {
      requireCommittee(terms, key);
    }).not.toThrow();
    const others: Partial<KeyRecord>[] = [
      { committee: { members: ['AMSP', 'BMSP', 'DMSP'], threshold: 2 } },
      { committee: { members: ['AMSP', 'BMSP'], threshold: 2 } },
      { committee: { members: ['AMSP', 'BMSP', 'CMSP'], threshold: 3 } },
      { publicKeyHash: 'of another' },
    ];
    for (const other of others) {
      expect(() => {
        requireCommittee(terms, { ...key, ...other });
      }).toThrow(
        failure('ERR_CONFLICT', {
          message: 'key k is not held by the committee that the terms name',
          argument: 'keyId',
          expected: '[{"members":["AMSP","BMSP","CMSP"],"threshold":2},"of the key"]',
          got: expect.not.stringMatching(
            '^.{"members":.".MSP","BMSP","CMSP".,"threshold":2},"of the key".$',
          ) as string,
        }),
      );
    }
  });

  test('are of this release', () => {
    expect(requireCurrent(study)).toBe(study);
    const { publishers: _, ...earlier } = terms;
    expect(() => requireCurrent({ terms: earlier })).toThrow(
      failure('ERR_CONFLICT', {
        message: 'an earlier release opened the study; open another one in its place',
        argument: 'studyId',
        expected: 'terms that name publishers and committee',
        got: 'none',
      }),
    );
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
  const one = () => addPeriod(undefined, '2026-Q1', 's1', []);

  test('is in one study', () => {
    expect(addPeriod(one(), '2026-Q2', 's2', []).periods).toEqual([
      { period: '2026-Q1', studyId: 's1' },
      { period: '2026-Q2', studyId: 's2' },
    ]);
    expect(() => addPeriod(one(), '2026', 's2', [])).toThrow(
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

  test('is in a study that repeats an implausible one, and in no other', () => {
    expect(addPeriod(one(), '2026-Q1', 's2', ['s1']).periods).toEqual([
      { period: '2026-Q1', studyId: 's1' },
      { period: '2026-Q1', studyId: 's2' },
    ]);
    expect(() => addPeriod(one(), '2026-Q1', 's2', ['s0'])).toThrow(failure('ERR_ALREADY_EXISTS'));
    const twice = addPeriod(one(), '2026-Q1', 's2', ['s1']);
    expect(() => addPeriod(twice, '2026-Q1', 's3', ['s1'])).toThrow(
      failure('ERR_ALREADY_EXISTS', { got: '2026-Q1 in study s2' }),
    );
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

describe('a cohort', () => {
  const members = (...counts: number[]) =>
    counts.flatMap((count, organisation) =>
      Array.from({ length: count }, (_, index) => ({
        mspId: `O${organisation}MSP`,
        institution: `i${index}`,
      })),
    );
  const repeated = { cohort: members(5, 5), participants: [], terms: {} };

  test('is large enough', () => {
    expect(() => {
      requireCohort(members(5, 5), terms);
    }).not.toThrow();
    const small = {
      message: 'too few institutions take part',
      argument: 'studyId',
      expected: '6 or more, and for each organisation 5 of others',
      got: '9',
    };
    expect(() => {
      requireCohort(members(5, 4), terms);
    }).toThrow(failure('ERR_COHORT_TOO_SMALL', small));
    expect(() => {
      requireCohort(members(5, 4), { ...terms, coalition: 2 });
    }).toThrow(
      failure('ERR_COHORT_TOO_SMALL', {
        ...small,
        expected: '6 or more, and for any 2 organisations 5 of others',
      }),
    );
  });

  test('has no room for more than one evaluation adds up', () => {
    expect(() => {
      throw noRoomToJoin();
    }).toThrow(
      failure('ERR_COHORT_TOO_LARGE', {
        message: 'the study has no room for another institution',
        argument: 'studyId',
        expected: 'at most 64 institutions',
        got: '64, and one more',
      }),
    );
  });

  test('tells nothing by its difference to an implausible one', () => {
    expect(() => {
      requireRepetition(members(1), undefined, terms);
      requireRepetition(members(5, 5), repeated, terms);
    }).not.toThrow();
    const differs = {
      message: 'the cohort differs from that of the repeated study by too few institutions',
      argument: 'studyId',
      got: '9 institutions, others among them or missing',
    };
    expect(() => {
      requireRepetition(members(5, 4), repeated, { ...terms, repeats: 's0' });
    }).toThrow(
      failure('ERR_COHORT_TOO_SMALL', {
        ...differs,
        expected: 'the institutions of s0 that did not leave it',
      }),
    );
    expect(() => {
      requireRepetition(members(5, 4), repeated, terms);
    }).toThrow(
      failure('ERR_COHORT_TOO_SMALL', {
        expected: 'the institutions of  that did not leave it',
      }),
    );
  });
});

describe('what a result is recorded from', () => {
  test("is an opening of the study's latest evaluation", () => {
    expect(() => {
      requireOpeningOf({ evaluationId: 'e2' }, { evaluationId: 'e2' });
    }).not.toThrow();
    expect(() => {
      requireOpeningOf({ evaluationId: 'e2' }, { evaluationId: 'e1' });
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the opening is not one of the study',
        argument: 'openingId',
        expected: 'e2',
        got: 'e1',
      }),
    );
  });
});

describe('an implausible study', () => {
  const implausible: OutcomeRecord = { status: 'IMPLAUSIBLE', defect: 'STRAY_VALUES' };
  const opening: OutcomeRecord = { status: 'OPENING' };

  test('alone is repeated', () => {
    expect(() => {
      requireRepeatable(terms, study, implausible);
      requireRepeatable({ ...terms, step: 50, minimumCohort: 9 }, study, implausible);
    }).not.toThrow();
    for (const [outcome, got] of [
      [undefined, 'none'],
      [opening, 'OPENING'],
      [{ status: 'PUBLISHED' } as OutcomeRecord, 'PUBLISHED'],
    ] as const) {
      expect(() => {
        requireRepeatable(terms, study, outcome);
      }).toThrow(
        failure('ERR_CONFLICT', {
          message: 'only an implausible study is repeated',
          argument: 'repeats',
          expected: 'IMPLAUSIBLE',
          got,
        }),
      );
    }
  });

  test('is repeated three times in a row at the most', () => {
    expect(() => {
      requireRepeatable(terms, { ...study, repeated: ['s1', 's2'] }, implausible);
    }).not.toThrow();
    expect(() => {
      requireRepeatable(terms, { ...study, repeated: ['s1', 's2', 's3'] }, implausible);
    }).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the figures were opened too often',
        argument: 'repeats',
        expected: 'at most 3 repetitions',
        got: '3',
      }),
    );
  });

  test.each<[string, Partial<StudyTerms>]>([
    ['measure', { measure: 'other' }],
    ['period', { period: '2026-Q2' }],
    ['unit', { unit: { code: 'USD', decimals: 3 } }],
    ['range', { range: { least: 0, most: 1001 } }],
  ])('is repeated with the same %s', (_, change) => {
    expect(() => {
      requireRepeatable({ ...terms, ...change }, study, implausible);
    }).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        argument: 'repeats',
        got: '{"measure":"cost","period":"2026-Q1","range":{"least":0,"most":1000},"unit":{"code":"USD","decimals":2}}',
        expected: expect.stringMatching('^a study of {"measure"') as string,
      }),
    );
  });

  const contribution = { ciphertextHash: 'h', by: 'b', at: now };
  const joined: ParticipantRecord = {
    mspId: 'AMSP',
    institution: 'j',
    termsHash: 'agreed',
    joinedAt: now,
    committed: 'h',
  };

  test('is left by an institution whose figure is in it, once', () => {
    const contributor = { ...joined, contribution };
    const left = leave(contributor, implausible, late);
    expect(left).toEqual({ ...contributor, leftAt: late });
    for (const participant of [joined, left]) {
      expect(() => leave(participant, implausible, late)).toThrow(
        failure('ERR_CONFLICT', {
          message: 'the institution has no figure in the study',
          argument: 'studyId',
          expected: 'a figure',
          got: 'none',
        }),
      );
    }
    for (const [outcome, got] of [
      [undefined, 'none'],
      [opening, 'OPENING'],
    ] as const) {
      expect(() => leave(contributor, outcome, late)).toThrow(
        failure('ERR_CONFLICT', {
          message: 'the cohort is frozen',
          argument: 'studyId',
          expected: 'a study that is not opened',
          got,
        }),
      );
    }
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

test('a contribution is proven for who joined, in the epoch of joining', () => {
  expect(requireProvable({ joinedBy: 'x', epoch: 0 })).toEqual({ joinedBy: 'x', epoch: 0 });
  for (const earlier of [{}, { joinedBy: 'x' }, { epoch: 1 }]) {
    expect(() => requireProvable(earlier)).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the institution joined by a release without proofs',
        argument: 'studyId',
        expected: 'a study that was joined since 0.2.0',
        got: 'an earlier one',
      }),
    );
  }
});
