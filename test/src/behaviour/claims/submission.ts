import { sha256Hex } from '@salus/protocol';
import { BENEFITS, numbered, type Actors, type Setting } from './actors.js';

export function claimCases(actors: Actors, setting: Setting): void {
  describe('a claim', () => {
    test('names no amount and no date, and is summed by every endorser', async () => {
      const { key, policyId } = setting();
      const { claimId, sum } = await actors.summedClaim(key, policyId, [[10_00], [0, 5_00]]);
      const claim = await actors.evaluate(['Pharma', 'manufacturer'], 'getClaim', { claimId });
      expect(claim).toMatchObject({ status: 'SUMMED', resultHash: sha256Hex(sum) });
      expect(JSON.stringify(claim)).not.toContain('2026-03-14');
    });

    test('needs ciphertexts that are what their hashes say, and that are ciphertexts', async () => {
      const { key, policyId } = setting();
      const [one, two] = (await actors.encrypt(key, [[1], [2]])) as [Uint8Array, Uint8Array];
      const swapped = { hashes: [sha256Hex(two), sha256Hex(one)] };
      await expect(actors.submitClaim(key, policyId, [one, two], swapped)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      const [alone] = (await actors.encrypt(key, [[1]])) as [Uint8Array];
      const transparent = Uint8Array.from(alone).fill(0, alone.length / 2);
      for (const bad of [alone.subarray(1), Buffer.concat([alone, one]), transparent]) {
        const made = actors.made(alone);
        await expect(actors.submitClaim(key, policyId, [bad], made)).rejects.toMatchObject({
          code: 'ERR_CIPHERTEXT_INVALID',
        });
      }
    });

    test('takes no ciphertext that has entered another claim', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      await actors.submitClaim(key, policyId, ciphertexts);
      await expect(actors.submitClaim(key, policyId, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test('needs a policy that covers the date and a key that is active', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { serviceDate: '2025-12-31' }),
      ).rejects.toMatchObject({ code: 'ERR_NOT_COVERED' });
      await expect(actors.submitClaim(key, 'no-such-policy', ciphertexts)).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
      const { keyId } = await actors.committee.propose();
      await expect(actors.submitClaim({ keyId }, policyId, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('is endorsed with no result but the sum of its lines, from its provider, once', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1], [2]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      const { hash } = await actors.sum(ciphertexts);
      const sum = (as: [string, string], resultHash: string, inputs: readonly Uint8Array[]) =>
        actors.submit(
          as,
          'sumClaim',
          { claimId, resultHash },
          { transient: numbered('ciphertext', inputs) },
        );
      const billing: [string, string] = ['CityHospital', 'billing'];
      const other = sha256Hex(ciphertexts[0] ?? new Uint8Array());
      await expect(sum(billing, other, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_RESULT_MISMATCH',
      });
      await expect(sum(billing, hash, ciphertexts.toReversed())).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await expect(sum(['ValleyHospital', 'billing'], hash, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
      await sum(billing, hash, ciphertexts);
      await expect(sum(billing, hash, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test.each([
      ['Insurer', 'adjuster'],
      ['Regulator', 'auditor'],
      ['Pharma', 'pharmacist'],
    ])('is submitted by a hospital, not by %s', async (organisation, user) => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { as: [organisation, user] }),
      ).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
        message: expect.stringContaining(`${organisation}MSP as hospital`) as string,
      });
    });

    test('is submitted by billing staff under a policy that an adjuster wrote', async () => {
      const { policyId } = setting();
      const policy = await actors.evaluate(['Insurer', 'adjuster'], 'getPolicy', { policyId });
      expect(policy).toMatchObject({ insurer: 'InsurerMSP', benefits: BENEFITS });
      const request = { ...policy, insurer: undefined, createdAt: undefined };
      await expect(
        actors.submit(['CityHospital', 'billing'], 'createPolicy', {
          ...request,
          policyId: actors.world.uniqueId('policy'),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await expect(
        actors.submit(['Insurer', 'adjuster'], 'createPolicy', request),
      ).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
    });
  });
}
