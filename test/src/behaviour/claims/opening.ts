import { hashesOf, officer, ofMembers } from '../computation/committee.js';
import type { Actors, Key, Setting } from './actors.js';

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
      const { committee } = actors;
      const auditor = ['Regulator', 'auditor'] as const;
      expect(await committee.evaluate(auditor, 'getOpening', { openingId })).toEqual(denied);
      const [ciphertext] = await actors.encrypt(key, [[1]]);
      const partials = await actors.partialsOf(key, ciphertext ?? new Uint8Array());
      await expect(actors.submitPartials(openingId, partials)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('waits for the sum', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      expect(await actors.requestOpening(claimId)).toMatchObject({ reason: 'NOT_EVALUATED' });
    });

    test('needs a threshold, gets nowhere with a wrong answer, and may be asked for again', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[150_00]]);
      const { claimId, sum } = claim;
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(openingId, ofMembers(partials, 'ValleyHospitalMSP'));
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
      await expect(
        actors.committee.submit(['CityHospital', 'committee'], 'submitPartials', {
          openingId,
          epoch: 0,
          hashes: hashesOf(partials.get('InsurerMSP') ?? []),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });

      const lie = await lieOf(key, 'RegulatorMSP');
      await actors.submitPartials(openingId, lie);
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });

      const adjudicated = await actors.open(key, claim);
      expect(adjudicated.status).toBe('ADJUDICATED');
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('may be a matter of every member: then a wrong answer opens nothing', async () => {
      const { policyId } = setting();
      const key = await actors.committee.makeKey({ threshold: 3 });
      const claim = await actors.summedClaim(key, policyId, [[150_00]]);
      const { claimId, sum } = claim;
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(
        openingId,
        ofMembers(partials, 'ValleyHospitalMSP', 'InsurerMSP'),
      );
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
      const lie = await lieOf(key, 'RegulatorMSP');
      await actors.submitPartials(openingId, lie);
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      const withLie = new Map([...partials, ...lie]);
      await expect(actors.adjudicate(claimId, openingId, sum, withLie)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
      expect((await actors.open(key, claim)).status).toBe('ADJUDICATED');
    });

    test('is asked for here, not at the contract of joint statistics', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[1]]);
      const { committee, world } = actors;
      const openingId = world.uniqueId('opening');
      const request = {
        openingId,
        evaluationId: `claims:${claim.claimId}`,
        recipients: ['CityHospitalMSP', 'InsurerMSP'],
      };
      await expect(
        committee.submit(['CityHospital', 'billing'], 'requestOpening', request),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await expect(
        committee.submit(officer('InsurerMSP'), 'evaluate', {
          evaluationId: 'claims:next',
          program: { name: 'sum.v1' },
          inputs: [{ kind: 'evaluation', id: `claims:${claim.claimId}` }],
          resultHash: '0'.repeat(64),
        }),
      ).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    });

    test('is of claims alone: figures have a chaincode of their own', async () => {
      const { key } = setting();
      const { committee } = actors;
      await expect(committee.propose({ purpose: 'statistics' })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
      const about = { purpose: 'statistics', measure: 'cost', period: '2026-Q1' };
      await expect(
        committee.submit(['CityHospital', 'billing'], 'registerCiphertext', {
          keyId: key.keyId,
          ciphertextHash: '0'.repeat(64),
          range: { least: 0, most: 1 },
          ...about,
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });

    test('of a claim under another key opens nothing', async () => {
      const { key, policyId } = setting();
      const other = await actors.committee.makeKey();
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

  /** What a member would answer for another ciphertext. */
  async function lieOf(key: Key, member: string) {
    const [other] = await actors.encrypt(key, [[7]]);
    return ofMembers(await actors.partialsOf(key, other ?? new Uint8Array()), member);
  }
}
