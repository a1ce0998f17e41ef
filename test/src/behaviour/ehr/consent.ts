import { randomUUID } from 'node:crypto';
import {
  ADJUSTER,
  CITY_REGISTRAR,
  VALLEY_REGISTRAR,
  refusal,
  type Actors,
  type Tampering,
} from './actors.js';

/** Consent is what the patient's key has signed, whoever brings it. */
export function consentCases(actors: Actors): void {
  const relay = (transaction: 'grantAccess' | 'withdrawConsent', statement: string) =>
    actors.submit(VALLEY_REGISTRAR, transaction, { statement });

  describe('consent', () => {
    test('anybody relays a grant, and it can be verified again later', async () => {
      const wallet = await actors.registerPatient();
      const statement = await actors.grant(wallet);
      const { grantId } = await actors.submit(ADJUSTER, 'grantAccess', { statement });
      const { pseudonym } = wallet;
      const grant = await actors.evaluate(ADJUSTER, 'getGrant', { pseudonym, grantId });
      expect(grant).toMatchObject({ grantId, pseudonym, statement, purposes: ['TREAT'] });
    });

    test('a grant is used once', async () => {
      const statement = await actors.grant(await actors.registerPatient());
      await relay('grantAccess', statement);
      await expect(relay('grantAccess', statement)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_REPLAYED'),
      );
    });

    const now = Math.floor(Date.now() / 1000);
    test.each<[string, Tampering, string]>([
      ['for another channel', { channel: 'edge-west' }, 'ERR_STATEMENT_INVALID'],
      ['for another contract', { contract: 'claims' }, 'ERR_STATEMENT_INVALID'],
      ['for another audience', { audience: 'drug' }, 'ERR_STATEMENT_INVALID'],
      ['that has expired', { iat: now - 7200, exp: now - 3600 }, 'ERR_STATEMENT_EXPIRED'],
      ['from the future', { iat: now + 3600, exp: now + 7200 }, 'ERR_STATEMENT_EXPIRED'],
    ])('a grant %s is refused', async (_what, tampering, code) => {
      const statement = await actors.grant(await actors.registerPatient(), {}, tampering);
      await expect(relay('grantAccess', statement)).rejects.toMatchObject(refusal(code));
    });

    test('a forged grant is refused', async () => {
      const [victim, forger] = [await actors.registerPatient(), await actors.registerPatient()];
      const bySignature = await actors.grant(victim, {}, { key: forger.key });
      const byKey = await actors.grant({ ...forger, pseudonym: victim.pseudonym });
      for (const statement of [bySignature, byKey]) {
        await expect(relay('grantAccess', statement)).rejects.toMatchObject(
          refusal('ERR_STATEMENT_INVALID'),
        );
      }
    });

    test('a grant that was changed on the way is refused', async () => {
      const [head, payload, signature] = (await actors.grant(await actors.registerPatient())).split(
        '.',
      );
      const text = Buffer.from(payload ?? '', 'base64url').toString('utf8');
      const changed = Buffer.from(text.replace('ValleyHospitalMSP', 'InsurerMSP')).toString(
        'base64url',
      );
      await expect(
        relay('grantAccess', [head, changed, signature].join('.')),
      ).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
    });

    test('a grant by nobody who is registered is refused', async () => {
      const statement = await actors.grant(actors.newWallet());
      await expect(relay('grantAccess', statement)).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });

    test('a grant that opens everything or nothing is refused', async () => {
      const wallet = await actors.registerPatient();
      for (const scope of [{}, { records: [] }]) {
        const statement = await actors.grant(wallet, { scope });
        await expect(relay('grantAccess', statement)).rejects.toMatchObject(
          refusal('ERR_STATEMENT_INVALID'),
        );
      }
    });

    test('a text that is not a statement is refused', async () => {
      for (const statement of ['x', 'a.b.c', 'e30.e30.AA']) {
        await expect(relay('grantAccess', statement)).rejects.toMatchObject(
          refusal('ERR_STATEMENT_INVALID'),
        );
      }
    });
  });

  describe('withdrawal', () => {
    test('another patient can not withdraw a grant', async () => {
      const wallet = await actors.registerPatient();
      const { grantId } = await actors.grantAccess(wallet);
      const other = await actors.registerPatient();
      await relay('withdrawConsent', await actors.withdrawal(other, grantId));
      const { pseudonym } = wallet;
      const grant = await actors.evaluate(CITY_REGISTRAR, 'getGrant', { pseudonym, grantId });
      expect(grant.withdrawnAt).toBeUndefined();
      const forged = await actors.withdrawal({ ...other, pseudonym }, grantId);
      await expect(relay('withdrawConsent', forged)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_INVALID'),
      );
    });

    test('a withdrawal that comes first keeps its grant out', async () => {
      const wallet = await actors.registerPatient();
      const jti = randomUUID();
      const early = await relay('withdrawConsent', await actors.withdrawal(wallet, jti));
      expect(early).toMatchObject({ grantId: jti, granted: false });
      const statement = await actors.grant(wallet, {}, { jti });
      await expect(relay('grantAccess', statement)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
    });

    test('the first withdrawal counts, and a withdrawal is used once', async () => {
      const wallet = await actors.registerPatient();
      const { grantId } = await actors.grantAccess(wallet);
      const statement = await actors.withdrawal(wallet, grantId);
      const first = await relay('withdrawConsent', statement);
      const second = await relay('withdrawConsent', await actors.withdrawal(wallet, grantId));
      expect(second).toEqual(first);
      await expect(relay('withdrawConsent', statement)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_REPLAYED'),
      );
    });
  });
}
