import { hashOf } from '@salus/protocol';
import type { SealedCategoryKey } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  CITY_KEY_SERVICE,
  CITY_PHYSICIAN,
  isoIn,
  newPublicKey,
  refusal,
  tag,
  VALLEY_KEY_SERVICE,
  VALLEY_PHYSICIAN,
  type Actors,
  type Person,
  type Wallet,
} from './actors.js';
import { PatientActors } from './patient-actors.js';

const laboratory = tag('laboratory');

/** Category keys by epochs, and their private halves in the hands of grantees. */
export function categoryKeyCases(actors: Actors): void {
  const patients = new PatientActors(actors);
  const roll = (owner: Wallet, epoch: number, publicKey = newPublicKey()) =>
    patients.say(owner, 'setCategoryKeys', 'CategoryKeys.v1', {
      keys: [{ categoryTag: laboratory, epoch, publicKey }],
    });

  const sealed = (
    { pseudonym }: Wallet,
    grantId: string,
    more: Partial<SealedCategoryKey> = {},
  ) => ({
    pseudonym,
    categoryTag: laboratory,
    epoch: 1,
    grantId,
    enc: 'ZW5j',
    ciphertext: 'Y2k',
    ...more,
  });

  const deposit = async (
    owner: Wallet,
    keys: readonly SealedCategoryKey[],
    { grantee = 'ValleyHospitalMSP', keysHash = hashOf(keys) } = {},
  ) => {
    const body = { grantee, keysHash };
    const statement = await actors.statement(owner, 'CategoryKeyDeposit.v1', body);
    return actors.transact(
      ADJUSTER,
      'depositCategoryKeys',
      { statement },
      {
        transient: { categoryKeys: JSON.stringify(keys) },
        endorsingOrganizations: [grantee],
      },
    );
  };

  describe('category keys', () => {
    test('epochs follow each other, each with a new key', async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      await expect(roll(owner, 1)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      await expect(roll(owner, 3)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      const { categoryKeys } = await roll(owner, 2);
      expect(categoryKeys[laboratory]).toMatchObject({ epoch: 2 });
      const same = categoryKeys[laboratory]?.publicKey;
      await expect(roll(owner, 3, same)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
    });

    test('whoever keeps consent keeps them, and delegates do within their categories', async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const consenting = await patients.addKey(owner, { purposes: ['consent'] });
      await roll(consenting, 2);
      const reader = await patients.addKey(owner, { purposes: ['access'] });
      const parent = await patients.addDelegate(owner, { categoryTags: [laboratory] });
      const other = await patients.addDelegate(owner, { categoryTags: [tag('imaging')] });
      for (const nobody of [reader, other]) {
        await expect(roll(nobody, 3)).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
      }
      await roll(parent, 3);
      const { grantId } = await actors.grantAccess(parent);
      const keys = [sealed(owner, grantId, { epoch: 3 })];
      await expect(deposit(other, keys)).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
      await deposit(parent, keys);
    });

    test("a grantee's organisation reads what the patient had sealed to it", async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const { grantId } = await actors.grantAccess(owner);
      const key = sealed(owner, grantId);
      await deposit(owner, [key]);
      await roll(owner, 2);
      const next = sealed(owner, grantId, { epoch: 2, ciphertext: 'bmV4dA' });
      await deposit(owner, [next]);
      const { pseudonym } = owner;
      const request = { pseudonym, categoryTag: laboratory };
      const read = (as: Person, organisation: string) =>
        actors.evaluate(as, 'readCategoryKeys', request, organisation);
      expect(await read(VALLEY_KEY_SERVICE, 'ValleyHospitalMSP')).toEqual([key, next]);
      expect(await read(CITY_KEY_SERVICE, 'CityHospitalMSP')).toEqual([]);
      for (const as of [CITY_KEY_SERVICE, VALLEY_PHYSICIAN]) {
        await expect(read(as, 'ValleyHospitalMSP')).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      }
    });

    test('nobody puts other keys in the place of those that the patient signed for', async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const { grantId } = await actors.grantAccess(owner);
      const key = sealed(owner, grantId);
      await expect(
        deposit(owner, [{ ...key, ciphertext: 'cnViYmlzaA' }], { keysHash: hashOf([key]) }),
      ).rejects.toMatchObject(refusal('ERR_HASH_MISMATCH'));
      const other = await actors.registerPatient();
      await expect(deposit({ ...other, pseudonym: owner.pseudonym }, [key])).rejects.toMatchObject(
        refusal('ERR_STATEMENT_INVALID'),
      );
      await expect(deposit(other, [key])).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
    });

    test('an organisation without a grant of the category gets no key', async () => {
      const owner = await actors.registerPatient(undefined, ['laboratory']);
      const valley = { grantee: { mspId: 'ValleyHospitalMSP' } };
      const { grantId } = await actors.grantAccess(owner);
      const narrower = await actors.grantAccess(owner, { ...valley, scope: { records: ['r'] } });
      const withdrawn = await actors.grantAccess(owner);
      await actors.withdraw(owner, withdrawn.grantId);
      const conflicting = [
        () => deposit(owner, [sealed(owner, grantId, { epoch: 2 })]),
        () => deposit(owner, [sealed(owner, narrower.grantId)]),
        () => deposit(owner, [sealed(owner, withdrawn.grantId)]),
        () => deposit(owner, [sealed(owner, grantId)], { grantee: 'CityHospitalMSP' }),
      ];
      for (const each of conflicting) {
        await expect(each()).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      }
    });
  });
}

