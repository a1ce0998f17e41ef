'use strict';

// The README's second command: builds, then runs every test, unit tests first and then the tests on
// a real network, and closes with one line that counts them all.

const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const bin = path.join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
const node = path.join(bin, 'node');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

/** Runs one jest project; what it counted comes from jest's own JSON report. */
function runProject(project, args, reports) {
  const report = path.join(reports, `${project}.json`);
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const status = run(node, [
    jest,
    '--selectProjects',
    project,
    '--json',
    `--outputFile=${report}`,
    ...args,
  ]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } =
      JSON.parse(readFileSync(report, 'utf8'));
    return {
      status,
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests,
    };
  } catch {
    return { status: status || 1, passed: 0, failed: 1, skipped: 0 };
  }
}

function main() {
  if (run(node, [path.join(__dirname, 'build.js')]) !== 0) {
    console.log('0 passed, 1 failed');
    return 1;
  }
  const reports = mkdtempSync(path.join(os.tmpdir(), 'salus-tests-'));
  try {
    const extra = process.argv.slice(2);
    const runs = [
      runProject('unit', extra, reports),
      runProject('network', ['--runInBand', ...extra], reports),
    ];
    const sum = (key) => runs.reduce((total, result) => total + result[key], 0);
    const skipped = sum('skipped');
    console.log(
      `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    );
    return runs.every((result) => result.status === 0) && sum('passed') > 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

process.exitCode = main();
