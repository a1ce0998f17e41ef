'use strict';

// Everything a commit must pass, each step named, all of them run even when one fails. Files that
// passed before are not looked at again, and only the tests of what changed are run, none where nothing
// did. With `--all`, or in CI, everything is looked at and run.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { filesToTest } = require('./changed-files.js');

const root = path.join(__dirname, '..');
const bin = path.join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
const node = path.join(bin, 'node');

const shellFiles = () =>
  spawnSync('git', ['ls-files', '*.sh', '.ci/run', 'network/builders/*/bin/*'], {
    cwd: root,
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter((file) => file !== '' && !file.endsWith('.js') && !file.endsWith('.mjs'));

const all = process.argv.includes('--all') || Boolean(process.env.CI);
const cache = path.join(root, 'node_modules', '.cache', 'salus');
const cached = (name) =>
  all ? [] : ['--cache', '--cache-strategy', 'content', '--cache-location', path.join(cache, name)];
const jest = path.join(bin, 'jest');
const unit = ['--selectProjects', 'unit'];
const files = all ? undefined : filesToTest(root);

function unitTests() {
  if (files === undefined) return [['unit tests', jest, [...unit, '--silent']]];
  if (files.length === 0) return [];
  const related = ['--passWithNoTests', '--findRelatedTests', ...files];
  return [['unit tests of what changed', jest, [...unit, '--silent', ...related]]];
}

const steps = [
  ['types', node, [path.join(__dirname, 'build.js')]],
  [
    'format',
    path.join(bin, 'prettier'),
    ['--check', '--log-level', 'warn', ...cached('prettier'), '.'],
  ],
  ['rooms', node, [path.join(__dirname, 'rooms', 'check.js')]],
  ['lint', path.join(bin, 'eslint'), [...cached('eslint'), '.']],
  [
    'shell syntax',
    'bash',
    ['-c', 'for f in "$@"; do bash -n "$f" || exit 1; done', 'check', ...shellFiles()],
  ],
  ['shellcheck', 'shellcheck', shellFiles()],
  ['API reference', path.join(bin, 'typedoc'), ['--logLevel', 'Warn']],
  ...unitTests(),
];

const seconds = (started) => Math.round((performance.now() - started) / 1000);

let failures = 0;
for (const [name, command, args] of steps) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error?.code === 'ENOENT' && name === 'shellcheck') {
    console.log('not installed here: only the syntax of the shell files was checked');
    continue;
  }
  if (error) console.error(error.message);
  if (status !== 0) failures += 1;
  console.log(`${status === 0 ? 'passed' : 'failed'} in ${seconds(started)} s`);
}
if (files?.length === 0) console.log('\nno source changed: --all runs every unit test');
console.log(failures === 0 ? '\ncheck: all steps passed' : `\ncheck: ${failures} step(s) failed`);
process.exitCode = failures === 0 ? 0 : 1;
