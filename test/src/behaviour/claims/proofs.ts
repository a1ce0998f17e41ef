import { freshBound, profileOf } from '@salus/compute';
import { aboutAmounts } from '@salus/protocol/claims';
import type { CiphertextUse } from '@salus/protocol/computation';
import { PROFILE, withHiddenMultiple, type Actor } from '../computation/committee.js';
import { BENEFITS, BILLING, type Actors, type Key, type Setting } from './actors.js';

/** Files claims of its own, and reads what is opened. */
const ATTACKER: Actor = ['ValleyHospital', 'billing'];

export function proofCases(actors: Actors, setting: Setting): void {
  const refused = { code: 'ERR_PROOF_INVALID' };

  /** What the attacker proves itself, for a claim of its own. */
  async function ownAmounts(key: Key, values: readonly number[], change?: Partial<CiphertextUse>) {
    const claimId = actors.world.uniqueId('claim');
    const about = aboutAmounts(claimId, { benefits: BENEFITS }, profileOf(PROFILE));
    const { ciphertexts, proofs } = await actors.committee.prove(
      ATTACKER,
      key,
      about,
      [values],
      change,
    );
    const [own, proof] = [ciphertexts[0]?.bytes, proofs[0]?.bytes] as [Uint8Array, Uint8Array];
    return { own, sent: { claimId, publicKey: key.publicKey, proofs: [proof], as: ATTACKER } };
  }

  describe('the proof of a claim refuses', () => {
    test('an own ciphertext with a multiple of the secret key hidden in it', async () => {
      const { key, policyId } = setting();
      const { own, sent } = await ownAmounts(key, [1]);
      const evil = withHiddenMultiple(own);
      await expect(actors.submitClaim(key, policyId, [evil], sent)).rejects.toMatchObject(refused);
      expect(await actors.submitClaim(key, policyId, [own], sent)).toMatchObject({
        provider: 'ValleyHospitalMSP',
      });
    });

    test("another's ciphertext, newly randomised", async () => {
      const { key, policyId } = setting();
      const [victim] = (await actors.encrypt(key, [[115_49]])) as [Uint8Array];
      const { own, sent } = await ownAmounts(key, [0]);
      const bound = freshBound(profileOf(PROFILE), { least: 0, most: 1_000_00 });
      const { bytes: copy } = await actors.engine.evaluate({
        program: { name: 'sum.v1' },
        inputs: [victim, own].map((bytes) => ({ bytes, bound })),
      });
      const { proofs = [] } = actors.made(victim) ?? {};
      for (const stolen of [sent.proofs, proofs]) {
        await expect(
          actors.submitClaim(key, policyId, [copy], { ...sent, proofs: stolen }),
        ).rejects.toMatchObject(refused);
      }
    });

    test("another's ciphertext and proof, before their sender registers them", async () => {
      const { key, policyId } = setting();
      const victims = await actors.encrypt(key, [[115_49]]);
      await expect(
        actors.submitClaim(key, policyId, victims, { as: ATTACKER }),
      ).rejects.toMatchObject(refused);
      const claim = await actors.submitClaim(key, policyId, victims);
      expect(claim).toMatchObject({ provider: 'CityHospitalMSP' });
    });

    test('a ciphertext that its sender proved for another claim', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      const claimId = actors.world.uniqueId('claim');
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { claimId }),
      ).rejects.toMatchObject(refused);
    });

    test.each<[string, Partial<CiphertextUse>]>([
      ['epoch', { epoch: 1 }],
      ['contract', { chaincode: 'statistics' }],
      ['channel', { channel: 'edge-west' }],
      ['purpose', { purpose: 'joint-statistics' }],
      ['number of slots', { slots: 8192 }],
    ])('a ciphertext that its sender proved for another %s', async (_, change) => {
      const { key, policyId } = setting();
      const { own, sent } = await ownAmounts(key, [1], change);
      await expect(actors.submitClaim(key, policyId, [own], sent)).rejects.toMatchObject(refused);
    });

    test('a proof that is truncated, longer, changed in one bit, or of other lines', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1], [2], [3], [4], [5]]);
      const { proofs } = actors.made(ciphertexts[0] as Uint8Array) ?? { proofs: [] };
      const [first, second] = proofs as [Uint8Array, Uint8Array];
      const flipped = Uint8Array.from(second);
      flipped[1000] = (flipped[1000] ?? 0) ^ 1;
      for (const bad of [second.subarray(1), Buffer.concat([second, second]), flipped]) {
        await expect(
          actors.submitClaim(key, policyId, ciphertexts, { proofs: [first, bad] }),
        ).rejects.toMatchObject(refused);
      }
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { proofs: [second, first] }),
      ).rejects.toMatchObject(refused);
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { proofs: [first] }),
      ).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      await actors.submitClaim(key, policyId, ciphertexts);
    });

    test('amounts that were encrypted in another epoch of the key', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { epoch: 1, as: BILLING }),
      ).rejects.toMatchObject({ code: 'ERR_EPOCH_OUTDATED' });
    });
  });
}
