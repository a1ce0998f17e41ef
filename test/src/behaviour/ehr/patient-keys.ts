import type { Patient } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  CITY_REGISTRAR,
  isoIn,
  refusal,
  tag,
  VALLEY_REGISTRAR,
  type Actors,
  type Wallet,
} from './actors.js';
import { kidOf, PatientActors } from './patient-actors.js';

const INVALID = refusal('ERR_STATEMENT_INVALID');

const statusOf = ({ keys }: Patient) => keys.map(({ kid, status }) => [kid, status]);

/** Several keys of one patient, and what becomes of what they signed. */
export function patientKeyCases(actors: Actors): void {
  const patients = new PatientActors(actors);
  const grantBy = async (wallet: Wallet) =>
    actors.submit(VALLEY_REGISTRAR, 'grantAccess', { statement: await actors.grant(wallet) });

  describe('keys of a patient', () => {
    test('a key adds another, of either kind, which signs from then on', async () => {
      for (const kind of ['P-256', 'Ed25519'] as const) {
        const owner = await actors.registerPatient();
        const second = actors.newWallet(owner.pseudonym, kind);
        await patients.addKey(owner, {}, second);
        const { keys } = await patients.patient(owner);
        expect(keys.map(({ kid, addedBy }) => [kid, addedBy])).toEqual([
          [kidOf(owner), undefined],
          [kidOf(second), kidOf(owner)],
        ]);
        await grantBy(second);
      }
    });

    test('the statement that brought a key is kept, for readers who do not believe the list', async () => {
      const owner = await actors.registerPatient();
      const second = await patients.addKey(owner);
      const { pseudonym } = owner;
      const { keys } = await patients.patient(owner);
      const [jti = ''] = keys.find(({ kid }) => kid === kidOf(second))?.proof ?? [];
      const kept = await actors.evaluate(ADJUSTER, 'getStatement', { pseudonym, jti });
      expect(kept).toMatchObject({ type: 'KeyAddition.v1' });
    });

    test('a key that somebody else has is not added as the own', async () => {
      const [owner, other] = [await actors.registerPatient(), actors.newWallet()];
      const stolen = actors.newWallet(owner.pseudonym);
      const right = await patients.addition(owner, stolen);
      const forged = await patients.addition(owner, { ...stolen, key: other.key });
      const elsewhere = await patients.addition(await actors.registerPatient(), stolen);
      for (const possession of [forged.possession, elsewhere.possession, right.addition]) {
        await expect(
          actors.submit(ADJUSTER, 'addKey', { ...right, possession }),
        ).rejects.toMatchObject(INVALID);
      }
    });

    test('an addition is used once, and a key is added once', async () => {
      const owner = await actors.registerPatient();
      const second = actors.newWallet(owner.pseudonym);
      const request = await patients.addition(owner, second);
      await actors.submit(ADJUSTER, 'addKey', request);
      const again = await patients.addition(owner, second);
      for (const each of [request, again]) {
        await expect(actors.submit(ADJUSTER, 'addKey', each)).rejects.toMatchObject(
          refusal('ERR_ALREADY_EXISTS'),
        );
      }
    });

    test('a key signs what it is for', async () => {
      const owner = await actors.registerPatient();
      const reader = await patients.addKey(owner, { purposes: ['access'] });
      await expect(grantBy(reader)).rejects.toMatchObject(INVALID);
      await expect(patients.addKey(reader)).rejects.toMatchObject(INVALID);
    });

    test('a key signs in its time', async () => {
      const owner = await actors.registerPatient();
      const over = { notBefore: isoIn(-7200), notAfter: isoIn(-3600) };
      const later = { notBefore: isoIn(3600) };
      for (const terms of [over, later]) {
        await expect(grantBy(await patients.addKey(owner, terms))).rejects.toMatchObject(INVALID);
      }
    });

    test('a retired key signs no more, and what it signed holds', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      await grantBy(owner);
      const second = await patients.addKey(owner);
      await patients.endKey(second, owner, 'RETIRED');
      await expect(grantBy(owner)).rejects.toMatchObject(INVALID);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
    });

    test('the last key that changes keys does not retire', async () => {
      const owner = await actors.registerPatient();
      await patients.addKey(owner, { purposes: ['consent'] });
      await expect(patients.endKey(owner, owner, 'RETIRED')).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
    });

    test('a lost key is of no use at once, and voids what it signed since', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      const phone = await patients.addKey(owner);
      await grantBy(phone);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
      const since = isoIn(-3600);
      await patients.endKey(owner, phone, 'LOST', since);
      await expect(grantBy(phone)).rejects.toMatchObject(INVALID);
      expect(await actors.requestAccess(record)).toMatchObject({
        permitted: false,
        reason: 'KEY_LOST',
      });
    });

    test('a statement that a key signed before it was lost holds', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      const phone = await patients.addKey(owner);
      const { grantedAt } = await grantBy(phone);
      const since = new Date(Date.parse(grantedAt) + 1).toISOString();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await patients.endKey(phone, phone, 'LOST', since);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
    });

    test("another patient's key, or nobody's, ends no key", async () => {
      const [owner, other] = [await actors.registerPatient(), await actors.registerPatient()];
      const { pseudonym } = owner;
      for (const stranger of [other, actors.newWallet()]) {
        await expect(
          patients.endKey({ ...stranger, pseudonym }, owner, 'LOST'),
        ).rejects.toMatchObject(INVALID);
      }
    });

    test('a key that calls its senior lost closes that one, and takes along neither keys nor guardians', async () => {
      const owner = await actors.registerPatient();
      const spare = await patients.addKey(owner);
      await patients.nameGuardians(owner);
      const thief = await patients.addKey(owner);
      const carer = await patients.addDelegate(owner);
      const after = await patients.endKey(thief, owner, 'LOST');
      expect(statusOf(after)).toEqual([
        [kidOf(owner), 'LOST'],
        [kidOf(spare), 'ACTIVE'],
        [kidOf(thief), 'ACTIVE'],
      ]);
      expect(after.endings).toMatchObject([{ key: kidOf(owner), by: kidOf(thief) }]);
      expect(after.guardians?.setBy).toBe(kidOf(owner));
      for (const closed of [owner, carer]) {
        await expect(grantBy(closed)).rejects.toMatchObject(INVALID);
      }
      // The spare key is senior to the thief's: its word frees the first one.
      const freed = await patients.endKey(spare, thief, 'LOST');
      expect(statusOf(freed).map(([, status]) => status)).toEqual(['ACTIVE', 'ACTIVE', 'LOST']);
      await grantBy(owner);
      await grantBy(carer);
    });

    test('a key that calls its senior lost since a time takes along what that one added since', async () => {
      const owner = await actors.registerPatient();
      const early = await patients.addKey(owner);
      const spare = await patients.addKey(owner);
      const thief = await patients.addKey(owner);
      const heir = await patients.addKey(thief);
      const { keys } = await patients.patient(owner);
      const since = keys.at(1)?.addedAt ?? '';
      const after = await patients.endKey(spare, owner, 'LOST', since);
      expect(statusOf(after)).toEqual([
        [kidOf(owner), 'LOST'],
        [kidOf(early), 'ACTIVE'],
        [kidOf(spare), 'ACTIVE'],
        [kidOf(thief), 'LOST'],
        [kidOf(heir), 'LOST'],
      ]);
      await expect(grantBy(heir)).rejects.toMatchObject(INVALID);
      await grantBy(spare);
    });

    test('a closed key signs only that its accuser has ended, which closes that one too', async () => {
      const owner = await actors.registerPatient();
      const [spare, other] = [await patients.addKey(owner), await patients.addKey(owner)];
      const guardians = await patients.nameGuardians(owner, { delaySeconds: 3600 });
      await patients.endKey(spare, owner, 'LOST');
      await expect(patients.endKey(owner, other, 'LOST')).rejects.toMatchObject(INVALID);
      await expect(patients.addKey(owner)).rejects.toMatchObject(INVALID);
      await expect(patients.nameGuardians(owner)).rejects.toMatchObject(INVALID);
      const both = await patients.endKey(owner, spare, 'LOST');
      expect(statusOf(both).map(([, status]) => status)).toEqual(['LOST', 'LOST', 'ACTIVE']);
      for (const closed of [owner, spare]) {
        await expect(grantBy(closed)).rejects.toMatchObject(INVALID);
      }
      await expect(patients.endKey(owner, spare, 'LOST')).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      expect(guardians).toHaveLength(3);
    });

    test('a deny holds while the loss of its key is not final, and a permit does not', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      const thief = await patients.addKey(owner);
      await actors.denyAccess(owner);
      await actors.grantAccess(thief);
      await patients.endKey(thief, owner, 'LOST', isoIn(-60));
      expect(await actors.requestAccess(record)).toMatchObject({ reason: 'DENIED_BY_PATIENT' });
      await patients.endKey(owner, thief, 'LOST', isoIn(-60));
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: false });
    });

    test('the ledger tells what a key has touched', async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const { recordId } = await actors.registerRecord(owner, { categoryEpoch: 1 });
      const phone = await patients.addKey(owner);
      const { grantId, grantedAt } = await grantBy(phone);
      await grantBy(owner);
      const { delegateId } = await patients.addDelegate(phone);
      await patients.endKey(owner, phone, 'LOST');
      const { pseudonym } = owner;
      await actors.registerRecord(owner, { categoryEpoch: 1 });
      const kid = kidOf(phone);
      const touched = await actors.evaluate(ADJUSTER, 'touchedByKey', {
        pseudonym,
        kid,
        pageSize: 10,
      });
      const categoryTag = tag('laboratory');
      expect(touched).toMatchObject({
        key: { kid, status: 'LOST' },
        grants: [{ grantId, grantedAt, holds: false }],
        delegates: [{ delegateId, holds: false }],
        keys: [],
        guardians: false,
        epochs: [{ categoryTag, upTo: 1 }],
        records: { results: [{ recordId, categoryTag, categoryEpoch: 1 }], bookmark: '' },
      });
    });
  });

  describe('the status of a patient', () => {
    const evidenceHash = 'e'.repeat(64);

    test('death takes registrars of two organisations, and so does taking it back', async () => {
      const owner = await actors.registerPatient();
      const { pseudonym } = owner;
      for (const status of ['DECEASED', 'ACTIVE'] as const) {
        const request = { pseudonym, status, evidenceHash };
        await actors.submit(CITY_REGISTRAR, 'proposeStatus', request);
        await expect(actors.submit(CITY_REGISTRAR, 'confirmStatus', request)).rejects.toMatchObject(
          refusal('ERR_FORBIDDEN'),
        );
        const after = await actors.submit(VALLEY_REGISTRAR, 'confirmStatus', request);
        expect(after).toMatchObject({ status });
        expect(after.statusProposal).toBeUndefined();
        const signed = grantBy(owner);
        await (status === 'ACTIVE' ? signed : expect(signed).rejects.toMatchObject(INVALID));
      }
    });

    test('a patient who can not consent at present withdraws a permit, and no deny: that would open', async () => {
      const owner = await actors.registerPatient();
      const { pseudonym } = owner;
      const permit = await actors.grantAccess(owner);
      const deny = await actors.denyAccess(owner);
      const request = { pseudonym, status: 'INCAPACITATED', evidenceHash } as const;
      await actors.submit(CITY_REGISTRAR, 'proposeStatus', request);
      await actors.submit(VALLEY_REGISTRAR, 'confirmStatus', request);
      await expect(actors.withdraw(owner, deny.grantId)).rejects.toMatchObject(INVALID);
      await actors.withdraw(owner, permit.grantId);
    });

    test('a status that nobody proposed is not confirmed', async () => {
      const { pseudonym } = await actors.registerPatient();
      const request = { pseudonym, status: 'DECEASED', evidenceHash } as const;
      await expect(actors.submit(VALLEY_REGISTRAR, 'confirmStatus', request)).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      await actors.submit(CITY_REGISTRAR, 'proposeStatus', request);
      const other = { ...request, evidenceHash: 'f'.repeat(64) };
      await expect(actors.submit(VALLEY_REGISTRAR, 'confirmStatus', other)).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
    });

    test('nobody but a registrar of a hospital has a say', async () => {
      const { pseudonym } = await actors.registerPatient();
      const request = { pseudonym, status: 'DECEASED', evidenceHash } as const;
      for (const person of [ADJUSTER, ['CityHospital', 'physician'] as const]) {
        await expect(actors.submit(person, 'proposeStatus', request)).rejects.toMatchObject(
          refusal('ERR_FORBIDDEN'),
        );
      }
    });
  });
}
