import { Actors, CITY_PHYSICIAN } from './behaviour/ehr/actors.js';
import { MemoryWorld } from './memory-world.js';

// Beside the behaviours: five hundred grants take a network too long.
test('a patient with more grants than a decision reads is denied', async () => {
  const actors = new Actors(new MemoryWorld());
  const wallet = await actors.registerPatient();
  const record = await actors.registerRecord(wallet);
  for (let count = 0; count < 501; count++) await actors.grantAccess(wallet);
  for (const person of [undefined, CITY_PHYSICIAN]) {
    expect(await actors.requestAccess(record, {}, person)).toMatchObject({
      permitted: false,
      reason: 'TOO_MANY_GRANTS',
    });
  }
  expect(await actors.requestAsPatient(wallet, record)).toMatchObject({ reason: 'SUBJECT' });
});
