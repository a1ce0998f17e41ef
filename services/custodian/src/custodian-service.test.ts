import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CustodianClient } from '@salus/client/emergency';
import { generateHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import {
  partialHash,
  readPartial,
  readEncapsulation,
  sealForEmergency,
} from '@salus/crypto/threshold-kem';
import { SalusError } from '@salus/protocol';
import type { SignedGrant } from '@salus/protocol/ehr';
import type { RunningService } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import { EmergencyWorld } from '@salus/testing/emergency-world';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { CustodianHome } from './custodian-home.js';
import { startCustodian } from './custodian-service.js';

const PASSPHRASE = 'passphrase of a test';
const OWN = 'BMSP';

describe('a custodian', () => {
  let consortium: TestConsortium;
  let physician: TestMember;
  let reader: HpkeKeyPair;
  let folder: string;
  let home: CustodianHome;
  let world: EmergencyWorld;
  let service: RunningService;
  let reports: object[];

  const ask = (member = physician, change: object = {}) => {
    const { enc, proof } = world.sealed;
    const client = new CustodianClient({ custodian: OWN, url: service.url }, member.identity);
    return client.partial({ ref: world.ref, enc, proof, ...change }, reader.privateKey);
  };
  const refusal = coded('ERR_NO_DECISION');

  beforeAll(async () => {
    consortium = await TestConsortium.of('CityMSP', OWN);
    physician = await consortium.member('CityMSP', 'physician');
    reader = await generateHpkeKeyPair();
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'salus-custodian-'));
    world = new EmergencyWorld({ mspId: 'CityMSP', id: physician.id, role: 'physician' });
    world.decision = { ...world.decision, hpkePublicKey: reader.publicKey };
    home = await CustodianHome.open(folder, PASSPHRASE);
    const { key, shares } = world.made;
    await home.writeShare({ key, share: shares.get(OWN) ?? Buffer.alloc(32) });
    reports = [];
    service = await startCustodian({
      mspId: OWN,
      home,
      ledger: world.ledgerOf(OWN),
      members: consortium.members,
      channel: 'edge-east',
      report: (line) => reports.push(line),
      mostPerMinute: 5,
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await service.close();
    await rm(folder, { recursive: true });
  });

  /** All that the custodian's answers are bound to. */
  const use = () => {
    const { pseudonym, recordId, contentHash } = world.record;
    const binding = { pseudonym, recordId, contentHash };
    return {
      keyId: world.made.key.keyId,
      custodian: OWN,
      binding,
      decisionId: world.ref.decisionId,
    };
  };

  it('answers an emergency with its part, whose hash is on the ledger before', async () => {
    const { custodian, partial } = await ask();
    const enc = readEncapsulation(world.sealed.enc);
    expect(readPartial(world.made.key, { enc, partial, use: use() })).toMatchObject({ index: 2 });
    expect(custodian).toBe(OWN);
    expect(world.answers).toEqual([
      expect.objectContaining({ mspId: OWN, partialHash: partialHash(partial) }),
    ]);
    expect(reports).toEqual([{ answered: world.ref.decisionId, to: 'CityMSP' }]);
  });

  it('gives the same answer again, and puts it on the ledger once', async () => {
    expect(await ask()).toEqual(await ask());
    expect(world.answers).toHaveLength(1);
  });

  it('gives no answer where the ledger holds another one of it', async () => {
    world.answers.push({ mspId: OWN, partialHash: '0'.repeat(64), at: world.ref.decidedAt });
    await expect(ask()).rejects.toThrow(coded('ERR_CONFLICT'));
  });

  it('gives nothing away before its answer is on the ledger', async () => {
    const { ledger } = refusingLedger(world);
    await service.close();
    service = await startCustodian({
      mspId: OWN,
      home,
      ledger,
      members: consortium.members,
      channel: 'edge-east',
      report: (line) => reports.push(line),
    });
    await expect(ask()).rejects.toThrow(coded('ERR_ORDERER_UNAVAILABLE'));
  });

  type Change = (world: EmergencyWorld) => void;

  it.each<[string, Change]>([
    ['was denied', (w) => (w.decision = { ...w.decision, permitted: false })],
    [
      'has expired',
      (w) => (w.decision = { ...w.decision, expiresAt: new Date(w.now - 1).toISOString() }),
    ],
    ['is of a record not sealed for emergencies', (w) => delete w.record.emergency],
  ])('answers no decision that %s', async (_what, change) => {
    change(world);
    await expect(ask()).rejects.toThrow(refusal);
    expect(world.answers).toEqual([]);
  });

  it.each<[string, Change]>([
    ['is a grant', (w) => (w.decision = { ...w.decision, reason: 'GRANT' })],
    ['is of the custodian', (w) => (w.decision = { ...w.decision, reason: 'CUSTODIAN' })],
    ['is for another purpose', (w) => (w.decision = { ...w.decision, purpose: 'HRESCH' })],
    ['is of another content', (w) => (w.record = { ...w.record, contentHash: 'e'.repeat(64) })],
    ['is of another patient', (w) => (w.record = { ...w.record, pseudonym: 'q'.repeat(43) })],
    ['is of an erased record', (w) => (w.record = { ...w.record, erasedAt: '2026-06-01' })],
    ['the patient forbids', (w) => (w.denies = [denyOf(w)])],
  ])('answers no decision that %s', async (_what, change) => {
    change(world);
    await expect(ask()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    expect(world.answers).toEqual([]);
  });

  it('answers for no record that was anchored otherwise when it was first asked', async () => {
    await ask();
    world.record = { ...world.record, categoryTag: 'u'.repeat(43) };
    await expect(ask()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it("answers nobody but the decision's requester, and physicians only", async () => {
    await expect(ask(await consortium.member('CityMSP', 'emergency'))).rejects.toThrow(refusal);
    await expect(ask(await consortium.member(OWN, 'physician'))).rejects.toThrow(refusal);
    const billing = await consortium.member('CityMSP', 'billing');
    const requester = { mspId: 'CityMSP', id: billing.id, role: 'physician' };
    world.decision = { ...world.decision, requester };
    await expect(ask(billing)).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it('answers no physician of an organisation that the registry does not have as a hospital', async () => {
    world.hospitals = ['ValleyMSP'];
    await expect(ask()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it('answers nobody who was revoked', async () => {
    const leaver = await consortium.member('CityMSP', 'physician');
    const requester = { mspId: 'CityMSP', id: leaver.id, role: 'physician' };
    world.decision = { ...world.decision, requester };
    await consortium.revoke(leaver);
    await expect(ask(leaver)).rejects.toThrow(coded('ERR_CERTIFICATE_REVOKED'));
  });

  it("opens no other record's key, though its hash is anchored under this one", async () => {
    const other = sealForEmergency(Buffer.alloc(32, 1), world.made.key, {
      ...use().binding,
      recordId: 'r2',
    });
    const { enc, proof, encHash, keyId } = other;
    world.record = { ...world.record, emergency: { keyId, encHash } };
    await expect(ask(physician, { enc, proof })).rejects.toThrow(coded('ERR_CIPHERTEXT_INVALID'));
    expect(world.answers).toEqual([]);
  });

  it('opens no key whose hash is not anchored', async () => {
    const { enc, proof } = sealForEmergency(Buffer.alloc(32, 1), world.made.key, use().binding);
    await expect(ask(physician, { enc, proof })).rejects.toThrow(coded('ERR_CIPHERTEXT_INVALID'));
  });

  it('answers with no share of another key than it confirmed, nor of a failed one', async () => {
    world.status = 'RETIRED';
    await expect(ask()).resolves.toMatchObject({ custodian: OWN });
    world.status = 'FAILED';
    await expect(ask()).rejects.toThrow(coded('ERR_SHARE_INVALID'));
    world.status = 'ACTIVE';
    const { publicKey } = new EmergencyWorld(world.decision.requester).made.key;
    const share = world.made.shares.get(OWN) ?? Buffer.alloc(32);
    await home.writeShare({ key: { ...world.made.key, publicKey }, share });
    await expect(ask()).rejects.toThrow(coded('ERR_SHARE_INVALID'));
    await home.removeShare(world.made.key.keyId);
    await expect(ask()).rejects.toThrow(coded('ERR_SHARE_INVALID'));
  });

  it('takes so many questions a minute of one asker, and of others still', async () => {
    // All at one moment: a slow machine would let the next minute begin.
    jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    for (let at = 0; at < 5; at += 1) await ask();
    await expect(ask()).rejects.toThrow(coded('ERR_TOO_MANY_REQUESTS'));
    const another = await consortium.member('CityMSP', 'emergency');
    await expect(ask(another)).rejects.toThrow(refusal);
  });

  it('refuses what is no question', async () => {
    for (const change of [{ ref: {} }, { enc: '=' }, { more: 1 }]) {
      await expect(ask(physician, change)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    }
  });
});

/** A deny rule that names emergency access. */
function denyOf({ patient: { pseudonym, kid }, now }: EmergencyWorld): SignedGrant {
  return {
    pseudonym,
    decision: 'deny',
    grantee: {},
    scope: {},
    purposes: ['BTG'],
    notBefore: new Date(now - 60_000).toISOString(),
    notAfter: new Date(now + 60_000).toISOString(),
    grantId: randomUUID(),
    grantedAt: new Date(now).toISOString(),
    statement: '',
    kid,
  };
}

/** A ledger that answers questions, and orders nothing. */
function refusingLedger(world: EmergencyWorld) {
  const failure = new SalusError('ERR_ORDERER_UNAVAILABLE', 'no quorum');
  return {
    ledger: { ...world.ledgerOf(OWN), answerEmergency: () => Promise.reject(failure) },
  };
}
