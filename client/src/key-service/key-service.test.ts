import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { canonicalJson, SalusError } from '@salus/chaincode-common';
import type { RecordDetails } from '@salus/ehr-contract';
import { generateHpkeKeyPair, openSealed, sealTo, type HpkeKeyPair } from '../crypto/hpke.js';
import {
  contentKeyContext,
  custodianContext,
  type CustodianBinding,
} from '../crypto/seal-contexts.js';
import type { RunningService } from '../service/http-server.js';
import { coded } from '../test-support/coded.js';
import { CHANNEL, ConsentWorld, DECISION } from '../test-support/consent-world.js';
import { attacks, lateAttacks } from '../test-support/forged-decisions.js';
import { TestConsortium, type TestMember } from '../test-support/member.js';
import { KeyServiceClient } from './key-service-client.js';
import { startKeyService } from './key-service.js';

const contentKey = Buffer.alloc(32, 7);
const context = contentKeyContext('r1');

describe('a key service', () => {
  let consortium: TestConsortium;
  let asker: TestMember;
  let custodian: TestMember;
  let [keys, reader]: HpkeKeyPair[] = [];
  let home: string;
  let world: ConsentWorld;
  let bound: CustodianBinding;
  let details: RecordDetails;
  let readings: number;
  let unreachable: SalusError | undefined;
  let service: RunningService;

  const rewrap = (member = asker) =>
    new KeyServiceClient(service.url, member.identity).rewrap(DECISION);

  beforeAll(async () => {
    consortium = await TestConsortium.of('CityMSP', 'ValleyMSP');
    asker = await consortium.member('ValleyMSP');
    custodian = await consortium.member('CityMSP');
    [keys, reader] = [await generateHpkeKeyPair(), await generateHpkeKeyPair()];
  });

  beforeEach(async () => {
    if (!keys || !reader) throw new Error('no keys');
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-keys-'));
    world = await ConsentWorld.of(asker.id, 'c'.repeat(64));
    world.decision = { ...world.decision, hpkePublicKey: reader.publicKey };
    bound = { ...world.record, kid: world.patient.kid };
    const sealed = await sealTo(keys.publicKey, contentKey, custodianContext(bound));
    details = {
      recordId: 'r1',
      category: 'laboratory',
      label: 'Glucose',
      salt: 's'.repeat(22),
      sealedKeys: [
        { recipient: 'CityMSP', kind: 'custodian', ...sealed },
        { recipient: world.patient.kid, kind: 'patient', ...sealed },
      ],
    };
    readings = 0;
    unreachable = undefined;
    const { ledger } = world;
    const readDetails = () => {
      readings += 1;
      return Promise.resolve(details);
    };
    service = await startKeyService({
      mspId: 'CityMSP',
      channel: CHANNEL,
      home,
      keys,
      members: consortium.members,
      ledger: {
        ...ledger,
        getPatient: (one) => (unreachable ? Promise.reject(unreachable) : ledger.getPatient(one)),
        readDetails,
      },
      clock: () => world.now,
    });
  });

  afterEach(async () => {
    await service.close();
    await rm(home, { recursive: true });
  });

  const opened = async (member = asker) =>
    Buffer.from(
      await openSealed(reader?.privateKey ?? '', (await rewrap(member)).sealedKey, context),
    );

  it('seals the content key to the key that the decision names', async () => {
    expect(await opened()).toEqual(contentKey);
    expect(await rewrap()).toMatchObject({ category: 'laboratory', label: 'Glucose' });
  });

  it('serves its own organisation without a grant', async () => {
    const requester = { mspId: 'CityMSP', id: custodian.id };
    world.decision = { ...world.decision, reason: 'CUSTODIAN', requester };
    expect(await opened(custodian)).toEqual(contentKey);
  });

  it.each(attacks)('opens nothing on a forged decision %s', async (_what, attack) => {
    await attack(world);
    await expect(rewrap()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    expect(readings).toBe(0);
    expect(await readdir(home)).toEqual([]);
  });

  it.each(lateAttacks)('once it knows better, opens nothing %s', async (_what, attack) => {
    await rewrap();
    await attack(world);
    await expect(rewrap()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    expect(readings).toBe(1);
  });

  it.each(lateAttacks.filter(([what]) => !what.includes('custodian')))(
    'opens nothing %s, be it at first sight and with private details to match',
    async (_what, attack) => {
      await attack(world);
      const [custodians, patients] = details.sealedKeys;
      if (!custodians || !patients) throw new Error('no sealed keys');
      const recipient = world.registered.key.kid;
      details = { ...details, sealedKeys: [custodians, { ...patients, recipient }] };
      await expect(rewrap()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    },
  );

  it('opens nothing for who was revoked, whatever was decided', async () => {
    const leaver = await consortium.member('ValleyMSP', 'physician');
    const requester = { mspId: 'ValleyMSP', id: leaver.id, role: 'physician' };
    world.decision = { ...world.decision, requester };
    await rewrap(leaver);
    await consortium.revoke(leaver);
    await expect(rewrap(leaver)).rejects.toThrow(coded('ERR_CERTIFICATE_REVOKED'));
    expect(readings).toBe(1);
  });

  it("opens no other custodian's record", async () => {
    world.record = { ...world.record, custodian: 'InsurerMSP' };
    world.decision = { ...world.decision, custodian: 'InsurerMSP' };
    await expect(rewrap()).rejects.toThrow(coded('ERR_NO_DECISION'));
    expect(readings).toBe(0);
  });

  it('calls nothing forged while the peer does not answer', async () => {
    unreachable = new SalusError('ERR_PEER_UNREACHABLE', 'gone');
    await expect(rewrap()).rejects.toThrow(coded('ERR_PEER_UNREACHABLE'));
  });

  it('refuses a denial, an unknown decision, and what is none', async () => {
    world.decision = { ...world.decision, permitted: false, reason: 'WITHDRAWN' };
    await expect(rewrap()).rejects.toThrow(coded('ERR_NO_DECISION'));
    const client = new KeyServiceClient(service.url, asker.identity);
    await expect(client.rewrap('e'.repeat(64))).rejects.toThrow(coded('ERR_NOT_FOUND'));
    await expect(client.rewrap(canonicalJson({}))).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
  });
});
