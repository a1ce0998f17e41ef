import {
  ADJUSTER,
  CITY_PHYSICIAN,
  CITY_REGISTRAR,
  VALLEY_REGISTRAR,
  refusal,
  type Actors,
} from './actors.js';

/** Patients come in by their own key and a hospital's proofing. */
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
        keys: [{ kid: response.kid, jwk: wallet.jwk, status: 'ACTIVE' }],
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
