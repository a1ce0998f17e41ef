import { SalusError } from '@salus/protocol/errors';

/** Oldest release of each line that runs the SDK and the encryption engine (`node-seal`). */
const OLDEST: Readonly<Record<number, number>> = { 22: 23, 24: 21 };
const NEWEST_LINE = 24;

/**
 * Refuses a Node.js that is too old. An entry point calls it before it loads anything that such a
 * version cannot run.
 *
 * @throws SalusError `ERR_NODE_UNSUPPORTED`
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const oldest = OLDEST[major];
  if (oldest === undefined ? major > NEWEST_LINE : minor >= oldest) return;
  throw new SalusError('ERR_NODE_UNSUPPORTED', `Node.js ${version} is too old for Salus`, {
    argument: 'node',
    expected: '22.23 or newer of that line, 24.21 or newer',
    got: version,
  });
}

requireNode(process.versions.node);
