import { isoIn, refusal, VALLEY_REGISTRAR, ADJUSTER, type Actors } from './actors.js';
import { kidOf, newKeyOf, PatientActors } from './patient-actors.js';

const INVALID = refusal('ERR_STATEMENT_INVALID');
const CONFLICT = refusal('ERR_CONFLICT');

/** Recovery by guardians, and delegates who act for a patient. */
export function guardianCases(actors: Actors): void {
  const patients = new PatientActors(actors);

  describe('recovery by guardians', () => {
    test('a quorum gives a patient without keys a new one', async () => {
      const owner = await actors.registerPatient();
      const [first, second] = await patients.nameGuardians(owner);
      const fresh = actors.newWallet(owner.pseudonym);
      const { recovery } = await patients.requestRecovery([first, second], fresh);
      expect(recovery?.approvals).toEqual([kidOf(first), kidOf(second)]);
      const { pseudonym } = owner;
      const after = await actors.submit(ADJUSTER, 'completeRecovery', { pseudonym });
      expect(after.keys).toMatchObject([
        { kid: kidOf(owner), status: 'RETIRED' },
        { kid: kidOf(fresh), status: 'ACTIVE' },
      ]);
      expect(after.recovery).toBeUndefined();
      expect(after.guardians?.kids).toHaveLength(3);
      const [jti = ''] = after.keys[1]?.proof ?? [];
      expect(after.keys[1]?.proof).toHaveLength(3);
      const kept = await actors.evaluate(ADJUSTER, 'getStatement', { pseudonym, jti });
      expect(kept.type).toBe('Guardians.v1');
      const statement = await actors.grant(fresh);
      await actors.submit(VALLEY_REGISTRAR, 'grantAccess', { statement });
    });

    test('a recovery of lost keys voids what they signed', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      await actors.grantAccess(owner);
      const guardians = await patients.nameGuardians(owner);
      const fresh = actors.newWallet(owner.pseudonym);
      await patients.requestRecovery(guardians, fresh, { olderKeys: 'LOST' });
      const { pseudonym } = owner;
      const after = await actors.submit(ADJUSTER, 'completeRecovery', { pseudonym });
      expect(after.keys[0]).toMatchObject({ status: 'LOST' });
      expect(await actors.requestAccess(record)).toMatchObject({ reason: 'KEY_LOST' });
    });

    test('too few guardians, one guardian twice, and strangers recover nobody', async () => {
      const owner = await actors.registerPatient();
      const [first, second] = await patients.nameGuardians(owner);
      const stranger = actors.newWallet(owner.pseudonym);
      const fresh = actors.newWallet(owner.pseudonym);
      for (const who of [[first], [first, first], [first, stranger], [owner, second]]) {
        await expect(patients.requestRecovery(who, fresh)).rejects.toMatchObject(INVALID);
      }
    });

    test('guardians of another patient recover nobody', async () => {
      const [owner, other] = [await actors.registerPatient(), await actors.registerPatient()];
      await patients.nameGuardians(owner);
      const guardians = await patients.nameGuardians(other);
      const fresh = actors.newWallet(owner.pseudonym);
      await expect(patients.requestRecovery(guardians, fresh)).rejects.toMatchObject(INVALID);
    });

    test('approvals of different keys recover nobody', async () => {
      const owner = await actors.registerPatient();
      const [first, second] = await patients.nameGuardians(owner);
      const [one, other] = [actors.newWallet(owner.pseudonym), actors.newWallet(owner.pseudonym)];
      const key = newKeyOf(one);
      const approvals = [
        await patients.approval(first, key),
        await patients.approval(second, newKeyOf(other)),
      ];
      const { hpkePublicKey } = key;
      const possession = await actors.statement(one, 'KeyPossession.v1', { hpkePublicKey });
      const { pseudonym } = owner;
      await expect(
        actors.submit(ADJUSTER, 'requestRecovery', { pseudonym, approvals, possession }),
      ).rejects.toMatchObject(INVALID);
    });

    test('a recovery waits for its delay, and a key vetoes it meanwhile', async () => {
      const owner = await actors.registerPatient();
      const reader = await patients.addKey(owner, { purposes: ['access'] });
      const guardians = await patients.nameGuardians(owner, { delaySeconds: 3600 });
      const fresh = actors.newWallet(owner.pseudonym);
      await patients.requestRecovery(guardians, fresh);
      const { pseudonym } = owner;
      const complete = () => actors.submit(ADJUSTER, 'completeRecovery', { pseudonym });
      await expect(complete()).rejects.toMatchObject(CONFLICT);
      await expect(patients.nameGuardians(owner)).rejects.toMatchObject(CONFLICT);
      await expect(
        patients.say(fresh, 'vetoRecovery', 'RecoveryVeto.v1', {}),
      ).rejects.toMatchObject(INVALID);
      const after = await patients.say(reader, 'vetoRecovery', 'RecoveryVeto.v1', {});
      expect(after.recovery).toBeUndefined();
      await expect(complete()).rejects.toMatchObject(CONFLICT);
    });
  });

  describe('guardians', () => {
    test('make way for others only after a delay, and a veto keeps them', async () => {
      const owner = await actors.registerPatient();
      const spare = await patients.addKey(owner);
      const before = await patients.nameGuardians(owner);
      const others = await patients.nameGuardians(owner);
      const after = await patients.patient(owner);
      expect(after.guardians?.kids.map(({ kid }) => kid)).toEqual(before.map(kidOf));
      expect(after.nextGuardians?.board?.kids.map(({ kid }) => kid)).toEqual(others.map(kidOf));
      const fresh = actors.newWallet(owner.pseudonym);
      await expect(patients.requestRecovery(others, fresh)).rejects.toMatchObject(INVALID);
      const kept = await patients.say(spare, 'vetoRecovery', 'RecoveryVeto.v1', {});
      expect(kept.nextGuardians).toBeUndefined();
      expect(kept.guardians?.kids.map(({ kid }) => kid)).toEqual(before.map(kidOf));
    });

    test('whom one key has just named recover nobody before the other keys could speak', async () => {
      const owner = await actors.registerPatient();
      const thief = await patients.addKey(owner);
      const guardians = await patients.nameGuardians(thief);
      await patients.endKey(thief, owner, 'LOST');
      const fresh = actors.newWallet(owner.pseudonym);
      await patients.requestRecovery(guardians, fresh);
      const { pseudonym } = owner;
      const complete = () => actors.submit(ADJUSTER, 'completeRecovery', { pseudonym });
      await expect(complete()).rejects.toMatchObject(CONFLICT);
      // The first key was closed before it could object: so it vetoes all the same.
      const after = await patients.say(owner, 'vetoRecovery', 'RecoveryVeto.v1', {});
      expect(after.recovery).toBeUndefined();
    });
  });

  describe('delegates', () => {
    test('a delegate acts within the scope, and the decision is by the grant', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      const carer = await patients.addDelegate(owner);
      const { grantId } = await actors.grantAccess(carer);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true, grantId });
      await actors.withdraw(carer, grantId);
      expect(await actors.requestAccess(record)).toMatchObject({ reason: 'WITHDRAWN' });
    });

    test.each([
      ['for another action', { actions: ['access'] }],
      ['for another category', { categoryTags: ['A'.repeat(43)] }],
      ['whose time is over', { notBefore: isoIn(-7200), notAfter: isoIn(-3600) }],
      ['whose time has not come', { notBefore: isoIn(3600), notAfter: isoIn(7200) }],
      ['for the case of incapacity', { when: 'INCAPACITATED' }],
      ['for the case of death', { when: 'DECEASED' }],
    ])('a delegate %s grants nothing', async (_which, terms) => {
      const owner = await actors.registerPatient();
      const carer = await patients.addDelegate(owner, terms);
      await expect(actors.grantAccess(carer)).rejects.toMatchObject(INVALID);
    });

    test('a delegate who may only withdraw ends no deny: that would open', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      const permit = await actors.grantAccess(owner);
      const deny = await actors.denyAccess(owner);
      const closer = await patients.addDelegate(owner, { actions: ['withdraw', 'access'] });
      await expect(actors.withdraw(closer, deny.grantId)).rejects.toMatchObject(INVALID);
      expect(await actors.requestAccess(record)).toMatchObject({ reason: 'DENIED_BY_PATIENT' });
      await actors.withdraw(closer, permit.grantId);
      const opener = await patients.addDelegate(owner);
      // The patient's own deny binds delegates: none takes it back.
      await expect(actors.withdraw(opener, deny.grantId)).rejects.toMatchObject(INVALID);
      await actors.withdraw(owner, deny.grantId);
      expect(await actors.requestAccess(record)).toMatchObject({ reason: 'WITHDRAWN' });
      const own = await actors.denyAccess(opener);
      await actors.withdraw(opener, own.grantId);
      expect(await actors.requestAccess(record)).toMatchObject({ reason: 'WITHDRAWN' });
    });

    test('a delegate changes no keys and names no delegates', async () => {
      const carer = await patients.addDelegate(await actors.registerPatient());
      await expect(patients.addKey(carer)).rejects.toMatchObject(INVALID);
      await expect(patients.addDelegate(carer)).rejects.toMatchObject(INVALID);
      await expect(patients.nameGuardians(carer)).rejects.toMatchObject(INVALID);
    });

    test('patient and delegate end a delegation, once, and nobody else does', async () => {
      const owner = await actors.registerPatient();
      const [one, other] = [await patients.addDelegate(owner), await patients.addDelegate(owner)];
      const end = (by: typeof owner, delegate: string) =>
        patients.say(by, 'endDelegate', 'DelegationEnd.v1', { delegate });
      await expect(end(one, other.delegateId)).rejects.toMatchObject(INVALID);
      await end(owner, one.delegateId);
      await end(other, other.delegateId);
      await expect(end(owner, one.delegateId)).rejects.toMatchObject(CONFLICT);
      for (const ended of [one, other]) {
        await expect(actors.grantAccess(ended)).rejects.toMatchObject(INVALID);
      }
    });
  });
}
