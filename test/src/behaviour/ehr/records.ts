import type { RecordAnchor, SealedKey } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  CITY_KEY_SERVICE,
  CITY_PHYSICIAN,
  CITY_REGISTRAR,
  CITY_STORE,
  VALLEY_BILLING,
  VALLEY_KEY_SERVICE,
  VALLEY_PHYSICIAN,
  VALLEY_REGISTRAR,
  VALLEY_STORE,
  isoIn,
  newPublicKey,
  refusal,
  sealedKey,
  tag,
  type Actors,
  type Person,
  type Wallet,
} from './actors.js';

/** Anchors for everybody, details for those who care for the patient. */
export function recordCases(actors: Actors): void {
  const register = (as: Person, ...records: readonly RecordAnchor[]) =>
    actors.submit(as, 'registerRecords', { records: [...records] });

  describe('records', () => {
    test('a batch is registered and listed', async () => {
      const wallet = await actors.registerPatient();
      const records = [actors.record(wallet), actors.record(wallet), actors.record(wallet)];
      await register(CITY_REGISTRAR, ...records);
      const { pseudonym } = wallet;
      const first = await actors.evaluate(ADJUSTER, 'listRecords', { pseudonym, pageSize: 2 });
      const { bookmark } = first;
      const second = await actors.evaluate(ADJUSTER, 'listRecords', {
        pseudonym,
        pageSize: 2,
        bookmark,
      });
      const found = [...first.results, ...second.results].map(({ recordId }) => recordId).sort();
      expect(found).toEqual(records.map(({ recordId }) => recordId).sort());
      expect(first.results[0]?.custodian).toBe('CityHospitalMSP');
    });

    test('one batch has records of several patients, and each stays with its own', async () => {
      const [one, other] = [await actors.registerPatient(), await actors.registerPatient()];
      const recordId = actors.world.uniqueId('record');
      const records = [one, other].map((wallet) => actors.record(wallet, { recordId }));
      await register(CITY_REGISTRAR, ...records);
      for (const { pseudonym, contentHash } of records) {
        const found = await actors.evaluate(ADJUSTER, 'getRecord', { pseudonym, recordId });
        expect(found).toMatchObject({ pseudonym, contentHash });
      }
    });

    test.each([
      ['a few', 2, 0],
      ['many', 12, 3],
      ['many, of a patient with a long history', 8, 70],
    ])('one record that exists keeps the whole batch out: %s', async (_, count, history) => {
      const wallet = await actors.registerPatient();
      const existing = await actors.registerRecord(wallet);
      const some = (length: number) => Array.from({ length }, () => actors.record(wallet));
      if (history > 0) await register(CITY_REGISTRAR, ...some(history));
      const fresh = some(count - 1);
      await expect(register(CITY_REGISTRAR, ...fresh, existing)).rejects.toMatchObject(
        refusal('ERR_ALREADY_EXISTS'),
      );
      const { pseudonym, recordId } = fresh[0] ?? existing;
      await expect(
        actors.evaluate(CITY_REGISTRAR, 'getRecord', { pseudonym, recordId }),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
      expect(await register(CITY_REGISTRAR, ...fresh)).toEqual({
        recordIds: fresh.map((each) => each.recordId),
      });
    });

    test('a record of nobody is refused', async () => {
      await expect(
        register(CITY_REGISTRAR, actors.record(actors.newWallet())),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });

    test('only hospitals register records', async () => {
      const wallet = await actors.registerPatient();
      await expect(register(ADJUSTER, actors.record(wallet))).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('more records than fit are refused', async () => {
      const wallet = actors.newWallet();
      const many = Array.from({ length: 501 }, () => actors.record(wallet));
      await expect(register(CITY_REGISTRAR, ...many)).rejects.toMatchObject(
        refusal('ERR_INVALID_ARGUMENT'),
      );
    });

    test("a record is sealed to the present epoch of its category's key", async () => {
      const wallet = await actors.registerPatient(undefined, ['laboratory']);
      for (const categoryEpoch of [0, 2]) {
        await expect(
          register(CITY_REGISTRAR, actors.record(wallet, { categoryEpoch })),
        ).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      }
      await register(CITY_REGISTRAR, actors.record(wallet, { categoryEpoch: 1 }));
      const other = actors.record(wallet, { categoryTag: tag('imaging'), categoryEpoch: 1 });
      await expect(register(CITY_REGISTRAR, other)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
    });

    test('a withdrawal that begins an epoch keeps records of the last one out', async () => {
      const wallet = await actors.registerPatient(undefined, ['laboratory']);
      const { grantId } = await actors.grantAccess(wallet);
      const nextKeys = [{ categoryTag: tag('laboratory'), epoch: 2, publicKey: newPublicKey() }];
      const statement = await actors.withdrawal(wallet, grantId, {}, { nextKeys });
      await actors.submit(VALLEY_REGISTRAR, 'withdrawConsent', { statement });
      await expect(
        register(CITY_REGISTRAR, actors.record(wallet, { categoryEpoch: 1 })),
      ).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      await register(CITY_REGISTRAR, actors.record(wallet, { categoryEpoch: 2 }));
    });
  });

  versionCases(actors, register);
  detailCases(actors);
}

function versionCases(
  actors: Actors,
  register: (as: Person, ...records: readonly RecordAnchor[]) => Promise<unknown>,
): void {
  const next = (wallet: Wallet, { recordId, version }: RecordAnchor, more = {}) =>
    actors.record(wallet, { amends: recordId, version: version + 1, ...more });

  describe('versions of a record', () => {
    test('a version follows the one before, which stays', async () => {
      const wallet = await actors.registerPatient();
      const first = await actors.registerRecord(wallet);
      const second = next(wallet, first);
      await register(CITY_REGISTRAR, second);
      const { pseudonym, recordId } = first;
      const found = await actors.evaluate(ADJUSTER, 'getRecord', { pseudonym, recordId });
      expect(found).toMatchObject({ ...first, amendedBy: second.recordId });
      await register(CITY_PHYSICIAN, next(wallet, second));
    });

    test('versions do not fork', async () => {
      const wallet = await actors.registerPatient();
      const first = await actors.registerRecord(wallet);
      await register(CITY_REGISTRAR, next(wallet, first));
      await expect(register(CITY_REGISTRAR, next(wallet, first))).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      const other = await actors.registerRecord(wallet);
      await expect(
        register(CITY_REGISTRAR, next(wallet, other), next(wallet, other)),
      ).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
    });

    test('two versions at the same time do not both follow', async () => {
      const wallet = await actors.registerPatient();
      const first = await actors.registerRecord(wallet);
      const [one, other] = await Promise.all(
        [next(wallet, first), next(wallet, first)].map((record) =>
          actors.world.client(...CITY_REGISTRAR).endorse('ehr', 'registerRecords', {
            args: [JSON.stringify({ records: [record] })],
            endorsingOrganizations: ['CityHospitalMSP', 'ValleyHospitalMSP'],
          }),
        ),
      );
      await one?.commit();
      await expect(other?.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
    });

    test('a version has the number after', async () => {
      const wallet = await actors.registerPatient();
      const first = await actors.registerRecord(wallet);
      await expect(
        register(CITY_REGISTRAR, next(wallet, first, { version: 3 })),
      ).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      for (const wrong of [{ version: 2 }, { amends: first.recordId, version: 1 }]) {
        await expect(register(CITY_REGISTRAR, actors.record(wallet, wrong))).rejects.toMatchObject(
          refusal('ERR_INVALID_ARGUMENT'),
        );
      }
    });

    test("another patient's record is not amended", async () => {
      const first = await actors.registerRecord(await actors.registerPatient());
      const other = await actors.registerPatient();
      await expect(register(CITY_REGISTRAR, next(other, first))).rejects.toMatchObject(
        refusal('ERR_NOT_FOUND'),
      );
    });

    test('the custodian amends, and whom it names', async () => {
      const wallet = await actors.registerPatient();
      const own = await actors.registerRecord(wallet);
      await expect(register(VALLEY_REGISTRAR, next(wallet, own))).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
      const open = await actors.registerRecord(wallet, { amendableBy: ['ValleyHospitalMSP'] });
      await register(VALLEY_REGISTRAR, next(wallet, open));
    });
  });
}

function detailCases(actors: Actors): void {
  const read = (as: Person, { pseudonym, recordId }: RecordAnchor, at = `${as[0]}MSP`) =>
    actors.evaluate(as, 'readDetails', { pseudonym, recordId }, at);

  describe('private details of records', () => {
    test('the custodian deposits what was anchored, and reads it', async () => {
      const { record, deposit } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      await expect(read(CITY_REGISTRAR, record)).rejects.toMatchObject(
        refusal('ERR_DETAILS_MISSING'),
      );
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      expect(await read(CITY_REGISTRAR, record)).toEqual(deposit);
    });

    test('details that differ from the anchor are refused', async () => {
      const { deposit } = await actors.registerDetailedRecord(await actors.registerPatient());
      const details = { ...deposit.details, category: 'psychiatry' };
      await expect(actors.deposit(CITY_REGISTRAR, [{ ...deposit, details }])).rejects.toMatchObject(
        refusal('ERR_HASH_MISMATCH'),
      );
    });

    test('nobody but the custodian deposits, by a role that registers records', async () => {
      const { record, deposit } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      for (const as of [VALLEY_REGISTRAR, CITY_STORE]) {
        await expect(actors.deposit(as, [deposit])).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      }
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      expect(await read(CITY_REGISTRAR, record)).toEqual(deposit);
    });

    test('the first keys of a record stand, whoever deposits others', async () => {
      const { record, deposit } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      const keys = { ...deposit.keys, sealedKeys: [sealedKey('rubbish')] };
      for (const as of [CITY_REGISTRAR, CITY_KEY_SERVICE]) {
        await expect(actors.deposit(as, [{ ...deposit, keys }])).rejects.toMatchObject(
          refusal('ERR_ALREADY_EXISTS'),
        );
      }
      // Who was cut off deposits the same again.
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      expect(await read(CITY_REGISTRAR, record)).toEqual(deposit);
    });

    test("the custodian's key service seals to a category's next epoch, and changes nothing else", async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const { record, deposit } = await actors.registerDetailedRecord(owner, { categoryEpoch: 1 });
      const box = (epoch: number, ciphertext = 'Y2lwaGVy') =>
        ({
          ...sealedKey(tag('laboratory')),
          ...({ kind: 'category', epoch, ciphertext } as const),
        }) satisfies SealedKey;
      const others = deposit.keys.sealedKeys;
      const withBoxes = (...sealedKeys: SealedKey[]) => ({ ...deposit.keys, sealedKeys });
      const first = { ...deposit, keys: withBoxes(...others, box(1)) };
      const next = withBoxes(...others, box(2));
      await expect(actors.replaceKeys(CITY_KEY_SERVICE, next)).rejects.toMatchObject(
        refusal('ERR_DETAILS_MISSING'),
      );
      await actors.deposit(CITY_REGISTRAR, [first]);
      await expect(actors.replaceKeys(CITY_KEY_SERVICE, next)).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      const statement = await actors.statement(owner, 'CategoryKeys.v1', {
        keys: [{ categoryTag: tag('laboratory'), epoch: 2, publicKey: newPublicKey() }],
      });
      await actors.submit(CITY_REGISTRAR, 'setCategoryKeys', { statement });
      for (const as of [CITY_REGISTRAR, CITY_STORE, VALLEY_KEY_SERVICE]) {
        await expect(actors.replaceKeys(as, next)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      }
      for (const wrong of [
        withBoxes(box(2)),
        withBoxes(sealedKey('rubbish'), box(2)),
        withBoxes(...others, box(3)),
      ]) {
        await expect(actors.replaceKeys(CITY_KEY_SERVICE, wrong)).rejects.toMatchObject(
          refusal('ERR_CONFLICT'),
        );
      }
      await actors.replaceKeys(CITY_KEY_SERVICE, next);
      expect(await read(CITY_REGISTRAR, record)).toEqual({ ...deposit, keys: next });
      const rubbish = withBoxes(...others, box(2, 'cnViYmlzaA'));
      await expect(actors.replaceKeys(CITY_KEY_SERVICE, rubbish)).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
    });

    test('a deposit that was endorsed before keys were replaced does not put the first ones back', async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const { record, deposit } = await actors.registerDetailedRecord(owner, { categoryEpoch: 1 });
      const deposited = () =>
        actors.world.client(...CITY_REGISTRAR).endorse('ehr', 'depositDetails', {
          args: ['{}'],
          transient: { details: JSON.stringify([deposit]) },
          endorsingOrganizations: ['CityHospitalMSP'],
        });
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      const late = await deposited();
      const box = { ...sealedKey(tag('laboratory')), kind: 'category', epoch: 1 } as const;
      const next = { ...deposit.keys, sealedKeys: [...deposit.keys.sealedKeys, box] };
      await actors.replaceKeys(CITY_KEY_SERVICE, next);
      await expect(late.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
      expect(await read(CITY_REGISTRAR, record)).toEqual({ ...deposit, keys: next });
    });

    test('services and others whose work takes no details read none of their own records', async () => {
      const { record, deposit } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      await expect(read(CITY_STORE, record)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      for (const as of [CITY_REGISTRAR, CITY_PHYSICIAN, CITY_KEY_SERVICE]) {
        expect(await read(as, record)).toEqual(deposit);
      }
    });

    test('a practitioner whom the patient denies reads no details, at the custodian either', async () => {
      const owner = await actors.registerPatient();
      const { record, deposit } = await actors.registerDetailedRecord(owner);
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      await actors.denyAccess(owner, { grantee: { practitioner: 'city-physician-1' } });
      await expect(read(CITY_PHYSICIAN, record)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      expect(await read(CITY_REGISTRAR, record)).toEqual(deposit);
    });

    test('of the staff of a holder those alone read details whom the permit names', async () => {
      const owner = await actors.registerPatient();
      const { record, deposit } = await actors.registerDetailedRecord(owner);
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      const valley = 'ValleyHospitalMSP';
      await actors.grantAccess(owner, { grantee: { mspId: valley, role: 'physician' } });
      await actors.shareDetails(CITY_KEY_SERVICE, valley, [deposit]);
      for (const as of [VALLEY_REGISTRAR, VALLEY_BILLING, VALLEY_STORE]) {
        await expect(read(as, record)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      }
      for (const as of [VALLEY_PHYSICIAN, VALLEY_KEY_SERVICE]) {
        expect(await read(as, record)).toEqual(deposit);
      }
    });

    test("another hospital reads no details of a patient who is not in its care, from nobody's peer", async () => {
      const { record, deposit } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      for (const as of [VALLEY_REGISTRAR, ADJUSTER]) {
        for (const at of ['CityHospitalMSP', `${as[0]}MSP`]) {
          await expect(read(as, record, at)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
        }
      }
    });

    test('the custodian shares details with whom a permit names, as long as it does', async () => {
      const owner = await actors.registerPatient();
      const { record, deposit } = await actors.registerDetailedRecord(owner);
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      const share = (holder: string, as = CITY_KEY_SERVICE, what = deposit) =>
        actors.shareDetails(as, holder, [what]);
      const valley = 'ValleyHospitalMSP';
      await expect(share(valley)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      const { grantId } = await actors.grantAccess(owner);
      await expect(read(VALLEY_REGISTRAR, record)).rejects.toMatchObject(
        refusal('ERR_DETAILS_MISSING'),
      );
      await expect(share('InsurerMSP')).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      await expect(share('CityHospitalMSP')).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      for (const as of [CITY_REGISTRAR, CITY_PHYSICIAN, VALLEY_KEY_SERVICE]) {
        await expect(share(valley, as)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      }
      const forged = { ...deposit, details: { ...deposit.details, category: 'psychiatry' } };
      await expect(share(valley, CITY_KEY_SERVICE, forged)).rejects.toMatchObject(
        refusal('ERR_HASH_MISMATCH'),
      );
      const keys = { ...deposit.keys, sealedKeys: [sealedKey('rubbish')] };
      const others = share(valley, CITY_KEY_SERVICE, { ...deposit, keys });
      await expect(others).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      await share(valley);
      expect(await read(VALLEY_REGISTRAR, record)).toEqual(deposit);
      await actors.withdraw(owner, grantId);
      await expect(read(VALLEY_REGISTRAR, record)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      const { pseudonym, recordId } = record;
      const request = { pseudonym, records: [recordId] };
      const { records } = await actors.evaluate(ADJUSTER, 'listCopies', request);
      expect(records).toEqual([{ recordId, deposited: true, due: [], over: [valley] }]);
      await actors.transact(
        VALLEY_REGISTRAR,
        'purgeDetails',
        { ...request, holder: valley },
        { endorsingOrganizations: [valley] },
      );
    });

    test('the ledger tells when a permit begins or ends by itself', async () => {
      const owner = await actors.registerPatient();
      const { record } = await actors.registerDetailedRecord(owner);
      const { pseudonym, recordId } = record;
      const next = async () =>
        (await actors.evaluate(ADJUSTER, 'listCopies', { pseudonym, records: [recordId] }))
          .nextChangeAt;
      expect(await next()).toBeUndefined();
      const [soon, later] = [isoIn(1800), isoIn(3600)];
      await actors.grantAccess(owner, { notAfter: later });
      expect(await next()).toBe(later);
      const { grantId } = await actors.grantAccess(owner, { notBefore: soon, notAfter: later });
      expect(await next()).toBe(soon);
      await actors.withdraw(owner, grantId);
      expect(await next()).toBe(later);
    });
  });
}