/** HPKE keys of organisations and staff. */
export function hpkeKeyCases(actors: Actors): void {
  const KEYSERVICE = ['ValleyHospital', 'keyservice'] as const;
  const own = (scope: 'organisation' | 'staff') => ({
    scope,
    publicKey: newPublicKey(),
    notAfter: isoIn(3600),
  });
  const mspId = 'ValleyHospitalMSP';

  describe('the registry of HPKE keys', () => {
    test("an organisation's key is registered by its key service, and replaced", async () => {
      for (const publicKey of [newPublicKey(), newPublicKey()]) {
        const request = { ...own('organisation'), publicKey };
        const key = await actors.submit(KEYSERVICE, 'registerHpkeKey', request);
        expect(key).toMatchObject({ mspId, id: 'organisation', publicKey });
        expect(key.certificate.serialNumber).toMatch(/^[0-9a-f]+$/);
        expect(await actors.evaluate(ADJUSTER, 'getHpkeKey', { mspId })).toEqual(key);
      }
      await expect(
        actors.submit(VALLEY_PHYSICIAN, 'registerHpkeKey', own('organisation')),
      ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
    });

    test('staff register their own, and revoke it, or the key service does', async () => {
      for (const by of [VALLEY_PHYSICIAN, KEYSERVICE]) {
        const { id } = await actors.submit(VALLEY_PHYSICIAN, 'registerHpkeKey', own('staff'));
        await expect(actors.submit(CITY_PHYSICIAN, 'revokeHpkeKey', { id })).rejects.toMatchObject(
          refusal('ERR_NOT_FOUND'),
        );
        await expect(
          actors.submit(['ValleyHospital', 'billing'], 'revokeHpkeKey', { id }),
        ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
        await actors.submit(by, 'revokeHpkeKey', { id });
        const { revokedAt } = await actors.evaluate(ADJUSTER, 'getHpkeKey', { mspId, id });
        expect(revokedAt).toBeDefined();
      }
      const { results } = await actors.evaluate(ADJUSTER, 'listHpkeKeys', { mspId, pageSize: 50 });
      expect(results.length).toBeGreaterThanOrEqual(1);
    });

    test('a key does not outlive the certificate that registers it, nor begin dead', async () => {
      for (const seconds of [-1, 100 * 366 * 86_400]) {
        const request = { ...own('staff'), notAfter: isoIn(seconds) };
        await expect(
          actors.submit(VALLEY_PHYSICIAN, 'registerHpkeKey', request),
        ).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
      }
    });
  });
}
