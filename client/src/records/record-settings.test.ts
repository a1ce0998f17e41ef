import { coded } from '@salus/testing/coded';
import { homeOf, keyServicesOf, neededOf, ownKeyServiceOf, storesOf } from './record-settings.js';

const CITY = 'CityHospitalMSP';

describe('where records lie', () => {
  it('is named by organisation or as a list', () => {
    const byName = { stores: { [CITY]: 'https://a', InsurerMSP: 'https://b' } };
    expect(storesOf(byName)).toEqual([`${CITY}=https://a`, 'InsurerMSP=https://b']);
    const list = [`${CITY}=https://a`];
    expect(storesOf({ stores: list })).toEqual(list);
  });

  it("puts the own organisation's key service first", () => {
    const keyServices = { ValleyHospitalMSP: 'https://v', [CITY]: 'https://c' };
    expect(keyServicesOf({ keyServices }, CITY)).toEqual(['https://c', 'https://v']);
    expect(ownKeyServiceOf({ keyServices }, CITY)).toBe('https://c');
    expect(ownKeyServiceOf({ keyServices }, 'InsurerMSP')).toBeUndefined();
    expect(ownKeyServiceOf({ keyServices: ['https://c', 'https://v'] }, CITY)).toBe('https://c');
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'is found for an organisation named %s where it is named, and not otherwise',
    (mspId) => {
      const others = { [CITY]: 'https://c' };
      expect(keyServicesOf({ keyServices: others }, mspId)).toEqual(['https://c']);
      expect(ownKeyServiceOf({ keyServices: others }, mspId)).toBeUndefined();
      const keyServices = { ...others, [mspId]: 'https://own' };
      expect(keyServicesOf({ keyServices }, mspId)).toEqual(['https://own', 'https://c']);
      expect(ownKeyServiceOf({ keyServices }, mspId)).toBe('https://own');
      const stores = { [mspId]: 'https://own' };
      expect(storesOf({ stores })).toEqual([`${mspId}=https://own`]);
    },
  );

  it('is missing with a word on where to name it', () => {
    expect(() => storesOf({})).toThrow(coded('ERR_SETTINGS_MISSING', { argument: 'stores' }));
    expect(() => storesOf({ stores: {} })).toThrow(coded('ERR_SETTINGS_MISSING'));
    expect(() => homeOf({})).toThrow(coded('ERR_SETTINGS_MISSING', { argument: 'home' }));
  });

  it.each([0, 4, 1.5, NaN])('cannot be restored from %s of three parts', (needed) => {
    expect(() => neededOf({ needed }, 3)).toThrow(
      coded('ERR_INVALID_ARGUMENT', { argument: 'needed' }),
    );
  });
});
