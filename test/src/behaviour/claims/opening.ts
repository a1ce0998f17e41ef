import { sha256Hex } from '@salus/chaincode-common';
import { hex, member, type Actors, type Setting } from './actors.js';

export function openingCases(actors: Actors, setting: Setting): void {
  describe('an opening', () => {
    test('is denied, on record, to whoever is not entitled; nobody answers it', async () => {
      const { key, policyId } = setting();
      const { claimId } = await actors.summedClaim(key, policyId, [[1]]);
      const ask = (as: [string, string], recipients: string[]) =>
        actors.submit(as, 'requestOpening', {
          claimId,
          openingId: actors.world.uniqueId('opening'),
          recipients,
        });
      const denied = await ask(['CityHospital', 'billing'], ['CityHospitalMSP']);
      expect(denied).toMatchObject({ permitted: false, reason: 'REQUESTER_NOT_ENTITLED' });
      expect(await ask(['Insurer', 'adjuster'], ['InsurerMSP'])).toMatchObject({
        permitted: false,
        reason: 'RECIPIENTS_NOT_ENTITLED',
      });
      const { openingId } = denied;
      const recorded = await actors.evaluate(['Regulator', 'auditor'], 'getOpening', { openingId });
      expect(recorded).toEqual(denied);
      await expect(
        actors.submit(member(0), 'submitPartial', { openingId, partialHash: hex() }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('waits for the sum', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      expect(await actors.requestOpening(claimId)).toMatchObject({ reason: 'CLAIM_NOT_SUMMED' });
    });

    test('needs every member, gets nowhere with a wrong answer, and may be asked for again', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[150_00]]);
      const { claimId, sum } = claim;
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(openingId, partials.slice(0, 2));
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
      await expect(
        actors.submit(['CityHospital', 'committee'], 'submitPartial', {
          openingId,
          partialHash: hex(),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });

      const foreign = await actors.partialsOf(key, (await actors.encrypt(key, [[7]]))[0] ?? sum);
      const lie = foreign[2] ?? sum;
      await actors.submit(member(2), 'submitPartial', { openingId, partialHash: sha256Hex(lie) });
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await expect(
        actors.adjudicate(claimId, openingId, sum, partials.with(2, lie)),
      ).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });

      const adjudicated = await actors.open(key, claim);
      expect(adjudicated.status).toBe('ADJUDICATED');
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('of a claim under another key opens nothing', async () => {
      const { key, policyId } = setting();
      const other = await actors.makeKey();
      const ciphertexts = await actors.encrypt(other, [[1_00]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      const sum = await actors.sumClaim(claimId, ciphertexts);
      await expect(actors.open(key, { claimId, ciphertexts, sum })).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
    });

    test('of amounts in slots that the policy does not know adjudicates nothing', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[1, 2, 3]]);
      await expect(actors.open(key, claim)).rejects.toMatchObject({
        code: 'ERR_OPENED_TOTALS_INVALID',
      });
    });
  });
}
