import { coded } from '@salus/testing/coded';
import { readFhirText } from './read.js';
import { ofOnePatient } from './subjects.js';

const read = (...entry: object[]) =>
  readFhirText(JSON.stringify({ resourceType: 'Bundle', entry }), 'x');
const patient = (id: string, more: object = {}) => ({
  resource: { resourceType: 'Patient', id, ...more },
});
const of = (element: string, reference: string, id = 'o') => ({
  resource: { resourceType: 'Observation', id, [element]: { reference } },
});
const names = (resources: readonly { readonly name: string }[]) =>
  resources.map(({ name }) => name);

describe('resources of one patient', () => {
  it('are all of them where no other patient is named', () => {
    const practitioner = { resource: { resourceType: 'Practitioner', id: 'd' } };
    const resources = read(
      patient('p'),
      of('subject', 'Patient/p'),
      practitioner,
      of('subject', 'Group/g', 'g'),
    );
    expect(ofOnePatient(resources)).toEqual({ resources, leftOut: 0 });
    expect(ofOnePatient(read(of('subject', 'Patient/elsewhere'))).leftOut).toBe(0);
  });

  it.each<[string, object[]]>([
    ['two Patients', [patient('p'), patient('q')]],
    ['a subject that is another one', [patient('p'), of('subject', 'Patient/q')]],
    ['subjects of two', [of('subject', 'Patient/p'), of('patient', 'Patient/q', 'b')]],
    [
      'Patients of two servers with one ID',
      [
        { fullUrl: 'https://a.example/Patient/1', ...patient('1') },
        { fullUrl: 'https://b.example/Patient/1', ...patient('1', { active: true }) },
      ],
    ],
    ['a coverage of another one', [patient('p'), of('beneficiary', 'Patient/q')]],
  ])('are refused with %s', (_, entry) => {
    expect(() => ofOnePatient(read(...entry))).toThrow(coded('ERR_CONFLICT'));
  });

  it('are picked by the subject that is named: a mother and her child', () => {
    const resources = read(
      { fullUrl: 'urn:uuid:1', ...patient('mother') },
      { fullUrl: 'urn:uuid:2', ...patient('child') },
      of('subject', 'urn:uuid:1', 'a'),
      of('subject', 'Patient/child', 'b'),
      { resource: { resourceType: 'Practitioner', id: 'd' } },
    );
    const mother = ofOnePatient(resources, 'Patient/mother');
    expect(names(mother.resources)).toEqual(['Patient/mother', 'Observation/a', 'Practitioner/d']);
    expect(mother.leftOut).toBe(2);
    expect(names(ofOnePatient(resources, 'urn:uuid:2').resources)).toEqual([
      ...['Patient/child', 'Observation/b', 'Practitioner/d'],
    ]);
    expect(() => ofOnePatient(resources, 'Patient/father')).toThrow(coded('ERR_NOT_FOUND'));
  });

  it('are those of a record that was merged into another one, too', () => {
    const link = [{ type: 'replaced-by', other: { reference: 'Patient/new' } }];
    const resources = read(patient('old', { link }), patient('new'), of('subject', 'Patient/old'));
    expect(ofOnePatient(resources)).toEqual({ resources, leftOut: 0 });
    const seeAlso = [{ type: 'seealso', other: { reference: 'Patient/new' } }];
    expect(() => ofOnePatient(read(patient('old', { link: seeAlso }), patient('new')))).toThrow(
      coded('ERR_CONFLICT'),
    );
  });
});
