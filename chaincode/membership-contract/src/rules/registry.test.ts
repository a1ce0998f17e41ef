import { MAX_MEMBERS, type Member, type Registry } from '@salus/protocol/membership';
import {
  changedRegistry,
  changeInOrder,
  foundedRegistry,
  hashOfMembers,
  inOrder,
  requireVoice,
  subjectOf,
  type FoundingQuestion,
} from './registry.js';

const city: Member = { mspId: 'CityMSP', kinds: ['hospital', 'pharmacy'] };
const insurer: Member = { mspId: 'InsurerMSP', kinds: ['insurer'] };
const regulator: Member = { mspId: 'RegulatorMSP', kinds: ['overseer'] };
const at = '2026-05-01T12:00:00.000Z';
const later = '2026-05-02T12:00:00.000Z';
const registry: Registry = { revision: 4, members: [city, insurer], changedAt: at };

describe('a list of members', () => {
  test('is in the order of MSP IDs, its kinds in that of the protocol', () => {
    const shuffled: Member[] = [regulator, { mspId: 'CityMSP', kinds: ['pharmacy', 'hospital'] }];
    expect(inOrder(shuffled)).toEqual([city, regulator]);
    expect(shuffled[0]).toBe(regulator);
  });

  test('has one hash, however it is written down', () => {
    const other: Member = { mspId: 'CityMSP', kinds: ['pharmacy', 'hospital'] };
    expect(hashOfMembers([insurer, other])).toBe(hashOfMembers([city, insurer]));
    expect(hashOfMembers([city])).not.toBe(hashOfMembers([city, insurer]));
  });
});

describe('the first list', () => {
  const question: FoundingQuestion = {
    members: [regulator, insurer, city],
    approvedBy: ['CityMSP', 'InsurerMSP'],
    endorser: 'InsurerMSP',
    at,
  };

  test('is in force once a majority of it and the endorser have approved it', () => {
    expect(foundedRegistry(question)).toEqual({
      revision: 1,
      members: [city, insurer, regulator],
      changedAt: at,
    });
  });

  test('is endorsed by no peer of an organisation that has not approved it', () => {
    expect(() => foundedRegistry({ ...question, endorser: 'RegulatorMSP' })).toThrow(
      expect.objectContaining({
        code: 'ERR_FORBIDDEN',
        argument: 'members',
        message: 'RegulatorMSP has not approved this list of members',
        expected: 'a list that the organisation of each endorsing peer approved',
        got: 'one that RegulatorMSP did not approve',
      }) as Error,
    );
  });

  test('may be endorsed by an organisation that approved and is not on it', () => {
    const approvedBy = [...question.approvedBy, 'StrangerMSP'];
    expect(foundedRegistry({ ...question, approvedBy, endorser: 'StrangerMSP' }).revision).toBe(1);
  });

  test('needs a majority of those who are on it, whoever else approves', () => {
    const approvedBy = ['CityMSP', 'XMSP', 'YMSP'];
    expect(() => foundedRegistry({ ...question, approvedBy, endorser: 'XMSP' })).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        argument: 'members',
        message: '1 of the listed members approved the list, 2 have to',
        expected: '2 approvals',
        got: '1',
      }) as Error,
    );
  });
});

describe('a voice', () => {
  test('is a member’s', () => {
    expect(() => {
      requireVoice(registry, 'InsurerMSP');
    }).not.toThrow();
  });

  test('is nobody else’s', () => {
    expect(() => {
      requireVoice(registry, 'RegulatorMSP');
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_FORBIDDEN',
        argument: 'caller',
        message: 'RegulatorMSP is no member of the registry',
        expected: 'a member of the registry',
        got: 'RegulatorMSP',
      }) as Error,
    );
  });
});

describe('a change', () => {
  test('registers another member in its place', () => {
    const harbour: Member = { mspId: 'HarbourMSP', kinds: ['hospital'] };
    expect(changedRegistry(registry, { action: 'register', member: harbour }, later)).toEqual({
      revision: 5,
      members: [city, harbour, insurer],
      changedAt: later,
    });
  });

  test('gives a member other kinds', () => {
    const member: Member = { mspId: 'CityMSP', kinds: ['hospital'] };
    const { members } = changedRegistry(registry, { action: 'register', member }, later);
    expect(members).toEqual([member, insurer]);
  });

  test('removes a member', () => {
    const change = { action: 'remove', mspId: 'CityMSP' } as const;
    expect(changedRegistry(registry, change, later).members).toEqual([insurer]);
  });

  test('that registers what is in force is refused', () => {
    const member: Member = { mspId: 'CityMSP', kinds: ['pharmacy', 'hospital'] };
    expect(() => changedRegistry(registry, { action: 'register', member }, later)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        argument: 'change.member',
        message: 'The registry has CityMSP with these kinds already',
        expected: 'a change',
        got: 'what is in force',
      }) as Error,
    );
  });

  test('that removes who is no member is refused', () => {
    const change = { action: 'remove', mspId: 'RegulatorMSP' } as const;
    expect(() => changedRegistry(registry, change, later)).toThrow(
      expect.objectContaining({
        code: 'ERR_NOT_FOUND',
        argument: 'change.mspId',
        message: 'RegulatorMSP is no member of the registry',
        expected: 'a member of the registry',
        got: 'RegulatorMSP',
      }) as Error,
    );
  });

  test('that would leave nobody is refused', () => {
    const alone: Registry = { ...registry, members: [city] };
    expect(() => changedRegistry(alone, { action: 'remove', mspId: 'CityMSP' }, later)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFLICT',
        argument: 'change.mspId',
        message: 'CityMSP is the last member: nobody could change the registry any more',
        expected: 'at least one other member',
        got: 'none',
      }) as Error,
    );
  });

  describe('of a registry with as many members as it may have', () => {
    const members: Member[] = Array.from({ length: MAX_MEMBERS }, (_, number) => ({
      mspId: `M${String(number).padStart(3, '0')}MSP`,
      kinds: ['insurer'],
    }));
    const full: Registry = { ...registry, members };

    test('lets nobody else in', () => {
      const change = { action: 'register', member: city } as const;
      expect(() => changedRegistry(full, change, later)).toThrow(
        expect.objectContaining({
          code: 'ERR_CONFLICT',
          argument: 'change.member',
          message: 'The registry has as many members as it may: CityMSP finds no place',
          expected: 'at most 200 members',
          got: 'one more',
        }) as Error,
      );
    });

    test('gives a member other kinds, or the last place away', () => {
      const member: Member = { mspId: 'M007MSP', kinds: ['hospital'] };
      expect(changedRegistry(full, { action: 'register', member }, later).members).toContainEqual(
        member,
      );
      const one = { ...full, members: members.slice(1) };
      const { members: after } = changedRegistry(one, { action: 'register', member: city }, later);
      expect(after).toHaveLength(MAX_MEMBERS);
    });
  });

  test('is one change however its kinds are listed', () => {
    const member: Member = { mspId: 'CityMSP', kinds: ['pharmacy', 'hospital'] };
    expect(changeInOrder({ action: 'register', member })).toEqual({
      action: 'register',
      member: city,
    });
    const removal = { action: 'remove', mspId: 'CityMSP' } as const;
    expect(changeInOrder(removal)).toBe(removal);
  });

  test('is about the organisation that it registers or removes', () => {
    expect(subjectOf({ action: 'register', member: city })).toBe('CityMSP');
    expect(subjectOf({ action: 'remove', mspId: 'InsurerMSP' })).toBe('InsurerMSP');
  });
});
