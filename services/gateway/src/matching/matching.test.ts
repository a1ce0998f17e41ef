import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Patient } from '@medplum/fhirtypes';
import * as fc from 'fast-check';
import { SealedFolder } from '../storage/sealed-folder.js';
import { fits, likenessOf } from './grade.js';
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
    expect(plain('Strauß')).toBe(plain('STRAUSS'));
  });
});

describe('a description that comes with the name of a patient', () => {
  const other = { identifiers: [{ system: MRN, value: '9' }], given: [] };

  it.each<[string, Person, boolean]>([
    ['nothing', { identifiers: [], given: [] }, true],
    ['the number alone', { identifiers: maria.identifiers, given: [] }, true],
    [
      'the number, and another family name',
      { ...maria, family: 'Schmidt', phone: '1', postalCode: '2' },
      true,
    ],
    [
      'the number of somebody else with another day of birth, name and gender',
      {
        identifiers: maria.identifiers,
        given: ['Otto'],
        family: 'Xu',
        birthDate: '2001-01-01',
        gender: 'male',
      },
      false,
    ],
    ['another number of the system', other, false],
    ['another number, and all else the same', { ...maria, ...other, given: maria.given }, false],
    [
      'a number of another system alone',
      { identifiers: [{ system: 'x', value: '1' }], given: [] },
      false,
    ],
    ['name and day of birth', without('identifiers', 'gender', 'phone', 'postalCode'), true],
    ['the year of birth and the name', { ...without('identifiers'), birthDate: '1974' }, true],
    ['another year of birth', { ...without('identifiers'), birthDate: '1975' }, false],
    ['another day of birth', { ...without('identifiers'), birthDate: '1974-12-24' }, false],
    ['another family name', { ...without('identifiers'), family: 'Schmidt' }, false],
    ['another gender', { ...without('identifiers'), gender: 'male' }, false],
    ['the gender alone', { identifiers: [], given: [], gender: 'female' }, false],
    ['another address alone', { identifiers: [], given: [], postalCode: '1' }, false],
  ])('with %s fits: %s', (_, told, expected) => {
    expect(fits(told, maria)).toBe(expected);
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

  it('sets a damaged file aside, tells of it, and knows all others', async () => {
    const others = ['q', 'r'].map((letter) => letter.repeat(43));
    for (const one of [pseudonym, ...others])
      await (await open()).put({ pseudonym: one, person: maria });
    const [file = ''] = await readdir(home);
    await writeFile(path.join(home, file), 'damaged');
    const told: string[] = [];
    const index = await MasterIndex.open(new SealedFolder(home, key), ({ fault }) =>
      told.push(fault),
    );
    expect(told).toEqual(['ERR_DECRYPTION_FAILED']);
    expect([pseudonym, ...others].filter((one) => index.get(one))).toHaveLength(2);
    expect((await readdir(home)).filter((one) => one.endsWith('.damaged'))).toHaveLength(1);
  });

  it('does not open under another key, and leaves its files in place', async () => {
    await (await open()).put({ pseudonym, person: maria });
    await expect(MasterIndex.open(new SealedFolder(home, randomBytes(32)))).rejects.toMatchObject({
      code: 'ERR_DECRYPTION_FAILED',
    });
    expect((await open()).get(pseudonym)).toBeDefined();
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

test.each<[string, object, object]>([
  [
    'the usual name rather than a former one',
    {
      name: [
        { use: 'old', family: 'X' },
        { use: 'usual', family: 'Y' },
      ],
    },
    { family: 'Y' },
  ],
  ['the only name, even a former one', { name: [{ use: 'old', family: 'X' }] }, { family: 'X' }],
  [
    'given names without those that only extensions tell',
    { name: [{ given: [null, 'A'] }] },
    { given: ['A'] },
  ],
  ['a year of birth', { birthDate: '1954' }, { birthDate: '1954' }],
  ['a month of birth', { birthDate: '1954-03' }, { birthDate: '1954-03' }],
])('a FHIR Patient tells %s', (_, members, expected) => {
  const patient = { resourceType: 'Patient', ...members } as unknown as Patient;
  expect(personOf(patient)).toMatchObject(expected);
});
