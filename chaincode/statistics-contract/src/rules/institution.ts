import { SalusError } from '@salus/protocol';
import type { Institution } from '@salus/protocol/statistics';

/**
 * A second organisation vouches for an institution: one alone could invent as many as a cohort needs.
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function approve(institution: Institution, by: string, at: string): Institution {
  if (institution.mspId === by) {
    throw new SalusError('ERR_FORBIDDEN', 'another organisation has to approve an institution', {
      argument: 'caller',
      expected: `an organisation other than ${institution.mspId}`,
      got: by,
    });
  }
  if (institution.status !== 'PENDING') {
    throw new SalusError('ERR_CONFLICT', 'the institution is approved already', {
      argument: 'institution',
    });
  }
  return { ...institution, status: 'APPROVED', approvedBy: by, approvedAt: at };
}

/** @throws SalusError ERR_FORBIDDEN */
export function requireApproved(institution: Institution | undefined): Institution {
  if (institution?.status === 'APPROVED') return institution;
  throw new SalusError(
    'ERR_FORBIDDEN',
    'the institution is not approved by a second organisation',
    {
      argument: 'caller',
      expected: 'APPROVED',
      got: institution?.status ?? 'no such institution',
    },
  );
}
