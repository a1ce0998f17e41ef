import { sha256Hex } from '@salus/chaincode-common';
import { hex, member, numbered, PROFILE, THRESHOLD, type Actors, type Key } from './actors.js';

export function ceremonyCases(actors: Actors, keyOf: () => Key): void {
  describe('the key ceremony', () => {
    test('ends with the key that anybody can recompute', async () => {
      const { keyId, publicKey } = keyOf();
      const onLedger = await actors.evaluate(['CityHospital', 'billing'], 'getKey', { keyId });
      expect(onLedger).toMatchObject({ status: 'ACTIVE', publicKeyHash: sha256Hex(publicKey) });
      expect(onLedger.members.map(({ mspId }) => mspId)).toEqual(THRESHOLD);
    });

    test('takes no contribution before every member has committed', async () => {
      const { keyId, shares } = await actors.propose();
      const [first, second] = shares;
      for (const [index, share] of [first, second].entries()) {
        const request = { keyId, commitment: share?.commitment ?? '' };
        await actors.submit(member(index), 'commitContribution', request);
      }
      const revealed = actors.reveal(keyId, 0, first?.contribution.bytes ?? new Uint8Array());
      await expect(revealed).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('takes no contribution that was not committed to, and ends only when complete', async () => {
      const { keyId, shares } = await actors.propose();
      await actors.commitAll(keyId, shares);
      const contributions = shares.map((share) => share.contribution.bytes);
      const [first, second, third] = contributions as [Uint8Array, Uint8Array, Uint8Array];
      await expect(actors.reveal(keyId, 0, second)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await actors.reveal(keyId, 0, first);
      await actors.reveal(keyId, 1, second);
      const finalise = (all: readonly Uint8Array[]) =>
        actors.submit(
          member(0),
          'finaliseKey',
          { keyId },
          { transient: numbered('contribution', all) },
        );
      await expect(finalise(contributions)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      await actors.reveal(keyId, 2, third);
      await expect(finalise([second, first, third])).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
    });

    test('has no room for a fourth contributor, nor for a second commitment', async () => {
      const { keyId, shares } = await actors.propose();
      const request = { keyId, commitment: shares[0]?.commitment ?? '' };
      await expect(
        actors.submit(['CityHospital', 'committee'], 'commitContribution', request),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await actors.submit(member(0), 'commitContribution', request);
      await expect(
        actors.submit(member(0), 'commitContribution', { keyId, commitment: hex() }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('is proposed by a member, for three organisations, under a known profile', async () => {
      const proposal = {
        keyId: actors.world.uniqueId('key'),
        profile: PROFILE,
        members: THRESHOLD,
        aSeed: hex(),
      };
      const propose = (organisation: string, change: object) =>
        actors.submit([organisation, 'committee'], 'proposeKey', { ...proposal, ...change });
      await expect(propose('CityHospital', {})).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      const twice = ['InsurerMSP', 'InsurerMSP', 'RegulatorMSP'];
      await expect(propose('Insurer', { members: twice })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
      await expect(propose('Insurer', { profile: 'none' })).rejects.toMatchObject({
        code: 'ERR_PROFILE_UNKNOWN',
      });
    });
  });
}
