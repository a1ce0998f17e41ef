import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { SealedFolder } from '../storage/sealed-folder.js';
import { likenessOf } from './grade.js';
import { jaroWinkler, plain } from './likeness.js';
import { MasterIndex } from './master-index.js';
import { personOf, type Person } from './person.js';

const MRN = 'urn:oid:1.2.36.146.595.217.0.1';
const maria: Person = {
  identifiers: [{ system: MRN, value: '12345' }],
  family: 'Müller-Santos',
  given: ['María', 'José'],
  birthDate: '1974-12-25',
  gender: 'female',
  postalCode: '3999',
  phone: '+61 3 5555 6473',
};
const without = (...fields: (keyof Person)[]): Person => ({
  identifiers: [],
  given: [],
  ...Object.fromEntries(
    Object.entries(maria).filter(([name]) => !fields.includes(name as keyof Person)),
  ),
});
const grade = (asked: Person, known = maria) => likenessOf(asked, known)?.grade;

describe('how much two descriptions are of one person', () => {
  it.each<[string, Person, string | undefined]>([
    ['the same number', { ...without(), ...maria }, 'certain'],
    ['the number alone', { identifiers: maria.identifiers, given: [] }, 'certain'],
    [
      'the number, and all else another person',
      {
        identifiers: maria.identifiers,
        given: ['Otto'],
        family: 'Xu',
        birthDate: '2001-01-01',
        gender: 'male',
      },
      'possible',
    ],
    ['all but a number', without('identifiers'), 'probable'],
    [
      'names without accents, in capitals',
      { ...without('identifiers'), family: 'MULLER SANTOS', given: ['maria'] },
      'probable',
    ],
    ['a slip in the name', { ...without('identifiers'), family: 'Muller-Santo' }, 'probable'],
    ['day and month swapped', { ...without('identifiers'), birthDate: '1974-25-12' }, 'probable'],
    ['no number, place or phone', without('identifiers', 'postalCode', 'phone'), 'possible'],
    [
      'another number of the same system',
      { ...maria, identifiers: [{ system: MRN, value: '9' }] },
      'possible',
    ],
    ['the name alone', { identifiers: [], family: maria.family, given: maria.given }, undefined],
    [
      'another day of birth',
      { ...without('identifiers', 'phone'), birthDate: '1980-01-01' },
      undefined,
    ],
    ['nothing', { identifiers: [], given: [] }, undefined],
  ])('%s', (_, asked, expected) => {
    expect(grade(asked)).toBe(expected);
  });

  it('is the same both ways, between 0 and 1', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
        const [there, back] = [jaroWinkler(left, right), jaroWinkler(right, left)];
        expect(there).toBeCloseTo(back, 1);
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has the published values of Jaro and Winkler', () => {
    expect(jaroWinkler('martha', 'marhta')).toBeCloseTo(0.961, 3);
    expect(jaroWinkler('dixon', 'dicksonx')).toBeCloseTo(0.813, 3);
    expect(plain("O'Brien-Çelik")).toBe('obriencelik');
  });
});

describe('the master index', () => {
  let home: string;
  const key = randomBytes(32);
  const open = () => MasterIndex.open(new SealedFolder(home, key));
  const pseudonym = 'p'.repeat(43);

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'salus-index-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  it('finds who was put into it before, and keeps nobody in the clear', async () => {
    await (await open()).put({ pseudonym, person: maria });
    const index = await open();
    expect(index.byIdentifier(MRN, '12345')).toHaveLength(1);
    expect(index.byIdentifier('urn:oid:1', '12345')).toEqual([]);
    const bytes = await readFile(path.join(home, (await readdir(home))[0]!), 'latin1');
    for (const canary of ['Santos', '1974', '12345', pseudonym])
      expect(bytes).not.toContain(canary);
  });

  it('answers with certain matches only where one alone is certain', async () => {
    const index = await open();
    await index.put({ pseudonym, person: maria });
    expect(index.match(maria, { onlyCertain: true })).toHaveLength(1);
    expect(index.match(without('identifiers'), { onlyCertain: true })).toEqual([]);
    await index.put({ pseudonym: 'q'.repeat(43), person: maria });
    expect(index.match(maria, { onlyCertain: true })).toEqual([]);
    expect(index.match(maria, { count: 1 })).toHaveLength(1);
  });
});

test('a FHIR Patient tells what persons are told apart by', () => {
  expect(
    personOf({
      resourceType: 'Patient',
      identifier: [{ system: MRN, value: '12345' }, { value: 'no system' }],
      name: [
        { use: 'old', family: 'X' },
        { use: 'official', family: 'Y', given: ['Z'] },
      ],
      telecom: [
        { system: 'email', value: 'a@b' },
        { system: 'phone', value: '1' },
      ],
      address: [{ city: 'C' }, { postalCode: '3999' }],
      birthDate: '1974-12-25',
      gender: 'female',
    }),
  ).toEqual({
    identifiers: [{ system: MRN, value: '12345' }],
    family: 'Y',
    given: ['Z'],
    birthDate: '1974-12-25',
    gender: 'female',
    phone: '1',
    postalCode: '3999',
  });
});
