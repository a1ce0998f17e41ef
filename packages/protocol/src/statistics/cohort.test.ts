import { isCohort, organisationsOf } from './cohort.js';

const members = (...counts: number[]) =>
  counts.flatMap((count, organisation) =>
    Array.from({ length: count }, (_, index) => ({
      mspId: `O${organisation}MSP`,
      institution: `i${index}`,
    })),
  );

describe('a cohort', () => {
  test.each<[string, number[], number, boolean]>([
    ['six institutions of two organisations', [3, 3], 6, true],
    ['five', [3, 2], 5, false],
    ['five, whatever a study asks for', [2, 3], 1, false],
    ['six where seven are asked for', [3, 3], 7, false],
    ['seven where seven are asked for', [4, 3], 7, true],
    ['two of others beside four of one organisation', [4, 2], 6, false],
    ['three of others beside many of one organisation', [9, 3], 6, true],
    ['two and one of others', [3, 2, 1], 6, true],
    ['six of one organisation', [6], 6, false],
    ['one each of six organisations', [1, 1, 1, 1, 1, 1], 6, true],
    ['nobody', [], 6, false],
  ])(
    'is judged by its institutions and their organisations: %s',
    (_, counts, minimum, expected) => {
      expect(isCohort(members(...counts), { minimumCohort: minimum })).toBe(expected);
    },
  );

  test('has more of others for every organisation where the study asks for it', () => {
    const terms = { minimumCohort: 6, minimumOfOthers: 5 };
    expect(isCohort(members(5, 5), terms)).toBe(true);
    expect(isCohort(members(5, 4), terms)).toBe(false);
  });

  test('counts an institution once', () => {
    const five = members(3, 2);
    expect(isCohort([...five, ...five], { minimumCohort: 6 })).toBe(false);
  });

  test('counts institutions of one name in two organisations apart', () => {
    const names = members(3, 3).map(({ institution }) => institution);
    expect(new Set(names).size).toBe(3);
    expect(isCohort(members(3, 3), { minimumCohort: 6 })).toBe(true);
  });

  test('has organisations, each once and in order', () => {
    expect(organisationsOf(members(1, 2).toReversed())).toEqual(['O0MSP', 'O1MSP']);
  });
});
