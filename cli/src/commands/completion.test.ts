import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../run.js';

const folder = mkdtempSync(path.join(tmpdir(), 'salus-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function script(shell: string): Promise<string> {
  let out = '';
  const terminal = { out: (text: string) => void (out += text), err: () => undefined };
  await expect(run(['completion', shell], { terminal })).resolves.toBe(0);
  const file = path.join(folder, shell);
  writeFileSync(file, out);
  return file;
}

/** What a command line, whose last word is being typed, can be completed to. */
interface Case {
  readonly line: readonly string[];
  readonly some?: readonly string[];
  readonly exactly?: readonly string[];
}

const cases: readonly Case[] = [
  { line: ['ehr', 'record'], exactly: ['record', 'records'] },
  { line: ['wal'], exactly: ['wallet'] },
  { line: [''], some: ['ehr', 'whoami', 'completion', 'help'] },
  { line: ['wallet', 'keys', 'ret'], exactly: ['retire'] },
  { line: ['--home', 'ehr', 'wh'], exactly: ['whoami'] },
  { line: ['ehr', 'read', '--pur'], exactly: ['--purpose'] },
  { line: ['ehr', 'read', 'PSEUDONYM', '--ch'], exactly: ['--channel'] },
  { line: ['ehr', 'read', '--purpose', 'TRE'], exactly: ['TREAT'] },
  { line: ['completion', ''], exactly: ['bash', 'zsh'] },
  { line: ['help', 'dru'], exactly: ['drug'] },
  { line: ['ehr', 'read', '--out', 'x'], exactly: [] },
];

function check({ some, exactly }: Case, offered: readonly string[]): void {
  if (some) expect(offered).toEqual(expect.arrayContaining([...some]));
  if (exactly) expect([...offered].sort()).toEqual([...exactly].sort());
}

describe('the script for bash', () => {
  it.each(cases)('completes salus $line', async (one) => {
    const words = ['salus', ...one.line].map((word) => `'${word}'`).join(' ');
    const asked = `source ${await script('bash')}
      [[ $(complete -p salus) == 'complete -o default -F _salus salus' ]] || exit 1
      COMP_WORDS=(${words}) COMP_CWORD=${one.line.length}
      _salus
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const told = execFileSync('bash', ['--norc', '-c', asked], { encoding: 'utf8' });
    check(one, told.split('\n').filter(Boolean));
  });
});

const hasZsh = spawnSync('zsh', ['--version']).status === 0;

(hasZsh ? describe : describe.skip)('the script for zsh', () => {
  it.each(cases)('completes salus $line', async (one) => {
    const words = ['salus', ...one.line].map((word) => `'${word}'`).join(' ');
    // Outside its line editor zsh offers no completions: what would be offered is printed instead.
    const asked = `
      compdef() { [[ "$*" == '_salus salus' ]] || exit 1 }
      offer() { print -rl -- \${(M)@:#\${words[CURRENT]}*} }
      compadd() { offer \${(P)2} }
      _describe() { offer \${\${(P)2}%%:*} }
      _files() { }
      source ${await script('zsh')}
      words=(${words}) CURRENT=\${#words}
      _salus`;
    const told = execFileSync('zsh', ['-f', '-c', asked], { encoding: 'utf8' });
    check(one, told.split('\n').filter(Boolean));
  });
});

it('no other shell has a script', async () => {
  let err = '';
  const terminal = { out: () => undefined, err: (text: string) => void (err += text) };
  await expect(run(['completion', 'fish'], { terminal })).resolves.toBe(2);
  expect(err).toContain('bash, zsh');
});
