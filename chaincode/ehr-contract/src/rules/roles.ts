import type { Caller } from '@salus/chaincode-common';
import { READING_ROLES, REGISTERING_ROLES, SalusError } from '@salus/protocol';

/** Runs an organisation's key service, and ends the keys of staff who have left. */
export const KEY_SERVICE = 'keyservice';

type Who = Pick<Caller, 'role'>;

/**
 * Demands a role that gives an organisation's peers details and sealed keys of its records: those that
 * register them, and the key service, which moves what an earlier release has left elsewhere.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireDepositor(who: Who): void {
  requireOneOf(who, [...REGISTERING_ROLES, KEY_SERVICE]);
}

/**
 * Demands the role of the key service, which hands keys on and puts others in their place.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireKeyService(who: Who): void {
  requireOneOf(who, [KEY_SERVICE]);
}

/** Tells whether a role's work takes what describes records. */
export function isReading({ role }: Who): boolean {
  return READING_ROLES.includes(role ?? '');
}

/**
 * Demands a role whose work takes what describes records, or the key service.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireReading(who: Who): void {
  requireOneOf(who, [...READING_ROLES, KEY_SERVICE]);
}

function requireOneOf({ role = 'no role' }: Who, roles: readonly string[]): void {
  if (roles.includes(role)) return;
  throw new SalusError('ERR_FORBIDDEN', 'The role of the caller does not go with this', {
    argument: 'caller',
    expected: roles.join(' or '),
    got: role,
  });
}
