import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './run.js';

const home = mkdtempSync(path.join(tmpdir(), 'salus-cli-'));
let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('salus', () => {
  it('helps, on standard output', async () => {
    await expect(run(['--help'])).resolves.toBe(0);
    for (const command of ['ehr', 'drug', 'claims', 'enroll', 'events', 'whoami', 'ping']) {
      expect(out).toContain(command);
    }
    expect(err).toBe('');
  });

  it.each([[['pong']], [['ehr', 'request-access', 'r1']], [['--nothing', 'ping']]])(
    'ends with 2 on the wrong usage %j',
    async (args) => {
      await expect(run(args)).resolves.toBe(2);
      expect(err).toContain('error:');
      expect(out).toBe('');
    },
  );

  it('tells all missing settings at once, with 1 and nothing on standard output', async () => {
    await expect(run(['--home', home, 'ping'])).resolves.toBe(1);
    expect(err).toContain('ERR_SETTINGS_MISSING');
    for (const option of ['--profile', '--msp-dir', '--channel', 'remedy']) {
      expect(err).toContain(option);
    }
    expect(out).toBe('');
  });

  it('tells an error as one JSON object with --json', async () => {
    await run(['--home', home, '--json', 'ping']);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'ERR_SETTINGS_MISSING', argument: 'profile, mspDir, channel' },
    });
  });

  it('tells a certificate that is missing', async () => {
    const profile = path.join(home, 'profile.json');
    writeFileSync(
      profile,
      JSON.stringify({
        client: { organization: 'A' },
        organizations: { A: { mspid: 'AMSP', peers: ['p'] } },
        peers: { p: { url: 'grpc://localhost:1' } },
      }),
    );
    const settings = ['--profile', profile, '--msp-dir', path.join(home, 'msp'), '--json'];
    await expect(run([...settings, 'whoami'])).resolves.toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'ERR_IDENTITY_MISSING' } });
  });
});
