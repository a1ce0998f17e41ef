import { createEngine, profileOf } from '@salus/compute';
import { aboutAmounts } from '@salus/protocol/claims';
import { Actors, BENEFITS } from './behaviour/claims/actors.js';
import { PROFILE, type Actor } from './behaviour/computation/committee.js';
import { MemoryWorld } from './memory-world.js';

// Beside the behaviours: an insurer's own CA issues the role, and no topology names such a user.
describe('an organisation whose CA makes it billing staff', () => {
  const engine = createEngine();
  const CLERKS: readonly Actor[] = [
    ['Insurer', 'billing'],
    ['Regulator', 'billing'],
    ['CityHospital', 'billing'],
  ];
  const attributes = { 'salus.role': 'billing' };
  const users = CLERKS.map(([organisation, name]) => ({ organisation, name, attributes }));
  const actors = new Actors(new MemoryWorld({}, undefined, users), engine);

  afterAll(() => engine.close());

  /** A claim in perfect order, with a proof of its own sender. */
  async function filed(as: Actor) {
    const key = await actors.committee.makeKey();
    const policyId = await actors.createPolicy();
    const claimId = actors.world.uniqueId('claim');
    const about = aboutAmounts(claimId, { benefits: BENEFITS }, profileOf(PROFILE));
    const { ciphertexts, proofs } = await actors.committee.prove(as, key, about, [[115_49]]);
    const { publicKey } = key;
    const sent = { claimId, publicKey, proofs: proofs.map(({ bytes }) => bytes), as };
    return actors.submitClaim(
      key,
      policyId,
      ciphertexts.map(({ bytes }) => bytes),
      sent,
    );
  }

  test.each(['Insurer', 'Regulator'])('files no claim in perfect order for %s', async (who) => {
    await expect(filed([who, 'billing'])).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: expect.stringContaining(`does not have ${who}MSP as hospital`) as string,
    });
  });

  test('files it for a hospital', async () => {
    await expect(filed(['CityHospital', 'billing'])).resolves.toMatchObject({
      provider: 'CityHospitalMSP',
    });
  });
});
