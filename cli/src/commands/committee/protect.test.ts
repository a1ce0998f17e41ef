import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { MemberHome } from '@salus/committee-service';
import { coded } from '@salus/testing/coded';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { makeToken } from '@salus/testing/token-module';
import type { Settings } from '../../command-line/settings.js';
import { openMemberHome } from './member-home.js';
import { protectHome } from './protect.js';

const PASSPHRASE = 'passphrase of a test';
const served = { channel: 'edge-east', chaincode: 'claims' };

describe("the protection of a member's home", () => {
  let settings: Settings;
  const before = { ...process.env };

  beforeEach(async () => {
    const home = await mkdtemp(path.join(os.tmpdir(), 'salus-protect-'));
    const { module, token, pin } = await makeToken(home);
    settings = { home, hsm: { module, token, key: `vault of ${path.basename(home)}` } };
    Object.assign(process.env, { SALUS_PASSPHRASE: PASSPHRASE, SALUS_HSM_PIN: pin });
    const made = await MemberHome.open(home, PASSPHRASE, served);
    await made.writeRecord('kept', ['a secret']);
  });
  afterEach(async () => {
    process.env = { ...before };
    await rm(settings.home, { recursive: true });
  });

  const opened = (of: Settings) => openMemberHome(of, served, served.chaincode);
  const withoutToken = () => ({ home: settings.home });

  it('stays as release 0.1.0 made it until the home is carried over', async () => {
    const { passphrase } = knownState;
    Object.assign(process.env, { SALUS_PASSPHRASE: passphrase, SALUS_NEW_PASSPHRASE: PASSPHRASE });
    const home = stateOf010('committee');
    const former = await readFile(path.join(home, 'vault.json'), 'utf8');
    await expect(protectHome({ home }, { by: 'passphrase' })).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { argument: path.join(home, 'vault.json') }),
    );
    expect(await readFile(path.join(home, 'vault.json'), 'utf8')).toBe(former);
  });

  it('moves from a passphrase to a token and back, with all that the home holds', async () => {
    await protectHome(settings, { by: 'token', newKey: true });
    delete process.env['SALUS_PASSPHRASE'];
    const { folder } = await opened(settings);
    expect(path.dirname(path.dirname(folder))).toBe(settings.home);
    process.env['SALUS_PASSPHRASE'] = PASSPHRASE;
    await expect(opened(withoutToken())).rejects.toThrow(
      coded('ERR_PASSPHRASE_WRONG', { expected: 'a key in a token or service' }),
    );
    process.env['SALUS_NEW_PASSPHRASE'] = 'another passphrase';
    await protectHome(settings, { by: 'passphrase' });
    process.env['SALUS_PASSPHRASE'] = 'another passphrase';
    const home = await opened(withoutToken());
    expect(await home.readRecord('kept', z.array(z.string()))).toEqual(['a secret']);
  });

  it('is not moved to a token without a key', async () => {
    await expect(protectHome(settings, { by: 'token' })).rejects.toThrow(
      coded('ERR_HSM_KEY_MISSING', {
        remedy: expect.stringContaining('salus committee protect --by token --new-key') as string,
      }),
    );
    await expect(opened(withoutToken())).resolves.toBeDefined();
  });

  it('needs a token in salus.json, and its PIN', async () => {
    await expect(protectHome(withoutToken(), { by: 'token', newKey: true })).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'hsm' }),
    );
    delete process.env['SALUS_HSM_PIN'];
    await expect(protectHome(settings, { by: 'token', newKey: true })).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'SALUS_HSM_PIN' }),
    );
  });

  it('is a token or a passphrase', async () => {
    await expect(protectHome(settings, { by: 'prayer' })).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT', { got: 'prayer' }),
    );
  });
});
