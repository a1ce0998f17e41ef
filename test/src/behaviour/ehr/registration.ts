import {
  ADJUSTER,
  CITY_PHYSICIAN,
  CITY_REGISTRAR,
  VALLEY_REGISTRAR,
  refusal,
  type Actors,
} from './actors.js';

/** Patients come in by their own key and a hospital's proofing; records by their custodian. */
export function registrationCases(actors: Actors): void {
  describe('registration of patients', () => {
    test('a hospital registers a pseudonym with the key that signed', async () => {
      const wallet = actors.newWallet();
      const registration = await actors.registration(wallet);
      const { response, transactionId } = await actors.transact(CITY_REGISTRAR, 'registerPatient', {
        registration,
      });
      expect(response.pseudonym).toBe(wallet.pseudonym);
      const { pseudonym } = wallet;
      const patient = await actors.evaluate(ADJUSTER, 'getPatient', { pseudonym });
      expect(patient).toMatchObject({
        key: { kid: response.kid, jwk: wallet.jwk, status: 'ACTIVE' },
        registeredBy: 'CityHospitalMSP',
      });
      const client = actors.world.client(...CITY_REGISTRAR);
      expect(await client.eventsOf('ehr', transactionId)).toEqual(
        [
          {
            name: 'PatientRegistered.v1',
            payload: Buffer.from(JSON.stringify({ kid: response.kid, pseudonym })),
          },
        ].map((event) => expect.objectContaining(event) as unknown),
      );
    });

    test('a pseudonym is registered once, and nothing more is told', async () => {
      const { pseudonym } = await actors.registerPatient();
      const registration = await actors.registration(actors.newWallet(pseudonym));
      await expect(
        actors.submit(VALLEY_REGISTRAR, 'registerPatient', { registration }),
      ).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
        message: expect.not.stringMatching(/CityHospital|kid/) as string,
      });
    });

    test.each([
      ['a hospital user without the role', CITY_PHYSICIAN],
      ['another organisation', ADJUSTER],
    ])('%s can not register', async (_who, person) => {
      const registration = await actors.registration(actors.newWallet());
      await expect(
        actors.submit(person, 'registerPatient', { registration }),
      ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
    });

    test('a registration that another key signed is refused', async () => {
      const forger = actors.newWallet();
      const registration = await actors.registration(actors.newWallet(), { key: forger.key });
      await expect(
        actors.submit(CITY_REGISTRAR, 'registerPatient', { registration }),
      ).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
    });

    test('a statement of another type registers nobody', async () => {
      const wallet = actors.newWallet();
      const registration = await actors.grant(wallet);
      await expect(
        actors.submit(CITY_REGISTRAR, 'registerPatient', { registration }),
      ).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
    });
  });
}

/** Anchors for everybody, details for those who care for the patient. */
export function recordCases(actors: Actors): void {
  describe('records', () => {
    test('a batch is registered and listed', async () => {
      const wallet = await actors.registerPatient();
      const records = [actors.record(wallet), actors.record(wallet), actors.record(wallet)];
      await actors.submit(CITY_REGISTRAR, 'registerRecords', { records });
      const { pseudonym } = wallet;
      const first = await actors.evaluate(ADJUSTER, 'listRecords', { pseudonym, pageSize: 2 });
      const { bookmark } = first;
      const second = await actors.evaluate(ADJUSTER, 'listRecords', {
        ...{ pseudonym, pageSize: 2, bookmark },
      });
      const found = [...first.results, ...second.results].map(({ recordId }) => recordId).sort();
      expect(found).toEqual(records.map(({ recordId }) => recordId).sort());
      expect(first.results[0]?.custodian).toBe('CityHospitalMSP');
    });

    test('one record that exists keeps the whole batch out', async () => {
      const wallet = await actors.registerPatient();
      const existing = await actors.registerRecord(wallet);
      const fresh = actors.record(wallet);
      await expect(
        actors.submit(CITY_REGISTRAR, 'registerRecords', { records: [fresh, existing] }),
      ).rejects.toMatchObject(refusal('ERR_ALREADY_EXISTS'));
      await expect(
        actors.evaluate(CITY_REGISTRAR, 'getRecord', { recordId: fresh.recordId }),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });

    test('a record of nobody is refused', async () => {
      const records = [actors.record(actors.newWallet())];
      await expect(
        actors.submit(CITY_REGISTRAR, 'registerRecords', { records }),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });

    test('only hospitals register records', async () => {
      const wallet = await actors.registerPatient();
      await expect(
        actors.submit(ADJUSTER, 'registerRecords', { records: [actors.record(wallet)] }),
      ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
    });

    test('more records than fit and IDs with separators are refused', async () => {
      const wallet = actors.newWallet();
      const many = Array.from({ length: 501 }, () => actors.record(wallet));
      const odd = [actors.record(wallet, { recordId: 'a\u0000b' })];
      for (const records of [many, odd]) {
        await expect(
          actors.submit(CITY_REGISTRAR, 'registerRecords', { records }),
        ).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
      }
    });
  });

  describe('private details of records', () => {
    test('the custodian deposits what was anchored, and hospitals read it', async () => {
      const { record, details } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      const { recordId } = record;
      await expect(
        actors.evaluate(CITY_REGISTRAR, 'readDetails', { recordId }, 'CityHospitalMSP'),
      ).rejects.toMatchObject(refusal('ERR_DETAILS_MISSING'));
      await actors.deposit(CITY_REGISTRAR, [details]);
      expect(
        await actors.evaluate(CITY_REGISTRAR, 'readDetails', { recordId }, 'CityHospitalMSP'),
      ).toEqual(details);
    });

    test('details that differ from the anchor are refused', async () => {
      const { details } = await actors.registerDetailedRecord(await actors.registerPatient());
      await expect(
        actors.deposit(CITY_REGISTRAR, [{ ...details, category: 'psychiatry' }]),
      ).rejects.toMatchObject(refusal('ERR_HASH_MISMATCH'));
    });

    test('nobody but the custodian deposits', async () => {
      const { details } = await actors.registerDetailedRecord(await actors.registerPatient());
      await expect(actors.deposit(VALLEY_REGISTRAR, [details])).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('who does not care for patients can not read details', async () => {
      const { record, details } = await actors.registerDetailedRecord(
        await actors.registerPatient(),
      );
      await actors.deposit(CITY_REGISTRAR, [details]);
      await expect(
        actors.evaluate(ADJUSTER, 'readDetails', { recordId: record.recordId }, 'CityHospitalMSP'),
      ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
    });
  });
}
