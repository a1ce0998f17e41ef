import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const steps = path.join(__dirname, 'steps.sh');
const work = `work() { echo first; seen first; echo last; return "\${1:-0}"; }`;

interface Ran {
  readonly status: number | null;
  readonly told: string;
}

function inLog(script: string, env: NodeJS.ProcessEnv = {}, cwd?: string): Ran {
  const text = `set -euo pipefail; source '${steps}'; seen() { :; }; ${work}; ${script}`;
  const options = { encoding: 'utf8', env: { ...process.env, ...env }, cwd } as const;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text], options);
  return { status, told: stdout + stderr };
}

/** On a terminal of its own, which \`script\` makes; work goes on when its first word stands there. */
function onTerminal(script: string): Ran {
  const folder = mkdtempSync(path.join(tmpdir(), 'salus-steps-'));
  const [file, shown] = [path.join(folder, 'run.sh'), path.join(folder, 'shown')];
  // Five minutes tell that it never comes.
  const seen = `seen() { for _ in {1..6000}; do grep -aq " s  $1" '${shown}' && return; sleep 0.05; done; }`;
  writeFileSync(file, `set -euo pipefail; source '${steps}'; ${seen}; ${work}; ${script}`);
  const args = ['-qefc', `bash '${file}'`, shown];
  const { status, stdout } = spawnSync('script', args, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return { status, told: stdout };
}

describe('a step in a log', () => {
  it('is a line, and all that it says follows', () => {
    expect(inLog('run_step Working work; echo after')).toEqual({
      status: 0,
      told: expect.stringMatching(/^after\n== Working\nfirst\nlast\n$/) as string,
    });
  });

  it('that fails ends the script with its status', () => {
    const { status, told } = inLog('run_step Working work 3; echo after');
    expect(status).toBe(3);
    expect(told).toBe('== Working\nfirst\nlast\n');
  });
});

const hasTerminals = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

(hasTerminals ? describe : describe.skip)('a step on a terminal', () => {
  it('is one line, which moves with what it says last and stays without it', () => {
    const { status, told } = onTerminal('run_step Working work; echo after');
    expect(status).toBe(0);
    expect(told).toMatch(/\r\x1b\[K== Working, \d+ s {2}first/);
    const lines = told.split('\n').map((line) => line.trimEnd().split('\x1b[K').at(-1));
    expect(lines).toEqual([expect.stringMatching(/^== Working, \d+ s$/), 'after', '']);
  });

  it('that fails tells all that it said', () => {
    const { status, told } = onTerminal('run_step Working work 3; echo after');
    expect(status).toBe(3);
    expect(told).toContain('\nfirst\r\nlast\r\n');
    expect(told).not.toContain('after');
  });
});

describe('installing', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'salus-install-'));
    mkdirSync(path.join(folder, 'bin'));
    writeFileSync(path.join(folder, 'package.json'), '{"dependencies":{"node":"24.0.0"}}');
    writeFileSync(path.join(folder, 'package-lock.json'), '{}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, text: string): void {
    const file = path.join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  }

  /** An npm that puts the pinned Node.js where it is told to, and notes by which one it was run. */
  function npm(ci: string): void {
    program('node', 'case "$1" in --version) echo v20.20.2;; -p) echo 24.0.0;; esac');
    program(
      'npm',
      `echo "npm $1 by $(node --version)" >> '${folder}/calls'
       if [ "$1" = install ]; then
         mkdir -p "$3/node_modules/.bin"
         printf '#!/bin/sh\\necho v24.0.0\\n' > "$3/node_modules/.bin/node"
         chmod +x "$3/node_modules/.bin/node"
       else ${ci}; fi`,
    );
  }

  const install = () =>
    inLog(
      'install_pinned; install_pinned',
      { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` },
      folder,
    );

  it('takes the pinned Node.js first, runs npm by it, once, and tells one line', () => {
    npm('echo "npm warn EBADENGINE" >&2; mkdir -p node_modules');
    expect(install()).toEqual({ status: 0, told: '== Installing what the lockfile pins\n' });
    expect(readFileSync(path.join(folder, 'calls'), 'utf8')).toBe(
      'npm install by v20.20.2\nnpm ci by v24.0.0\n',
    );
  });

  it('that fails tells all that npm said, and is tried again the next time', () => {
    npm('echo "npm error code ETARGET" >&2; exit 4');
    const { status, told } = install();
    expect(status).toBe(4);
    expect(told).toContain('npm error code ETARGET');
    expect(install().status).toBe(4);
  });
});
