import { randomBytes, randomUUID } from 'node:crypto';
import { refOf } from '@salus/client/ehr';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { sealForEmergency } from '@salus/crypto/threshold-kem';
import { EHR_STATEMENT_USE } from '@salus/protocol';
import { TestPatient } from '@salus/testing/consent-world';
import { CustodianWorld } from '@salus/testing/custodian-world';
import { escalateOverdue } from './escalate.js';

const HOUR_MS = 3_600_000;
const KEY = 'emergency-2026';

/** Somebody breaks the glass for a record, on the real contract. */
async function emergency(world: CustodianWorld) {
  await world.propose(KEY);
  const { publicKey } = await world.run(KEY, await world.startedAll());
  if (publicKey === undefined) throw new Error('no key');
  const registrar = world.ehr('CityHospitalMSP', 'registrar');
  const patient = new TestPatient(randomBytes(32).toString('base64url'));
  const { pseudonym, jwk } = patient;
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const iat = Math.floor(world.now / 1000);
  const registration = await patient.sign({
    type: 'PatientRegistration.v1',
    channel: 'edge-east',
    ...EHR_STATEMENT_USE,
    iat,
    exp: iat + 600,
    jti: randomUUID(),
    pseudonym,
    jwk,
    hpkePublicKey,
    categoryKeys: [],
  });
  await registrar.registerPatient(registration);
  const binding = { pseudonym, recordId: 'r1', contentHash: 'c'.repeat(64) };
  const { keyId, encHash } = sealForEmergency(randomBytes(32), { keyId: KEY, publicKey }, binding);
  const parts = [{ root: 'a'.repeat(64), store: 'CityHospitalMSP' }];
  await registrar.registerRecords([
    {
      ...binding,
      categoryTag: 't'.repeat(43),
      labelTags: [],
      size: 100,
      version: 1,
      categoryEpoch: 0,
      layout: { k: 1, n: 1, blockSize: 1024, parts },
      detailsHash: 'b'.repeat(64),
      emergency: { keyId, encHash },
    },
  ]);
  const { value } = await world.ehr('ValleyHospitalMSP', 'physician').breakGlass({
    pseudonym,
    recordId: 'r1',
    reasonCode: 'UNCONSCIOUS',
    hpkePublicKey,
    reasonHash: 'f'.repeat(64),
  });
  expect(value).toMatchObject({ permitted: true, reason: 'EMERGENCY' });
  return refOf(value);
}

describe('an emergency that nobody reviews', () => {
  let world: CustodianWorld;

  beforeEach(async () => {
    world = await CustodianWorld.open();
  });

  afterEach(() => world.close());

  it('is escalated once its review is overdue, by one of the custodians, once', async () => {
    const ref = await emergency(world);
    const [one, other] = [world.ehr('InsurerMSP'), world.ehr('RegulatorMSP')];
    world.now += 71 * HOUR_MS;
    expect(await escalateOverdue(one)).toEqual([]);
    world.now += 2 * HOUR_MS;
    expect(await escalateOverdue(one)).toEqual([ref]);
    expect(await escalateOverdue(other)).toEqual([]);
    const overdue = [];
    for await (const item of other.emergencies({ review: 'overdue' })) overdue.push(item);
    expect(overdue).toMatchObject([{ ref, escalatedAt: new Date(world.now).toISOString() }]);
  });

  it('is not escalated any more once it was reviewed', async () => {
    const ref = await emergency(world);
    await world.ehr('RegulatorMSP', 'privacy-officer').reviewEmergency({
      ref,
      outcome: 'UNJUSTIFIED',
      noteHash: 'a'.repeat(64),
    });
    world.now += 100 * HOUR_MS;
    expect(await escalateOverdue(world.ehr('InsurerMSP'))).toEqual([]);
  });
});
