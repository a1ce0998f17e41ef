import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command, Option } from 'commander';
import { readJson } from './command-line/input.js';
import { commands } from './commands.js';
import { buildProgram } from './program.js';
import { run } from './run.js';

const PSEUDONYM = '-5uNzX_jQ0mT7wKf3bYc9RaLh2vGd8sEp1iUoVtMxWk';

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

  it.each([
    [['pong']],
    [['ehr', 'request-access', 'r1']],
    [['--nothing', 'ping']],
    [['ping', '-x']],
    [['ehr', 'records', '--jsno']],
    [['ehr', 'records', PSEUDONYM, '-x']],
  ])('ends with 2 on the wrong usage %j', async (args) => {
    await expect(run(args)).resolves.toBe(2);
    expect(err).toContain('error:');
    expect(out).toBe('');
  });

  it.each([
    [['ehr', 'patient', PSEUDONYM]],
    [['ehr', 'records', PSEUDONYM]],
    [['ehr', 'show-grant', PSEUDONYM, 'g1']],
    [['ehr', 'audit', `-${PSEUDONYM.slice(1)}`]],
    [['drug', 'trace', PSEUDONYM]],
  ])('takes an identifier that begins with a dash as it is: %j', async (args) => {
    await expect(run(['--home', home, ...args])).resolves.toBe(1);
    expect(err).toContain('ERR_SETTINGS_MISSING');
  });

  it('has no option of one letter, which an identifier could begin with', async () => {
    const optionsOf = (command: Command): readonly Option[] => [
      ...command.options,
      ...command.commands.flatMap(optionsOf),
    ];
    const program = await buildProgram(commands);
    expect(optionsOf(program).filter(({ short }) => short !== undefined)).toEqual([]);
  });

  it('tells all missing settings at once, with 1 and nothing on standard output', async () => {
    await expect(run(['--home', home, 'ping'])).resolves.toBe(1);
    expect(err).toContain('ERR_SETTINGS_MISSING');
    for (const option of ['--profile', '--msp-dir', '--channel', 'remedy']) {
      expect(err).toContain(option);
    }
    expect(out).toBe('');
  });

  it.each([
    [['ehr', 'read', 'p', 'r', '--purpose', 'TREAT', '--out', 'f'], 'stores, keys'],
    [['ehr', 'fetch', 'request.json', '--out', 'f'], 'stores, keys'],
    [['ehr', 'erase', 'order.jws', '--out', 'f'], 'stores'],
    [['ehr', 'register', 'scan.dcm', '--patient', 'p.json'], 'stores'],
    [['import', 'b.json', '--patient', 'p.json'], 'stores'],
    [['referral', 'read', 'p', 'r', '--out', 'f'], 'stores, keys'],
    [['store', 'repair', '--all'], 'stores'],
    [['keys', 'status'], 'keys'],
    [['committee', 'serve'], 'stores'],
    [['statistics', 'contribute', 's'], 'stores'],
    [['claims', 'submit', 'claim.json'], 'stores'],
    [['claims', 'decide', 'c'], 'stores'],
    [
      ['ehr', 'break-glass', 'p', 'r', '--reason', 'OTHER', '--note', 'n', '--out', 'f'],
      'stores, custodians',
    ],
  ])('tells the settings that %j lacks, the places of services among them', async (args, lacks) => {
    await expect(run(['--home', home, '--json', ...args])).resolves.toBe(1);
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'ERR_SETTINGS_MISSING', argument: `profile, mspDir, channel, ${lacks}` },
    });
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

  it.each<[string[], string]>([
    [['events', '--from-block', 'abc'], '--from-block'],
    [['wallet', 'grant', '--to', 'A', '--category', 'laboratory', '--days', 'abc'], '--days'],
    [['wallet', 'grant', '--to', 'A', '--category', 'laboratory', '--days', '0'], '--days'],
    [
      ['wallet', 'grant', '--to', 'A', '--category', 'laboratory', '--purpose', 'EVIL'],
      'grant.purposes.0',
    ],
    [['wallet', 'grant', '--to', 'A', '--category', 'gossip'], 'grant.categories.0'],
    [['wallet', 'serve', '--port', '99999'], '--port'],
  ])('names the option at fault: %j', async (args, argument) => {
    const actor = mkdtempSync(path.join(tmpdir(), 'salus-cli-'));
    process.env['SALUS_PASSPHRASE'] = 'passphrase of a test';
    process.env['SALUS_NATIONAL_ID'] = 'AB 123 456';
    await run(['--home', actor, 'wallet', 'init']);
    writeFileSync(path.join(actor, 'wallet.url'), 'https://127.0.0.1:1');
    delete process.env['SALUS_NATIONAL_ID'];
    const all = ['--home', actor, '--channel', 'edge-east', '--json', ...args];
    await expect(run(all)).resolves.toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'ERR_INVALID_ARGUMENT', argument } });
  });

  it('takes the national ID from the environment, where no list of processes shows it', async () => {
    const actor = mkdtempSync(path.join(tmpdir(), 'salus-cli-'));
    process.env['SALUS_PASSPHRASE'] = 'passphrase of a test';
    await expect(run(['--home', actor, '--json', 'wallet', 'init'])).resolves.toBe(1);
    expect(JSON.parse(err)).toMatchObject({ error: { argument: 'SALUS_NATIONAL_ID' } });
    err = '';
    process.env['SALUS_NATIONAL_ID'] = '1';
    await expect(run(['--home', actor, '--json', 'wallet', 'init'])).resolves.toBe(1);
    delete process.env['SALUS_NATIONAL_ID'];
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'ERR_INVALID_ARGUMENT', argument: 'SALUS_NATIONAL_ID' },
    });
  });

  it('never quotes a file that is not JSON: it may be a patient file', async () => {
    const file = path.join(home, 'patient.txt');
    writeFileSync(file, 'Jane Doe, psychiatry');
    await expect(readJson(file)).rejects.toMatchObject({
      code: 'ERR_INVALID_JSON',
      message: expect.not.stringContaining('Jane') as string,
    });
  });
});
