import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { stateOf010 } from '@salus/testing/state-of-010';
import { readSettings, requireSettings } from './settings.js';

function homeWith(settings: string): string {
  const home = mkdtempSync(path.join(tmpdir(), 'salus-home-'));
  writeFileSync(path.join(home, 'salus.json'), settings);
  return home;
}

describe('settings', () => {
  it('come from the option, else the environment, else salus.json', () => {
    const home = homeWith('{"channel":"file","mspId":"FileMSP","profile":"profile.json"}');
    const env = { SALUS_CHANNEL: 'environment', SALUS_MSP_ID: 'EnvironmentMSP' };
    expect(readSettings({ home, channel: 'option' }, env)).toEqual({
      home,
      channel: 'option',
      mspId: 'EnvironmentMSP',
      profile: path.join(home, 'profile.json'),
    });
  });

  it('of a salus.json that release 0.1.0 wrote are read', () => {
    const home = stateOf010('desk');
    const [profile, mspDir] = ['connection.json', 'msp'].map((name) => path.join(home, name));
    expect(readSettings({ home }, {})).toEqual({ home, profile, mspDir, channel: 'edge-east' });
  });

  it('that are missing are all told at once', () => {
    const settings = readSettings({ home: '/nowhere', channel: 'edge-east' }, {});
    expect(() => requireSettings(settings, 'profile', 'mspDir', 'channel')).toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'profile, mspDir' }),
    );
  });

  const stores = '{"AMSP":"https://a.example:8443","BMSP":"https://b.example"}';

  it('name stores, key services and custodians in salus.json, in the order of the file', () => {
    const keys = '["https://keys.a.example","https://keys.b.example"]';
    const home = homeWith(`{"stores":${stores},"keys":${keys},"custodians":${stores}}`);
    const places = ['AMSP=https://a.example:8443', 'BMSP=https://b.example'];
    expect(readSettings({ home }, {})).toEqual({
      home,
      stores: places,
      custodians: places,
      keys: ['https://keys.a.example', 'https://keys.b.example'],
    });
  });

  it('name a token in salus.json, with the path of its module', () => {
    const home = homeWith('{"hsm":{"module":"module.so","token":"salus","key":"vault"}}');
    const hsm = { module: path.join(home, 'module.so'), token: 'salus', key: 'vault' };
    expect(readSettings({ home }, {})).toEqual({ home, hsm });
  });

  it.each([
    ['{"hsm":{"module":"module.so","token":"salus"}}', 'hsm.key'],
    ['{"hsm":{"module":"","token":"salus","key":"vault"}}', 'hsm.module'],
    ['{"hsm":{"module":"module.so","token":"salus","key":"vault","pin":"1234"}}', 'hsm'],
  ])('refuse %s', (text, argument) => {
    expect(() => readSettings({ home: homeWith(text) }, {})).toThrow(
      coded('ERR_SETTINGS_INVALID', { argument }),
    );
  });

  it('take a whole list from the option, else from the environment, parted by blanks', () => {
    const home = homeWith(`{"stores":${stores},"keys":["https://file.example"]}`);
    const env = { SALUS_STORES: 'AMSP=https://env.example\n BMSP=https://b.example ' };
    const read = (options: object) => readSettings({ home, ...options }, env);
    expect(read({}).stores).toEqual(['AMSP=https://env.example', 'BMSP=https://b.example']);
    expect(read({ store: ['CMSP=https://c.example'] }).stores).toEqual(['CMSP=https://c.example']);
    expect(read({ keys: 'https://option.example' }).keys).toEqual(['https://option.example']);
  });

  it.each([
    ['{', undefined],
    ['[]', undefined],
    ['{"channel":1}', 'channel'],
    ['{"stores":["AMSP=https://a.example"]}', 'stores'],
    ['{"stores":{"AMSP":"ftp://a.example"}}', 'stores.AMSP'],
    ['{"stores":{"A MSP":"https://a.example"}}', 'stores.A MSP'],
    ['{"keys":["https://a.example","b"]}', 'keys.1'],
    ['{"keys":[]}', 'keys'],
    ['{"custodians":{"AMSP":null}}', 'custodians.AMSP'],
  ])('that are wrong in salus.json are told with file, member and remedy: %s', (text, member) => {
    const home = homeWith(text);
    const file = path.join(home, 'salus.json');
    let error: unknown;
    try {
      readSettings({ home }, {});
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'ERR_SETTINGS_INVALID',
      message: expect.stringContaining(file) as string,
      argument: member ?? file,
      remedy: expect.stringContaining('salus.json') as string,
    });
  });
});
