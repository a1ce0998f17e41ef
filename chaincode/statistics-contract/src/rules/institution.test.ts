import type { Institution } from '@salus/protocol/statistics';
import { approve, requireApproved } from './institution.js';

const pending: Institution = {
  mspId: 'AMSP',
  institution: 'north',
  name: 'North',
  status: 'PENDING',
  registeredAt: 't0',
};
const approved: Institution = { ...pending, status: 'APPROVED', approvedBy: 'BMSP' };

describe('an institution', () => {
  test('is approved by another organisation', () => {
    expect(approve(pending, 'BMSP', 't1')).toEqual({ ...approved, approvedAt: 't1' });
  });

  test('is not approved by its own', () => {
    expect(() => approve(pending, 'AMSP', 't1')).toThrow(
      expect.objectContaining({
        code: 'ERR_FORBIDDEN',
        message: 'another organisation has to approve an institution',
        argument: 'caller',
        expected: 'an organisation other than AMSP',
        got: 'AMSP',
      }) as Error,
    );
  });

  test('is approved once', () => {
    expect(() => approve(approved, 'CMSP', 't1')).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        message: 'the institution is approved already',
        argument: 'institution',
      }) as Error,
    );
  });

  test.each([
    [undefined, 'no such institution'],
    [pending, 'PENDING'],
  ])('counts only once approved', (institution, got) => {
    expect(() => requireApproved(institution)).toThrow(
      expect.objectContaining({
        code: 'ERR_FORBIDDEN',
        message: 'the institution is not approved by a second organisation',
        argument: 'caller',
        expected: 'APPROVED',
        got,
      }) as Error,
    );
    expect(requireApproved(approved)).toBe(approved);
  });
});
