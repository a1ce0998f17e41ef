import { isNamedRole, READING_ROLES } from './reading-roles.js';

describe('a role that is named, or none', () => {
  test.each<[string | undefined, string | undefined, boolean]>([
    ['nurse', 'nurse', true],
    ['nurse', 'physician', false],
    ['nurse', undefined, false],
    [undefined, 'physician', true],
    [undefined, 'nurse', false],
    [undefined, undefined, false],
  ])('%s: of %s %s', (named, role, expected) => {
    expect(isNamedRole(named, role === undefined ? {} : { role })).toBe(expected);
  });
});

test('those read whose work takes what describes a record', () => {
  expect(READING_ROLES).toEqual([
    'registrar',
    'physician',
    'billing',
    'emergency',
    'pharmacist',
    'adjuster',
  ]);
});
