import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  readContent,
  type ContentAnchor,
  type PartPermission,
  putContent,
  repairContent,
  type StoreFault,
} from '@salus/client/content';
import { HttpPartStore } from '@salus/client/stores';
import { signRequest } from '@salus/client/trust';
import { verifyErasure } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { HealthRecord } from '@salus/protocol/ehr';
import { Pins } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import { CHANNEL, ConsentWorld } from '@salus/testing/consent-world';
import { attacks, lateAttacks } from '@salus/testing/forged-decisions';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import { FileObjects } from './file-objects.js';
import type { LedgerView } from './ledger-view.js';
import { ObjectPartStore } from './object-part-store.js';
import { PROOF_MS } from './proof-cache.js';
import { repairParts } from './repair-parts.js';
import { startStore, UNFINISHED_MS, type RunningStore } from './store-service.js';

const key = Buffer.alloc(32, 7);
const content = randomBytes(10_000);
const MSPS = ['CityMSP', 'ValleyMSP', 'InsurerMSP'];
const SECOND = 1000;
const RECORD = { pseudonym: 'p'.repeat(43), recordId: 'r1' };

describe("the parts at organisations' stores", () => {
  let consortium: TestConsortium;
  let physician: TestMember;
  let colleague: TestMember;
  let writer: TestMember;
  let keepers: Map<string, TestMember>;
  let home: string;
  let world: ConsentWorld;
  let stores: Map<string, RunningStore>;
  let anchor: ContentAnchor;
  /** How far the stores' clocks are ahead. */
  let ahead: number;

  const storeOf = (member: TestMember, mspId = 'CityMSP') =>
    new HttpPartStore(stores.get(mspId)?.url ?? '', member.identity);
  const storesFor = (member: TestMember) =>
    new Map([...stores.keys()].map((mspId) => [mspId, storeOf(member, mspId)]));
  const rootAt = (mspId: string) =>
    anchor.layout.parts.find(({ store }) => store === mspId)?.root ?? '';
  const byDecision = (): PartPermission => ({ decision: world.ref });
  const repairing: PartPermission = { repair: RECORD };
  const block = (permission = byDecision(), member = physician, root = rootAt('CityMSP')) =>
    storeOf(member).block(root, 0, { permission });
  const read = (options: { onFault?: (fault: StoreFault) => void } = {}) =>
    readContent(anchor, {
      key,
      context: 'r1',
      stores: storesFor(physician),
      permission: byDecision(),
      ...options,
    });

  const start = async (mspId: string) => {
    const identity = keepers.get(mspId)?.identity;
    if (!identity) throw new Error(`no ${mspId}`);
    const started = await startStore({
      home: path.join(home, mspId),
      channel: CHANNEL,
      identity,
      members: consortium.members,
      ledger: {
        ...world.ledger,
        getDecision: (ref) => world.ledger.getDecision(ref),
        getRecord: (ref) =>
          ref.recordId === 'r1'
            ? world.ledger.getRecord(ref)
            : Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing')),
        getPatient: (pseudonym) => world.ledger.getPatient(pseudonym),
        grants: (pseudonym) => world.ledger.grants(pseudonym),
      } as LedgerView,
      limits: { partBytes: 20_000, unfinishedBytes: 30_000 },
      clock: () => world.now + ahead,
    });
    stores.set(mspId, started);
  };

  beforeAll(async () => {
    consortium = await TestConsortium.of(...MSPS, 'PharmaMSP');
    physician = await consortium.member('ValleyMSP');
    colleague = await consortium.member('ValleyMSP', 'nurse');
    writer = await consortium.member('CityMSP', 'registrar');
    keepers = new Map();
    for (const mspId of [...MSPS, 'PharmaMSP']) {
      keepers.set(mspId, await consortium.member(mspId, 'store'));
    }
  });

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-stores-'));
    ahead = 0;
    stores = new Map();
    world = await ConsentWorld.of(physician.id, '0'.repeat(64));
    for (const mspId of MSPS) await start(mspId);
    anchor = await putContent(content, {
      key,
      context: 'r1',
      k: 2,
      blockSize: 1024,
      stores: MSPS.map((mspId) => ({ mspId, store: storeOf(writer, mspId) })),
    });
    world.record = { ...world.record, ...anchor };
    world.decision = { ...world.decision, contentHash: anchor.contentHash };
  });

  afterEach(async () => {
    for (const store of stores.values()) await store.close();
    await rm(home, { recursive: true });
  });

  it('come back to whom the patient permits it', async () => {
    expect(await read()).toEqual(content);
  });

  it('come back with one store down', async () => {
    await stores.get('CityMSP')?.close();
    const faults: StoreFault[] = [];
    expect(await read({ onFault: (fault) => faults.push(fault) })).toEqual(content);
    expect(faults[0]).toMatchObject({ store: 'CityMSP', kind: 'FAILED' });
  });

  it('stay where they are without a decision, or with an unknown one', async () => {
    await expect(storeOf(physician).block(rootAt('CityMSP'), 0)).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
    const unknown = { decision: { ...world.ref, decisionId: 'e'.repeat(64) } };
    await expect(block(unknown)).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const elsewhere = { decision: { ...world.ref, pseudonym: 'q'.repeat(43) } };
    await expect(block(elsewhere)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('stay where they are on a denial', async () => {
    world.decision = { ...world.decision, permitted: false, reason: 'NO_GRANT' };
    await expect(read()).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it("are refused by a colleague's decision, and to people of other organisations", async () => {
    await expect(block(byDecision(), colleague)).rejects.toThrow(coded('ERR_NO_DECISION'));
    const insurer = await consortium.member('InsurerMSP', 'physician');
    await expect(block(byDecision(), insurer)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it.each(attacks)('stay where they are on a forged decision %s', async (_what, attack) => {
    await attack(world);
    await expect(block()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it.each(lateAttacks)('stay there, once their store knows better, %s', async (_what, attack) => {
    await block();
    await attack(world);
    ahead = PROOF_MS;
    await expect(block()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it('are judged block by block: a decision that expires ends a reading in its middle', async () => {
    world.decision = { ...world.decision, expiresAt: world.time(PROOF_MS / 2) };
    await block();
    ahead = PROOF_MS / 2 - 1;
    await block();
    // No proof is made anew meanwhile: the end is judged without one.
    ahead = PROOF_MS / 2;
    await expect(block()).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(read()).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('are judged by the clock of their store, not of who asks', async () => {
    world.decision = { ...world.decision, expiresAt: world.time(30 * SECOND) };
    ahead = 30 * SECOND - 1;
    await block();
    ahead = 30 * SECOND;
    await expect(block()).rejects.toThrow(coded('ERR_NO_DECISION'));
    ahead = -30 * SECOND;
    await block();
    // The request itself is made by the asker's clock: too far apart, it is refused.
    ahead = -61 * SECOND;
    await expect(block()).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
    ahead = 61 * SECOND;
    await expect(block()).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
  });

  it('are refused from a second after the patient withdrew', async () => {
    await block();
    if (world.grant) world.grant = { ...world.grant, withdrawnAt: world.time(0) };
    ahead = PROOF_MS;
    await expect(block()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  it("are no other record's, though a valid decision is shown", async () => {
    const other = await putContent(randomBytes(500), {
      key: randomBytes(32),
      context: 'r2',
      k: 1,
      blockSize: 1024,
      stores: [{ mspId: 'CityMSP', store: storeOf(writer) }],
    });
    const [place] = other.layout.parts;
    await expect(block(byDecision(), physician, place?.root)).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
    // Nor is a part that lies in another store asked for here.
    await expect(block(byDecision(), physician, rootAt('ValleyMSP'))).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
  });

  it('are served to nobody as parts of a record of its own', async () => {
    world.record = { ...world.record, custodian: 'ValleyMSP' };
    world.decision = { ...world.decision, reason: 'CUSTODIAN', custodian: 'ValleyMSP' };
    await expect(block()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    // Putting them again doesn't make them its own.
    const again = new HttpPartStore(stores.get('CityMSP')?.url ?? '', physician.identity);
    const parts = new ObjectPartStore(new FileObjects(path.join(home, 'CityMSP', 'parts')));
    const leaves = await parts.leaves(rootAt('CityMSP'));
    for (const index of leaves.keys()) {
      await again.put('upload-1', index, await parts.block(rootAt('CityMSP'), index));
    }
    await again.finish('upload-1', { root: rootAt('CityMSP'), leaves });
    await expect(block()).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  });

  const keeper = (mspId: string): TestMember => {
    const found = keepers.get(mspId);
    if (!found) throw new Error(`no ${mspId}`);
    return found;
  };

  describe('for a repair', () => {
    it('come to the keeper of another store of the record', async () => {
      await expect(block(repairing, keeper('ValleyMSP'))).resolves.toHaveLength(1024);
    });

    it.each<[string, () => Promise<TestMember>]>([
      ['people without the role', () => Promise.resolve(colleague)],
      ['organisations that keep no part of it', () => Promise.resolve(keeper('PharmaMSP'))],
    ])('do not come to %s', async (_what, who) => {
      await expect(block(repairing, await who())).rejects.toThrow(coded('ERR_NO_DECISION'));
    });

    it('are of that record only, and of none that was erased', async () => {
      const other: PartPermission = { repair: { ...RECORD, recordId: 'r2' } };
      await expect(block(other, keeper('ValleyMSP'))).rejects.toThrow(coded('ERR_NOT_FOUND'));
      await expect(block(repairing, keeper('ValleyMSP'), 'f'.repeat(64))).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
      world.record = { ...world.record, erasedAt: world.time(0) };
      await expect(block(repairing, keeper('ValleyMSP'))).rejects.toThrow(coded('ERR_NO_DECISION'));
    });

    it('restore what a store has lost, without a content key', async () => {
      await stores.get('ValleyMSP')?.close();
      await rm(path.join(home, 'ValleyMSP'), { recursive: true });
      const desk = {
        mspId: 'ValleyMSP',
        parts: new ObjectPartStore(new FileObjects(path.join(home, 'ValleyMSP', 'parts'))),
        pins: new Pins(path.join(home, 'ValleyMSP', 'pins')),
        stores: storesFor(keeper('ValleyMSP')),
      };
      const part = { recordId: 'r1', part: 1, root: rootAt('ValleyMSP') };
      expect(await repairParts(world.record, desk)).toEqual([{ ...part, state: 'REPAIRED' }]);
      expect(await repairParts(world.record, desk)).toEqual([{ ...part, state: 'SOUND' }]);
      await start('ValleyMSP');
      await stores.get('CityMSP')?.close();
      expect(await read()).toEqual(content);
    });

    it('may be put back by their custodian over HTTP', async () => {
      await rm(path.join(home, 'InsurerMSP', 'parts'), { recursive: true });
      await repairContent(anchor, {
        part: 2,
        target: storeOf(writer, 'InsurerMSP'),
        permission: repairing,
        stores: storesFor(keeper('CityMSP')),
      });
      await stores.get('CityMSP')?.close();
      expect(await read()).toEqual(content);
    });
  });

  describe('as they are uploaded', () => {
    it("are counted: neither a part nor an organisation's unfinished ones may be too large", async () => {
      const store = storeOf(writer);
      const large = randomBytes(9000);
      await store.put('upload-1', 0, large);
      await store.put('upload-1', 1, large);
      await expect(store.put('upload-1', 2, large)).rejects.toThrow(coded('ERR_TOO_LARGE'));
      await store.put('upload-2', 0, large);
      await expect(store.put('upload-3', 0, large)).rejects.toThrow(coded('ERR_TOO_LARGE'));
      // Another organisation has its own share.
      await storeOf(physician).put('upload-1', 0, large);
      // Also after a restart.
      await stores.get('CityMSP')?.close();
      await start('CityMSP');
      await expect(storeOf(writer).put('upload-3', 0, large)).rejects.toThrow(
        coded('ERR_TOO_LARGE'),
      );
      ahead = UNFINISHED_MS + 60 * SECOND;
      await stores.get('CityMSP')?.sweep();
      ahead = 0;
      await storeOf(writer).put('upload-3', 0, large);
    });

    it("are seen by their uploader's organisation only", async () => {
      await storeOf(writer).put('upload-1', 0, Buffer.from('block'));
      expect(await storeOf(writer).held('upload-1')).toHaveLength(1);
      expect(await storeOf(physician).held('upload-1')).toEqual([]);
    });

    it('lead nowhere else', async () => {
      const { url } = stores.get('CityMSP') ?? { url: '' };
      const audience = new URL(url).host;
      await block();
      const before = await readdir(home, { recursive: true });
      for (const name of [
        '..%2F..%2F..%2Fevil',
        '%2e%2e%2fevil/0',
        'a%00b/0',
        'upload-1/-1',
        'upload-1/x',
      ]) {
        const request = { method: 'PUT', path: `/v1/uploads/${name}`, audience, body: content };
        const authorization = `Salus ${await signRequest(writer.identity, request)}`;
        const { status } = await fetch(`${url}${request.path}`, {
          method: 'PUT',
          headers: { authorization },
          body: content,
        });
        expect([400, 404]).toContain(status);
      }
      await expect(block(byDecision(), physician, '..%2F..%2Fpins')).rejects.toThrow();
      expect(await readdir(home, { recursive: true })).toEqual(before);
    });
  });

  describe('of a record that is erased', () => {
    const erase = async () => {
      world.record = { ...world.record, erasedAt: world.time(0) };
      const confirmations: string[] = [];
      for (const mspId of MSPS) confirmations.push(await storeOf(colleague, mspId).erase(RECORD));
      return confirmations;
    };
    const judge = async () => ({
      channel: CHANNEL,
      roots: await consortium.members(),
      now: world.now,
    });

    it('are gone from every store, each of which confirms it under its name', async () => {
      const confirmations = await erase();
      const confirmed = [];
      for (const one of confirmations)
        confirmed.push(verifyErasure(one, world.record, await judge()));
      expect(confirmed.map(({ mspId }) => mspId)).toEqual(MSPS);
      for (const mspId of MSPS) {
        expect(await readdir(path.join(home, mspId, 'parts'))).toEqual([]);
      }
      await expect(read()).rejects.toThrow();
      // Asking again is no error.
      expect(await erase()).toHaveLength(3);
    });

    it('stay until the own peer shows the erasure', async () => {
      await expect(storeOf(writer).erase(RECORD)).rejects.toThrow(coded('ERR_NO_DECISION'));
      expect(await read()).toEqual(content);
    });

    it("stay where the erased record is another organisation's copy of the roots", async () => {
      world.record = { ...world.record, custodian: 'ValleyMSP', erasedAt: world.time(0) };
      await expect(storeOf(physician).erase(RECORD)).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    });

    it('are confirmed for nothing else', async () => {
      const [first = ''] = await erase();
      const changes: Partial<HealthRecord>[] = [
        { recordId: 'r2' },
        { pseudonym: 'q'.repeat(43) },
        { erasedAt: world.time(1) },
        { layout: { ...anchor.layout, parts: anchor.layout.parts.slice(1) } },
      ];
      for (const change of changes) {
        const record = { ...world.record, ...change };
        const judged = await judge();
        expect(() => verifyErasure(first, record, judged)).toThrow(coded('ERR_HASH_MISMATCH'));
      }
      const other = { ...(await judge()), channel: 'another' };
      expect(() => verifyErasure(first, world.record, other)).toThrow(coded('ERR_HASH_MISMATCH'));
      const forged = `${first.slice(0, -4)}AAAA`;
      const judged = await judge();
      expect(() => verifyErasure(forged, world.record, judged)).toThrow(
        coded('ERR_REQUEST_REFUSED'),
      );
    });
  });
});
