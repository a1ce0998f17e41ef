import { checkNewCommittee, ComputeError, type Committee } from '@salus/compute';
import { SalusError } from '@salus/protocol';

/**
 * Refuses a committee that no key may have: of n members at most (n + 1) / 2 open. The contract refuses it too.
 *
 * @example
 * requireCommittee({ members: ['AMSP', 'BMSP', 'CMSP'], threshold: 2 });
 *
 * @throws SalusError `ERR_COMMITTEE_INVALID`
 */
export function requireCommittee({ members, threshold }: Committee): void {
  try {
    checkNewCommittee({ members, threshold });
  } catch (cause) {
    if (!(cause instanceof ComputeError)) throw cause;
    const { code, message, argument = '', expected = '', got = '' } = cause;
    throw new SalusError(code, message, { argument, expected, got, cause });
  }
}
