import { isCohort, isRepetition, organisationsOf, type Repeated } from './cohort.js';

const members = (...counts: number[]) =>
  counts.flatMap((count, organisation) =>
    Array.from({ length: count }, (_, index) => ({
      mspId: `O${organisation}MSP`,
      institution: `i${index}`,
    })),
  );
const terms = { minimumCohort: 6, minimumOfOthers: 5, coalition: 1 };

describe('a cohort', () => {
  test.each<[string, number[], number, boolean]>([
    ['ten institutions of two organisations', [5, 5], 6, true],
    ['nine of two', [5, 4], 6, false],
    ['eight of three', [3, 3, 2], 6, true],
    ['seven of three', [3, 2, 2], 6, false],
    ['five of others beside many of one organisation', [9, 5], 6, true],
    ['four of others beside many of one organisation', [9, 4], 6, false],
    ['four of others, of two organisations', [4, 3, 1], 6, false],
    ['six of one organisation', [6], 6, false],
    ['one each of six organisations', [1, 1, 1, 1, 1, 1], 6, true],
    ['five, whatever a study asks for', [1, 1, 1, 1, 1], 1, false],
    ['ten where eleven are asked for', [5, 5], 11, false],
    ['eleven where eleven are asked for', [6, 5], 11, true],
    ['nobody', [], 6, false],
  ])(
    'is judged by its institutions and their organisations: %s',
    (_, counts, minimumCohort, expected) => {
      expect(isCohort(members(...counts), { ...terms, minimumCohort })).toBe(expected);
    },
  );

  test('has more of others where the terms ask for it', () => {
    const six = { ...terms, minimumOfOthers: 6 };
    expect(isCohort(members(6, 6), six)).toBe(true);
    expect(isCohort(members(6, 5), six)).toBe(false);
  });

  test('has as many of others for organisations that pool, where the terms ask for it', () => {
    const two = { ...terms, coalition: 2 };
    expect(isCohort(members(4, 4, 1), terms)).toBe(true);
    expect(isCohort(members(4, 4, 1), two)).toBe(false);
    expect(isCohort(members(1, 4, 4), two)).toBe(false);
    expect(isCohort(members(4, 4, 3, 2), two)).toBe(true);
    expect(isCohort(members(9, 9), two)).toBe(false);
  });

  test('has no fewer than the safe floor, whatever forged terms say', () => {
    const forged = { minimumCohort: 0, minimumOfOthers: 0, coalition: 0 };
    expect(isCohort(members(5, 4), forged)).toBe(false);
    expect(isCohort(members(7), forged)).toBe(false);
    expect(isCohort(members(5, 5), forged)).toBe(true);
  });

  test('counts an institution once', () => {
    const nine = members(5, 4);
    expect(isCohort([...nine, ...nine], terms)).toBe(false);
  });

  test('counts institutions of one name in two organisations apart', () => {
    const names = members(5, 5).map(({ institution }) => institution);
    expect(new Set(names).size).toBe(5);
    expect(isCohort(members(5, 5), terms)).toBe(true);
  });

  test('has organisations, each once and in order', () => {
    expect(organisationsOf(members(1, 2).toReversed())).toEqual(['O0MSP', 'O1MSP']);
  });
});

describe('the cohort that does an implausible study again', () => {
  const cohort = members(6, 6, 2);
  const before = (left: readonly number[] = [], change: Partial<Repeated> = {}): Repeated => ({
    cohort,
    participants: cohort.map((one, index) => ({
      ...one,
      ...(left.includes(index) && { leftAt: '2026-05-01T00:00:00Z' }),
    })),
    terms: {},
    ...change,
  });
  const without = (...gone: number[]) => cohort.filter((_, index) => !gone.includes(index));

  test('is the same, in whatever order', () => {
    expect(isRepetition(cohort, before(), terms)).toBe(true);
    expect(isRepetition(cohort.toReversed(), before(), terms)).toBe(true);
  });

  test('is without those that left, and has nobody else in their place', () => {
    expect(isRepetition(without(0, 7), before([0, 7]), terms)).toBe(true);
    expect(isRepetition(cohort, before([0]), terms)).toBe(false);
    expect(isRepetition(without(7), before([0]), terms)).toBe(false);
  });

  test('leaves no single one out, and takes no single one in', () => {
    expect(isRepetition(without(0), before(), terms)).toBe(false);
    const other = { mspId: 'O9MSP', institution: 'i0' };
    expect(isRepetition([...cohort, other], before(), terms)).toBe(false);
    expect(isRepetition([...without(0), other], before(), terms)).toBe(false);
  });

  test('differs by enough of others, once', () => {
    // Six of one organisation and five of another: whoever pools does not know five.
    const apart = without(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    expect(isRepetition(apart, before(), terms)).toBe(true);
    expect(isRepetition([...apart, cohort[10] ?? cohort[0]!], before(), terms)).toBe(false);
    expect(isRepetition(apart, before([], { terms: { repeats: 's0' } }), terms)).toBe(false);
    expect(isRepetition(cohort, before([], { terms: { repeats: 's0' } }), terms)).toBe(true);
  });

  test('counts those that come beside those that go', () => {
    const others = members(0, 0, 0, 5);
    expect(isRepetition([...without(0, 1, 2, 3, 4), ...others], before(), terms)).toBe(true);
    expect(isRepetition([...without(0, 1, 2, 3), ...others], before(), terms)).toBe(false);
  });

  test('is none where nothing was evaluated before', () => {
    const { cohort: _, ...unevaluated } = before();
    expect(isRepetition(members(4), unevaluated, terms)).toBe(false);
    expect(isRepetition(members(5, 4), unevaluated, terms)).toBe(false);
  });
});
