import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../run.js';
import { answers, type Answer } from './shell.js';

const home = mkdtempSync(path.join(tmpdir(), 'salus-shell-'));

async function answersTo(...lines: readonly unknown[]): Promise<Answer[]> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const all: Answer[] = [];
  for await (const answer of answers(Readable.from(texts), run)) all.push(answer);
  return all;
}

describe('salus shell', () => {
  beforeEach(() => {
    process.env['SALUS_PASSPHRASE'] = 'passphrase of a test';
    process.env['SALUS_NATIONAL_ID'] = 'AB 123 456';
  });

  afterEach(() => {
    delete process.env['SALUS_PASSPHRASE'];
    delete process.env['SALUS_NATIONAL_ID'];
  });

  it('answers each line in turn: a result, an error with its code, a result again', async () => {
    const [first, second] = [path.join(home, 'first'), path.join(home, 'second')];
    const told = await answersTo(
      ['--home', first, 'wallet', 'init'],
      ['--home', first, 'ping'],
      '',
      ['--home', second, 'wallet', 'init'],
    );
    expect(told).toEqual([
      { exitCode: 0, results: [{ wallet: first }] },
      {
        exitCode: 1,
        results: [],
        error: expect.objectContaining({ code: 'ERR_SETTINGS_MISSING' }) as unknown,
      },
      { exitCode: 0, results: [{ wallet: second }] },
    ]);
  });

  it('writes nothing of a command to the standard streams, which carry the answers', async () => {
    const streams = [process.stdout, process.stderr];
    const writes = streams.map((stream) => jest.spyOn(stream, 'write').mockReturnValue(true));
    await answersTo(['--help'], ['--home', home, 'ping'], ['pong'], ['--home', home, 'whoami']);
    const written = writes.flatMap(({ mock }) => mock.calls);
    jest.restoreAllMocks();
    expect(written).toEqual([]);
  });

  it('tells a help as lines of text', async () => {
    const [help] = await answersTo(['wallet', '--help']);
    expect(help?.exitCode).toBe(0);
    expect(help?.results.join('\n')).toContain('Usage: salus wallet');
  });

  it('ends a command line that nobody can read with 2', async () => {
    const [unknown] = await answersTo(['pong']);
    expect(unknown).toMatchObject({ exitCode: 2, results: [] });
    expect(unknown?.error?.message).toContain("unknown command 'pong'");
  });

  it.each(['records of Jane Doe', '{"ehr":1}', '["ehr",1]', 'null'])(
    'refuses the line %s, and does not quote it',
    async (line) => {
      const [answer, next] = await answersTo(line, ['--help']);
      expect(answer).toMatchObject({ exitCode: 2, error: { code: 'ERR_INVALID_JSON' } });
      expect(JSON.stringify(answer)).not.toContain('Jane');
      expect(next?.exitCode).toBe(0);
    },
  );

  it.each([
    [['store', 'serve'], 'serve'],
    [['events'], 'events'],
    [['shell'], 'shell'],
    [['ehr', 'register-patient', '-'], '-'],
  ])('refuses %j, which would take its input or never end', async (words, argument) => {
    const [answer] = await answersTo(words);
    expect(answer).toMatchObject({ error: { code: 'ERR_INVALID_ARGUMENT', argument } });
    expect(answer?.exitCode).toBeGreaterThan(0);
  });
});
