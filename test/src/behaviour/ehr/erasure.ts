import {
  ADJUSTER,
  CITY_KEY_SERVICE,
  CITY_PHYSICIAN,
  CITY_REGISTRAR,
  refusal,
  tag,
  VALLEY_REGISTRAR,
  type Actors,
  type Person,
  type RecordRef,
  type Wallet,
} from './actors.js';
import { PatientActors } from './patient-actors.js';

/** Erasure: what opens and describes a record goes on every peer, its anchor stays. */
export function erasureCases(actors: Actors): void {
  const patients = new PatientActors(actors);
  const orderAll = (by: Wallet, ...records: string[]) => send(by, records, { versions: 'ALL' });
  const order = (by: Wallet, ...records: string[]) => send(by, records);
  const send = async (by: Wallet, records: readonly string[], more: object = {}) => {
    const statement = await actors.statement(by, 'ErasureOrder.v1', { records, ...more });
    return actors.submit(ADJUSTER, 'eraseRecords', { statement });
  };
  const purge = (
    { pseudonym, recordId }: RecordRef,
    as: Person = CITY_REGISTRAR,
    holder = `${as[0]}MSP`,
  ) =>
    actors.transact(
      as,
      'purgeDetails',
      { pseudonym, records: [recordId], holder },
      { endorsingOrganizations: [holder] },
    );

  const holders = async ({ pseudonym, recordId }: RecordRef) =>
    (await actors.evaluate(ADJUSTER, 'getErasure', { pseudonym, recordId })).holders;

  describe('erasure', () => {
    test('the patient has a record erased: nothing opens it, and its anchor stays', async () => {
      const owner = await actors.registerPatient();
      const { record, deposit } = await actors.registerDetailedRecord(owner);
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      await actors.grantAccess(owner);
      await actors.shareDetails(CITY_KEY_SERVICE, 'ValleyHospitalMSP', [deposit]);
      const { recordId, pseudonym } = record;
      const { erasedAt } = await order(owner, recordId);
      const found = await actors.evaluate(ADJUSTER, 'getRecord', { pseudonym, recordId });
      expect(found).toMatchObject({ ...record, erasedAt });
      expect(await actors.requestAccess(record, {}, CITY_PHYSICIAN)).toMatchObject({
        permitted: false,
        reason: 'ERASED',
      });
      expect(await holders(record)).toEqual(['CityHospitalMSP', 'ValleyHospitalMSP']);
      await purge(record);
      const read = (as: Person) =>
        actors.evaluate(as, 'readDetails', { pseudonym, recordId }, `${as[0]}MSP`);
      await expect(read(CITY_REGISTRAR)).rejects.toMatchObject(refusal('ERR_DETAILS_MISSING'));
      await expect(read(VALLEY_REGISTRAR)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      const copies = async () => {
        const request = { pseudonym, records: [recordId] };
        return (await actors.evaluate(ADJUSTER, 'listCopies', request)).records;
      };
      expect(await copies()).toEqual([
        { recordId, deposited: false, due: [], over: ['ValleyHospitalMSP'] },
      ]);
      expect(await holders(record)).toEqual(['ValleyHospitalMSP']);
      await purge(record, CITY_REGISTRAR, 'ValleyHospitalMSP');
      expect(await holders(record)).toEqual([]);
      expect(await copies()).toEqual([{ recordId, deposited: false, due: [], over: [] }]);
      // A second purge finds nothing, and does no harm.
      await purge(record);
    });

    test('nobody but the custodian and the holder purge, and nothing that was not ordered', async () => {
      const owner = await actors.registerPatient();
      const record = await actors.registerRecord(owner);
      await expect(purge(record)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      await order(owner, record.recordId);
      await expect(purge(record, VALLEY_REGISTRAR, 'CityHospitalMSP')).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('a delegate orders within the scope, nobody else does', async () => {
      const owner = await actors.registerPatient();
      const [one, other] = [await actors.registerRecord(owner), await actors.registerRecord(owner)];
      const categories = { categoryTags: [tag('imaging')] };
      const carer = await patients.addDelegate(owner);
      const radiologist = await patients.addDelegate(owner, categories);
      const stranger = { ...(await actors.registerPatient()), pseudonym: owner.pseudonym };
      const reader = await patients.addKey(owner, { purposes: ['access', 'keys'] });
      for (const by of [radiologist, stranger, reader]) {
        await expect(order(by, one.recordId)).rejects.toMatchObject(
          refusal('ERR_STATEMENT_INVALID'),
        );
      }
      const { recordIds } = await order(carer, one.recordId, other.recordId);
      expect(recordIds).toEqual([one.recordId, other.recordId]);
    });

    test('the ledger tells of each record who keeps what opens it', async () => {
      const owner = await actors.registerPatient();
      const { record, deposit } = await actors.registerDetailedRecord(owner);
      expect(await holders(record)).toEqual([]);
      await actors.deposit(CITY_REGISTRAR, [deposit]);
      expect(await holders(record)).toEqual(['CityHospitalMSP']);
      const evidence = 'ab'.repeat(32);
      const { pseudonym, recordId } = record;
      const asked = { pseudonym, recordId, evidence };
      const told = await actors.evaluate(VALLEY_REGISTRAR, 'getErasure', asked);
      expect(told.record).toMatchObject({ recordId, custodian: 'CityHospitalMSP' });
      const unknown = actors.evaluate(ADJUSTER, 'getErasure', { pseudonym, recordId: 'none' });
      await expect(unknown).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });

    test('all versions go with the one that is named, where the patient wants that', async () => {
      const owner = await actors.registerPatient();
      const first = await actors.registerRecord(owner);
      const second = await actors.registerRecord(owner, { amends: first.recordId, version: 2 });
      const third = await actors.registerRecord(owner, { amends: second.recordId, version: 3 });
      const other = await actors.registerRecord(owner);
      const { recordIds, erasedAt } = await orderAll(owner, second.recordId, third.recordId);
      const versions = [first, second, third].map(({ recordId }) => recordId);
      expect([...recordIds].sort()).toEqual([...versions].sort());
      const { pseudonym } = owner;
      for (const recordId of versions) {
        const found = await actors.evaluate(ADJUSTER, 'getRecord', { pseudonym, recordId });
        expect(found.erasedAt).toBe(erasedAt);
      }
      const kept = { pseudonym, recordId: other.recordId };
      expect((await actors.evaluate(ADJUSTER, 'getRecord', kept)).erasedAt).toBeUndefined();
    });

    test('a delegate of some categories ends no version of another one', async () => {
      const owner = await actors.registerPatient();
      const first = await actors.registerRecord(owner, { categoryTag: tag('laboratory') });
      const second = await actors.registerRecord(owner, {
        ...{ amends: first.recordId, version: 2, categoryTag: tag('imaging') },
      });
      const radiologist = await patients.addDelegate(owner, { categoryTags: [tag('imaging')] });
      await expect(orderAll(radiologist, second.recordId)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_INVALID'),
      );
      expect((await order(radiologist, second.recordId)).recordIds).toEqual([second.recordId]);
    });

    test("an order names the patient's own records", async () => {
      const [owner, other] = [await actors.registerPatient(), await actors.registerPatient()];
      const { recordId } = await actors.registerRecord(other);
      await expect(order(owner, recordId)).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });
  });
}
