import { SalusError } from './error.js';

/** Version of this package, as its package.json has it. */
export const PROTOCOL_VERSION = '0.2.0';

/** Where the copies of this package that a process loads find each other. */
const LOADED = Symbol.for('@salus/protocol');

/**
 * Refuses to be the second version in one process. Each would have its own rules and its own SalusError,
 * and a program would take an error of one for none of the other's.
 *
 * @throws SalusError `ERR_VERSION_MISMATCH`
 */
export function requireOneVersion(version: string, scope: object = globalThis): void {
  const versions = scope as Record<symbol, string | undefined>;
  const other = (versions[LOADED] ??= version);
  if (other === version) return;
  throw new SalusError(
    'ERR_VERSION_MISMATCH',
    `@salus/protocol ${version} is loaded beside @salus/protocol ${other}`,
    { argument: '@salus/protocol', expected: other, got: version },
  );
}

requireOneVersion(PROTOCOL_VERSION);
