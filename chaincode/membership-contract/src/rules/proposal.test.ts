import { hashOf } from '@salus/protocol';
import type { Member, MembershipChange, Registry } from '@salus/protocol/membership';
import {
  describeProposal,
  majorityFor,
  newProposal,
  requireApprovable,
  type KeptProposal,
} from './proposal.js';

const members: Member[] = ['AMSP', 'BMSP', 'CMSP'].map((mspId) => ({ mspId, kinds: ['hospital'] }));
const at = '2026-05-01T12:00:00.000Z';
const registry: Registry = { revision: 2, members, changedAt: at };
const change: MembershipChange = { action: 'remove', mspId: 'CMSP' };
const by = { by: 'AMSP', at };
const proposal: KeptProposal = newProposal(registry, change, by);

describe('a proposal', () => {
  test('changes the revision in force, under an ID made of both', () => {
    expect(proposal).toEqual({
      proposalId: hashOf({ revision: 2, change }).slice(0, 32),
      revision: 2,
      change,
      proposedBy: 'AMSP',
      proposedAt: at,
    });
  });

  test('is the same whoever proposes it, and another for another revision', () => {
    const { proposalId } = newProposal(registry, change, { by: 'BMSP', at });
    expect(proposalId).toBe(proposal.proposalId);
    const next = newProposal({ ...registry, revision: 3 }, change, by);
    expect(next.proposalId).not.toBe(proposalId);
  });

  test('is the same however the kinds of a member are listed', () => {
    const register = (...kinds: Member['kinds']) =>
      newProposal(registry, { action: 'register', member: { mspId: 'DMSP', kinds } }, by);
    const proposed = register('pharmacy', 'overseer', 'hospital');
    expect(proposed).toEqual(register('hospital', 'pharmacy', 'overseer'));
    expect(proposed.change).toEqual({
      action: 'register',
      member: { mspId: 'DMSP', kinds: ['hospital', 'pharmacy', 'overseer'] },
    });
    expect(proposed.proposalId).not.toBe(register('hospital', 'pharmacy').proposalId);
  });

  test('comes from a member', () => {
    expect(() => newProposal(registry, change, { by: 'XMSP', at })).toThrow(
      expect.objectContaining({ code: 'ERR_FORBIDDEN' }) as Error,
    );
  });

  test('is of a change that can be made', () => {
    const impossible: MembershipChange = { action: 'remove', mspId: 'XMSP' };
    expect(() => newProposal(registry, impossible, by)).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_FOUND' }) as Error,
    );
  });
});

describe('an approval', () => {
  test('is taken of a member that has given none', () => {
    expect(() => {
      requireApprovable(registry, proposal, ['AMSP'], 'BMSP');
    }).not.toThrow();
  });

  test('is refused of who is no member', () => {
    expect(() => {
      requireApprovable(registry, proposal, [], 'XMSP');
    }).toThrow(expect.objectContaining({ code: 'ERR_FORBIDDEN' }) as Error);
  });

  test('is refused a second time', () => {
    expect(() => {
      requireApprovable(registry, proposal, ['BMSP', 'AMSP'], 'AMSP');
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_ALREADY_EXISTS',
        argument: 'proposalId',
        message: `AMSP has approved proposal ${proposal.proposalId}`,
        expected: 'one approval of each member',
        got: 'a second one',
      }) as Error,
    );
  });

  test.each([1, 3])('is refused when the registry is at revision %i', (revision) => {
    expect(() => {
      requireApprovable({ ...registry, revision }, proposal, [], 'BMSP');
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        argument: 'proposalId',
        message:
          `The registry has changed since proposal ${proposal.proposalId} was made: ` +
          'propose the change again',
        expected: `a proposal for revision ${revision}`,
        got: 'one for revision 2',
      }) as Error,
    );
  });
});

describe('a majority', () => {
  test('is more than half of the members', () => {
    expect(majorityFor(registry, ['CMSP', 'AMSP'])).toEqual(['AMSP', 'CMSP']);
    expect(majorityFor(registry, ['AMSP'])).toBeUndefined();
  });

  test('is not made of others', () => {
    expect(majorityFor(registry, ['AMSP', 'XMSP', 'YMSP'])).toBeUndefined();
  });

  test('is not half of an even number', () => {
    const four = { members: [...members, { mspId: 'DMSP', kinds: [] }] };
    expect(majorityFor(four, ['AMSP', 'BMSP'])).toBeUndefined();
    expect(majorityFor(four, ['AMSP', 'BMSP', 'DMSP'])).toEqual(['AMSP', 'BMSP', 'DMSP']);
  });
});

describe('what has become of a proposal', () => {
  const { proposalId: _, ...rest } = proposal;

  test('it is open as long as its revision is in force', () => {
    expect(describeProposal(proposal, registry, ['AMSP'])).toEqual({
      proposalId: proposal.proposalId,
      ...rest,
      status: 'OPEN',
      approvedBy: ['AMSP'],
      needed: 2,
    });
  });

  test('another revision overtakes it', () => {
    const { status } = describeProposal(proposal, { ...registry, revision: 3 }, []);
    expect(status).toBe('OVERTAKEN');
  });

  test('it stays in force as what it became, whatever comes after', () => {
    const view = describeProposal({ ...proposal, inForceAs: 3 }, { ...registry, revision: 9 }, []);
    expect(view.status).toBe('IN_FORCE');
    expect(view).not.toHaveProperty('inForceAs');
  });
});
