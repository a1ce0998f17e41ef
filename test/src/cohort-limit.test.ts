import { createEngine } from '@salus/compute';
import { sha256Hex } from '@salus/protocol';
import { makeIdentity } from '@salus/memory-ledger';
import { CommitteeActors, ENDORSERS, officer } from './behaviour/computation/committee.js';
import { StudyActors } from './behaviour/statistics/actors.js';
import { MemoryWorld } from './memory-world.js';

// Beside the behaviours: a network's certificates name no sixty-five institutions.
test('a study takes as many institutions as one evaluation, and stays one that can be closed', async () => {
  const world = new MemoryWorld();
  await using engine = createEngine();
  const actors = new StudyActors(
    new CommitteeActors(world, engine, 'joint-statistics', 'statistics'),
  );
  await actors.registerInstitutions();
  const { terms, termsHash } = await actors.openStudy(await actors.committee.makeKey());
  const { studyId } = terms;
  const mspId = 'CityHospitalMSP';
  const join = async (institution: string) => {
    await actors.submit(officer(mspId), 'registerInstitution', { institution, name: institution });
    const approval = { mspId, institution };
    await actors.submit(officer('ValleyHospitalMSP'), 'approveInstitution', approval);
    const attributes = { 'salus.role': 'analyst', 'salus.institution': institution };
    const analyst = world.ledger.as(makeIdentity({ mspId, name: institution, attributes }));
    const ciphertextHash = sha256Hex(Buffer.from(institution));
    await analyst.submit('statistics', 'joinStudy', {
      args: [JSON.stringify({ studyId, termsHash, ciphertextHash, epoch: 0 })],
      endorsingOrganizations: [...ENDORSERS],
    });
  };
  for (let count = 1; count <= 64; count += 1) await join(`practice-${count}`);
  await expect(join('practice-65')).rejects.toMatchObject({ code: 'ERR_COHORT_TOO_LARGE' });
  const { participants } = await actors.evaluate(officer(mspId), 'getStudy', { studyId });
  expect(participants).toHaveLength(64);
});
