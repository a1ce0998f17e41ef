import { requireAdministrator } from './administrator.js';

test('a certificate of the unit admin is an administrator', () => {
  expect(() => {
    requireAdministrator(['clinic', 'admin']);
  }).not.toThrow();
});

test.each([[[]], [[undefined]], [['client']], [['administrators']]])(
  'a certificate of the units %j is none',
  (units) => {
    expect(() => {
      requireAdministrator(units);
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_FORBIDDEN',
        argument: 'caller',
        message: "Only an organisation's administrator speaks for it here",
        expected: 'a certificate of the organisational unit admin',
        got: 'another',
      }) as Error,
    );
  },
);
