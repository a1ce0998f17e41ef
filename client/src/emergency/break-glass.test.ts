import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sealTo } from '@salus/crypto/hpke';
import { makePartial, partialHash, readEncapsulation } from '@salus/crypto/threshold-kem';
import { CustodianHome, startCustodian } from '@salus/custodian-service';
import { startService, type RunningService } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import { CONTENT_KEY, EmergencyWorld } from '@salus/testing/emergency-world';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { breakGlass } from './break-glass.js';
import { CustodianClient } from './custodian-client.js';
import { noteHash } from './emergency-note.js';
import { partialContext } from './partial-request.js';

const CUSTODIANS = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'];

describe('breaking the glass, 3 of 5', () => {
  let consortium: TestConsortium;
  let physician: TestMember;
  let folder: string;
  let world: EmergencyWorld;
  let kept: object | undefined;
  const services = new Map<string, RunningService>();

  beforeAll(async () => {
    consortium = await TestConsortium.of('CityMSP');
    physician = await consortium.member('CityMSP', 'physician');
  });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'salus-break-glass-'));
    world = new EmergencyWorld({ mspId: 'CityMSP', id: physician.id, role: 'physician' });
    kept = undefined;
    for (const mspId of CUSTODIANS) services.set(mspId, await honest(mspId));
  });

  afterEach(async () => {
    for (const service of services.values()) await service.close();
    services.clear();
    await rm(folder, { recursive: true });
  });

  async function honest(mspId: string): Promise<RunningService> {
    const home = await CustodianHome.open(path.join(folder, mspId), 'passphrase of a test');
    const { key, shares } = world.made;
    await home.writeShare({ key, share: shares.get(mspId) ?? Buffer.alloc(32) });
    const { members } = consortium;
    return startCustodian({
      mspId,
      home,
      members,
      channel: 'edge-east',
      ledger: world.ledgerOf(mspId),
      report: () => undefined,
    });
  }

  /** Puts what answers with another share in the place of a custodian, and its hash on the ledger or not. */
  async function replaceByLiar(mspId: string, { isRecorded = true } = {}): Promise<void> {
    await services.get(mspId)?.close();
    const { pseudonym, recordId, contentHash } = world.record;
    const lying = await startService(
      async () => {
        const { decisionId, hpkePublicKey } = world.decision;
        const partial = makePartial(Buffer.alloc(32, 7), readEncapsulation(world.sealed.enc), {
          keyId: world.made.key.keyId,
          custodian: mspId,
          decisionId,
          binding: { pseudonym, recordId, contentHash },
        });
        const hash = isRecorded ? partialHash(partial) : '0'.repeat(64);
        world.answers.push({ mspId, partialHash: hash, at: world.ref.decidedAt });
        const context = partialContext(mspId, world.ref);
        const bytes = Buffer.from(partial, 'base64url');
        return { custodian: mspId, sealedPartial: await sealTo(hpkePublicKey, bytes, context) };
      },
      { maxBodyBytes: 4096 },
    );
    services.set(mspId, lying);
  }

  const open = () =>
    breakGlass(
      {
        ledger: world.requesterLedger,
        custodians: [...services].map(
          ([custodian, { url }]) => new CustodianClient({ custodian, url }, physician.identity),
        ),
        keyServices: [world.keyService],
      },
      {
        pseudonym: world.record.pseudonym,
        recordId: 'r1',
        reasonCode: 'UNCONSCIOUS',
        reasonText: 'found unconscious',
        keepNote: (decision, note) => {
          kept = { decisionId: decision.decisionId, note };
          return Promise.resolve();
        },
      },
    );

  it("opens the record's content key without the patient", async () => {
    const { contentKey, openedBy, liars, silent, note, details } = await open();
    expect(contentKey).toEqual(CONTENT_KEY);
    expect(openedBy).toHaveLength(3);
    expect([liars, silent]).toEqual([[], []]);
    expect(note).toMatchObject({ reasonCode: 'UNCONSCIOUS', text: 'found unconscious' });
    expect(noteHash(note)).toMatch(/^[0-9a-f]{64}$/);
    expect(kept).toEqual({ decisionId: world.decision.decisionId, note });
    expect(details.category).toBe('laboratory');
  });

  it('opens while two are down, and tells who', async () => {
    for (const mspId of ['BMSP', 'DMSP']) await services.get(mspId)?.close();
    const { contentKey, openedBy, silent } = await open();
    expect(contentKey).toEqual(CONTENT_KEY);
    expect(openedBy.toSorted()).toEqual(['AMSP', 'CMSP', 'EMSP']);
    expect(silent.map(({ custodian, code }) => `${custodian} ${code}`).sort()).toEqual([
      'BMSP ERR_SERVICE_UNREACHABLE',
      'DMSP ERR_SERVICE_UNREACHABLE',
    ]);
  });

  it('opens while one is down and one lies, and names the liar by its own hash', async () => {
    await services.get('BMSP')?.close();
    await replaceByLiar('DMSP');
    const { contentKey, openedBy, liars } = await open();
    expect(contentKey).toEqual(CONTENT_KEY);
    expect(openedBy.toSorted()).toEqual(['AMSP', 'CMSP', 'EMSP']);
    expect(liars).toEqual([{ custodian: 'DMSP', proven: true }]);
  });

  it('does not blame a custodian for what only its address sent', async () => {
    await replaceByLiar('AMSP', { isRecorded: false });
    const { liars } = await open();
    expect(liars).toEqual([{ custodian: 'AMSP', proven: false }]);
  });

  it('does not open while two are down and one lies, and tells all three', async () => {
    for (const mspId of ['BMSP', 'EMSP']) await services.get(mspId)?.close();
    await replaceByLiar('CMSP');
    await expect(open()).rejects.toThrow(
      coded('ERR_PARTIAL_INVALID', {
        message: expect.stringMatching(
          /2 of 3.*CMSP.*BMSP.*EMSP|2 of 3.*CMSP.*EMSP.*BMSP/,
        ) as string,
      }),
    );
  });

  it('opens nothing where the ledger denies it', async () => {
    world.decision = { ...world.decision, permitted: false, reason: 'DENIED_BY_PATIENT' };
    await expect(open()).rejects.toThrow(coded('ERR_NO_DECISION', { got: 'DENIED_BY_PATIENT' }));
    expect(kept).toMatchObject({ note: { text: 'found unconscious' } });
    expect(world.answers).toEqual([]);
  });

  it('opens nothing by details that are not the ones registered', async () => {
    world.details = { ...world.details, category: 'imaging' };
    await expect(open()).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
    expect(world.answers).toEqual([]);
  });

  it('asks for no decision where nobody is named who holds the key', async () => {
    const { pseudonym } = world.record;
    const request = { pseudonym, recordId: 'r1', reasonCode: 'OTHER', reasonText: '' } as const;
    const sources = { ledger: world.requesterLedger, custodians: [], keyServices: [] };
    await expect(breakGlass(sources, request)).rejects.toThrow(coded('ERR_SETTINGS_MISSING'));
    expect(world.decision.hpkePublicKey).toBe('');
  });

  it('asks for no decision where the record is not sealed for emergencies', async () => {
    delete world.record.emergency;
    await expect(open()).rejects.toThrow(coded('ERR_NOT_FOUND'));
    expect(world.decision.hpkePublicKey).toBe('');
  });
});
