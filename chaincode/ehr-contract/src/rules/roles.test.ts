import { refusalOf } from '../test-support/refusal.js';
import { isReading, requireDepositor, requireKeyService, requireReading } from './roles.js';

const refused = (expected: string, got: string) =>
  `ERR_FORBIDDEN caller: The role of the caller does not go with this (${expected}, not ${got})`;

describe('details and sealed keys of own records', () => {
  test.each(['registrar', 'physician', 'billing', 'keyservice'])(
    'are deposited by a %s',
    (role) => {
      expect(
        refusalOf(() => {
          requireDepositor({ role });
        }),
      ).toBe('taken');
    },
  );

  test.each([
    [{ role: 'store' }, 'store'],
    [{ role: 'clerk' }, 'clerk'],
    [{}, 'no role'],
  ])('are not deposited by %j', (who, got) => {
    expect(
      refusalOf(() => {
        requireDepositor(who);
      }),
    ).toBe(refused('registrar or physician or billing or keyservice', got));
  });
});

describe('sealed keys', () => {
  test('are handed on and replaced by the key service', () => {
    expect(
      refusalOf(() => {
        requireKeyService({ role: 'keyservice' });
      }),
    ).toBe('taken');
  });

  test.each([
    [{ role: 'registrar' }, 'registrar'],
    [{ role: 'store' }, 'store'],
    [{}, 'no role'],
  ])('are left alone by %j', (who, got) => {
    expect(
      refusalOf(() => {
        requireKeyService(who);
      }),
    ).toBe(refused('keyservice', got));
  });
});

describe('what describes a record', () => {
  const staff = ['registrar', 'physician', 'billing', 'emergency', 'pharmacist', 'adjuster'];

  test.each(staff)('is read by a %s', (role) => {
    expect(isReading({ role })).toBe(true);
    expect(
      refusalOf(() => {
        requireReading({ role });
      }),
    ).toBe('taken');
  });

  test('is read by the key service, which is no staff', () => {
    expect(isReading({ role: 'keyservice' })).toBe(false);
    expect(
      refusalOf(() => {
        requireReading({ role: 'keyservice' });
      }),
    ).toBe('taken');
  });

  test.each([
    [{ role: 'store' }, 'store'],
    [{ role: 'privacy-officer' }, 'privacy-officer'],
    [{}, 'no role'],
  ])('is not read by %j', (who, got) => {
    expect(isReading(who)).toBe(false);
    expect(
      refusalOf(() => {
        requireReading(who);
      }),
    ).toBe(refused([...staff, 'keyservice'].join(' or '), got));
  });
});
