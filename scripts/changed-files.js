'use strict';

const { spawnSync } = require('node:child_process');

/** Files that every test depends on, though no test imports them. */
const CONCERNS_ALL =
  /(^|\/)(package(-lock)?\.json|tsconfig[^/]*\.json|topology\.json)$|^jest\.|^scripts\/(build|jest-resolver)\.js$|\.golden\.json$|^\.npmrc$/;

function git(root, ...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : undefined;
}

/**
 * The files of a repository that differ from what was published: commits that the upstream branch
 * lacks, uncommitted changes and new files. Undefined where there is no telling.
 */
function changedFiles(root) {
  const [base] =
    git(root, 'merge-base', 'HEAD', '@{upstream}') ?? git(root, 'rev-parse', 'HEAD') ?? [];
  if (base === undefined) return undefined;
  const changed = git(root, 'diff', '--name-only', '--diff-filter=d', base);
  const added = git(root, 'ls-files', '--others', '--exclude-standard');
  const removed = git(root, 'diff', '--name-only', '--diff-filter=D', base);
  if (changed === undefined || added === undefined || removed === undefined) return undefined;
  // What depended on a file that is gone can not be found by its imports.
  return removed.some((file) => file.endsWith('.ts')) ? undefined : [...changed, ...added];
}

/** The files whose tests are enough to run; undefined where every test may be concerned. */
function filesToTest(root) {
  const changed = changedFiles(root);
  if (changed === undefined) return undefined;
  if (changed.some((file) => CONCERNS_ALL.test(file))) return undefined;
  return changed.filter((file) => /\.[cm]?[jt]s$/.test(file));
}

module.exports = { filesToTest };
