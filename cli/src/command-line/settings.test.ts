import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
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

  it('that are missing are all told at once', () => {
    const settings = readSettings({ home: '/nowhere', channel: 'edge-east' }, {});
    expect(() => requireSettings(settings, 'profile', 'mspDir', 'channel')).toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'profile, mspDir' }),
    );
  });

  it('of a broken salus.json are refused with the name of the file', () => {
    const home = homeWith('{');
    expect(() => readSettings({ home }, {})).toThrow(
      coded('ERR_INVALID_JSON', { argument: path.join(home, 'salus.json') }),
    );
    expect(() => readSettings({ home: homeWith('{"channel":1}') }, {})).toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
  });
});
