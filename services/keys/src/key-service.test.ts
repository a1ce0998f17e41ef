import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { KeyServiceClient } from '@salus/client/records';
import {
  generateHpkeKeyPair,
  openSealed,
  sealTo,
  type HpkeKeyPair,
  categoryContentContext,
  categoryKeyContext,
  contentKeyContext,
  custodianContext,
  type CustodianBinding,
} from '@salus/crypto/hpke';
import { hashOf, SalusError } from '@salus/protocol';
import type { HpkeKey, RecordDetails, SealedCategoryKey, SealedKey } from '@salus/protocol/ehr';
import type { RunningService } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import { CHANNEL, ConsentWorld, TAG, TestPatient } from '@salus/testing/consent-world';
import { attacks, lateAttacks } from '@salus/testing/forged-decisions';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { openerOf } from './key-ring.js';
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
  let sealedKeys: SealedKey[];
  let categoryKeys: SealedCategoryKey[];
  let registry: HpkeKey[];
  let readings: number;
  /** How far the service's clock is off, in milliseconds. */
  let skew: number;
  let unreachable: SalusError | undefined;
  let service: RunningService;

  const rewrap = (member = asker) =>
    new KeyServiceClient(service.url, member.identity).rewrap(world.ref);

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
    details = {
      recordId: 'r1',
      category: 'laboratory',
      labels: [],
      name: 'Glucose',
      links: [],
      contentType: 'application/fhir+json',
      salt: 's'.repeat(22),
    };
    world.record = { ...world.record, detailsHash: hashOf(details) };
    world.decision = { ...world.decision, hpkePublicKey: reader.publicKey };
    bound = { ...world.record, kid: world.patient.kid };
    const sealed = await sealTo(keys.publicKey, contentKey, custodianContext(bound));
    sealedKeys = [
      { recipient: 'CityMSP', kind: 'custodian', ...sealed },
      { recipient: world.patient.kid, kind: 'patient', ...sealed },
    ];
    [categoryKeys, registry] = [[], []];
    [readings, skew] = [0, 0];
    unreachable = undefined;
    service = await serve('CityMSP', keys);
  });

  const serve = (mspId: string, own: HpkeKeyPair) => {
    const { ledger } = world;
    return startKeyService({
      mspId,
      channel: CHANNEL,
      home,
      keys: openerOf(own),
      members: consortium.members,
      ledger: {
        ...ledger,
        getPatient: (one) => (unreachable ? Promise.reject(unreachable) : ledger.getPatient(one)),
        readDetails: ({ pseudonym, recordId }) => {
          readings += 1;
          return Promise.resolve({ details, keys: { pseudonym, recordId, sealedKeys } });
        },
        readCategoryKeys: () => Promise.resolve(categoryKeys),
        getHpkeKey: ({ id = 'organisation' }) => {
          const found = registry.find((one) => one.id === id);
          if (found) return Promise.resolve(found);
          return Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing'));
        },
      },
      clock: () => world.now + skew,
    });
  };

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
    expect(await rewrap()).toMatchObject({ recordId: 'r1', details });
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
      const [custodians, patients] = sealedKeys;
      if (!custodians || !patients) throw new Error('no sealed keys');
      const recipient = world.registered.keys[0]?.kid ?? '';
      sealedKeys = [custodians, { ...patients, recipient }];
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
    const unknown = { ...world.ref, decisionId: 'e'.repeat(64) };
    await expect(client.rewrap(unknown)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const none = { ...world.ref, decisionId: '{}' };
    await expect(client.rewrap(none)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
  });

  it('gives no details that were not registered', async () => {
    details = { ...details, name: 'Sodium' };
    await expect(rewrap()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it.each([
    ['past the end of the decision', 45_000, 30_000],
    ['past the end of the grant', 45_000, 300_000],
  ])('judges by its own clock: %s', async (_what, ahead, expires) => {
    world.decision = { ...world.decision, expiresAt: world.time(expires) };
    await world.give({ body: { notAfter: world.time(40_000) } });
    expect(await opened()).toEqual(contentKey);
    skew = ahead;
    const code = expires < ahead ? 'ERR_NO_DECISION' : 'ERR_CONSENT_UNPROVEN';
    await expect(rewrap()).rejects.toThrow(coded(code));
  });

  it('serves nothing with a clock that is far off', async () => {
    for (skew of [-600_000, 600_000]) {
      await expect(rewrap()).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
    }
  });

  it('opens nothing by itself in an emergency', async () => {
    world.decision = { ...world.decision, reason: 'EMERGENCY', purpose: 'BTG' };
    await expect(rewrap()).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('believes a key that a statement of the patient added', async () => {
    const { patient } = world;
    const phone = new TestPatient(patient.pseudonym);
    const { jwk, hpkePublicKey, purposes, notBefore } = phone.key;
    const jti = randomUUID();
    const key = { jwk, hpkePublicKey, purposes, notBefore };
    const body = { pseudonym: patient.pseudonym, key };
    await world.statement('KeyAddition.v1', body, { kept: jti });
    const keys = [patient.key, { ...phone.key, proof: [jti] }];
    world.registered = { ...world.registered, keys };
    await world.give({ by: phone });
    expect(await opened()).toEqual(contentKey);
  });

  it('believes a key that enough guardians approved', async () => {
    const { patient } = world;
    const { pseudonym } = patient;
    const recovered = new TestPatient(pseudonym);
    const board = [1, 2, 3].map(() => new TestPatient(pseudonym));
    const [named, ...approvals] = [0, 1, 2].map(() => randomUUID());
    const jwks = board.map(({ jwk }) => jwk);
    const terms = { threshold: 2, guardians: jwks, delaySeconds: 0 };
    await world.statement('Guardians.v1', { pseudonym, ...terms }, { kept: named ?? '' });
    const { jwk, hpkePublicKey, purposes, notBefore } = recovered.key;
    const key = { jwk, hpkePublicKey, purposes, notBefore };
    for (const [at, kept] of approvals.entries()) {
      const by = board[at];
      if (!by) throw new Error('no guardian');
      const approval = { pseudonym, key, olderKeys: 'RETIRED' };
      await world.statement('RecoveryApproval.v1', approval, { by, kept });
    }
    const proven = (proof: string[]) => {
      const keys = [patient.key, { ...recovered.key, proof }];
      world.registered = { ...world.registered, keys };
    };
    await world.give({ by: recovered });
    proven([named ?? '', ...approvals.slice(1)]);
    await expect(rewrap()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    proven([named ?? '', ...approvals]);
    expect(await opened()).toEqual(contentKey);
  });

  it('refuses a registered key of staff that has ended', async () => {
    const key: HpkeKey = {
      mspId: 'ValleyMSP',
      id: asker.id,
      publicKey: reader?.publicKey ?? '',
      notAfter: world.time(60_000),
      registeredAt: world.time(0),
      registeredBy: asker.id,
      certificate: { serialNumber: '01', issuer: 'CN=ca' },
    };
    registry = [key];
    expect(await opened()).toEqual(contentKey);
    for (const end of [{ revokedAt: world.time(-1) }, { notAfter: world.time(-1) }]) {
      registry = [{ ...key, ...end }];
      await expect(rewrap()).rejects.toThrow(coded('ERR_KEY_ENDED'));
    }
  });

  describe('of an organisation that holds a grant of the whole category', () => {
    const EPOCH = 2;
    let own: HpkeKeyPair;
    let category: HpkeKeyPair;

    beforeEach(async () => {
      [own, category] = [await generateHpkeKeyPair(), await generateHpkeKeyPair()];
      const { pseudonym } = world.patient;
      const at = { pseudonym, categoryTag: TAG, epoch: EPOCH };
      const content = categoryContentContext({ ...world.record, epoch: EPOCH });
      const box = await sealTo(category.publicKey, contentKey, content);
      sealedKeys = [{ recipient: TAG, kind: 'category', epoch: EPOCH, ...box }];
      const half = Buffer.from(category.privateKey, 'base64url');
      const context = categoryKeyContext({ ...at, mspId: 'ValleyMSP' });
      const grantId = world.decision.grantId ?? '';
      categoryKeys = [{ ...at, grantId, ...(await sealTo(own.publicKey, half, context)) }];
      await service.close();
      service = await serve('ValleyMSP', own);
    });

    it("opens for its own people, without the custodian's copy", async () => {
      expect(await opened()).toEqual(contentKey);
    });

    it('opens nothing of another epoch', async () => {
      categoryKeys = categoryKeys.map((one) => ({ ...one, epoch: EPOCH - 1 }));
      await expect(rewrap()).rejects.toThrow(coded('ERR_NOT_FOUND'));
    });

    it('opens nothing for who has no permission, key or not', async () => {
      world.decision = { ...world.decision, permitted: false, reason: 'WITHDRAWN' };
      await expect(rewrap()).rejects.toThrow(coded('ERR_NO_DECISION'));
    });

    it('opens nothing for people of other organisations', async () => {
      const requester = { mspId: 'CityMSP', id: custodian.id, role: 'physician' };
      world.decision = { ...world.decision, reason: 'CUSTODIAN', requester };
      await expect(rewrap(custodian)).rejects.toThrow(coded('ERR_NO_DECISION'));
    });
  });
});
