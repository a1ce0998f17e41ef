import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { openingIdOf, type CollectiveKey, type Opening } from '@salus/protocol/computation';
import { SalusError } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { CommitteeWorld, onLedger, type Meddling } from '@salus/testing/committee-world';
import { Approvals } from './approvals.js';
import type { CommitteeMember } from './committee-member.js';
import { MEMORY_RECORD, memorySchema, type Memory } from './memory-form.js';
import { OpenedRegister } from './opened-register.js';
import { recoverMemory } from './recovery.js';

const [A, B, C] = ['AMSP', 'BMSP', 'CMSP'] as const;
const ALL = [A, B, C];
const DEGREE = 8192;

describe('the memory of a committee member under attack', () => {
  let world: CommitteeWorld;
  let members: CommitteeMember[];
  let count = 0;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
    members = await world.makeKey('k1', ALL, 2);
  });
  afterAll(() => world.close());

  /** A sum of 7 and 8, and a request to open it to A and B. */
  async function requested(keyId = 'k1') {
    count += 1;
    const evaluationId = `e${count}`;
    await world.summed(keyId, evaluationId, [[7], [8]]);
    const recipients = [A, B];
    const { value } = await world.computation(A).requestOpening({ evaluationId, recipients });
    return value;
  }

  const postedBy = async (openingId: string) =>
    (await world.computation(A).getOpening(openingId)).posted.map(({ mspId }) => mspId);

  const memoryFile = async (mspId: string) => {
    const home = await world.openHome(mspId);
    return home.recordFile(MEMORY_RECORD);
  };

  it.each([0, -1_000_000])(
    'counts whole ciphertexts where the ledger says that an opening shows %d slots',
    async (slots) => {
      const keyId = `budget${slots}`;
      await world.makeKey(keyId, ALL, 2, 2 * DEGREE);
      const forged = onLedger((ledger) => ({
        getOpening: async (id): Promise<Opening> => {
          const opening = await ledger.getOpening(id);
          if (opening.permitted) return { ...opening, slots };
          // The honest contract denied it; colluding endorsers permit it.
          const { resultHash } = (await ledger.getLineage(opening.evaluationId)).evaluation;
          return {
            ...opening,
            ...{ permitted: true, status: 'COLLECTING', reason: 'ENTITLED', resultHash, slots },
            openingId: openingIdOf({ keyId, epoch: opening.epoch, resultHash }),
            expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
          };
        },
        getKey: async (id): Promise<CollectiveKey> => ({
          ...(await ledger.getKey(id)),
          openedSlots: 0,
        }),
      }));
      const member = await world.member(C, forged);
      for (const turn of [1, 2]) {
        const { openingId } = await requested(keyId);
        await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
        const home = await world.openHome(C);
        expect(await new OpenedRegister(home).slotsOf({ keyId })).toBe(turn * DEGREE);
      }
      const { openingId } = await requested(keyId);
      await expect(member.advanceOpening(openingId)).rejects.toThrow(
        coded('ERR_OPENING_REFUSED', { got: 'SLOT_BUDGET_EXHAUSTED' }),
      );
      expect(await postedBy(openingId)).toEqual([]);
    },
  );

  it.each<[string, Partial<CollectiveKey>]>([
    ['slotBudget', { slotBudget: 33_554_432 }],
    ['slotBudget', { slotBudget: 1 }],
    ['purpose', { purpose: 'claims' }],
    ['profile', { profile: 'bfv-8192-mask-v1' }],
  ])('refuses another %s of a key than it saw first', async (argument, change) => {
    const { openingId } = await requested();
    const forged = onLedger((ledger) => ({
      getKey: async (id) => ({ ...(await ledger.getKey(id)), ...change }),
      getOpening: async (id) => {
        const opening = await ledger.getOpening(id);
        return change.purpose === undefined ? opening : { ...opening, purpose: change.purpose };
      },
      getLineage: async (id) => {
        const lineage = await ledger.getLineage(id);
        const { purpose } = change;
        if (purpose === undefined) return lineage;
        const evaluation = { ...lineage.evaluation, purpose };
        const ciphertexts = lineage.ciphertexts.map((one) => ({ ...one, purpose }));
        return { ...lineage, evaluation, ciphertexts };
      },
    }));
    const member = await world.member(C, forged);
    await expect(member.advanceOpening(openingId)).rejects.toThrow(
      coded('ERR_KEY_TERMS_CHANGED', { argument }),
    );
    expect(await postedBy(openingId)).toEqual([]);
  });

  it('refuses a first budget that no profile allows', async () => {
    await world.propose('greedy', ALL, 2);
    const forged = onLedger((ledger) => ({
      getKey: async (id) => ({ ...(await ledger.getKey(id)), slotBudget: 2 ** 40 }),
    }));
    const member = await world.member(A, forged);
    await expect(member.advanceKey('greedy')).rejects.toThrow(coded('ERR_KEY_TERMS_CHANGED'));
  });

  it('knows its answer before the ledger does', async () => {
    const { openingId } = await requested();
    const known: unknown[] = [];
    const watched = onLedger((ledger) => ({
      submitPartials: async (request) => {
        const home = await world.openHome(B);
        const memory = await home.readRecord(MEMORY_RECORD, memorySchema);
        known.push(memory?.answers[`0 ${openingId}`]);
        return ledger.submitPartials(request);
      },
    }));
    const member = await world.member(B, watched);
    await member.advanceOpening(openingId);
    expect(known).toEqual([false]);
  });

  it('releases nothing before it has read up to its own answer', async () => {
    const { openingId } = await requested();
    let isBehind = true;
    const member = await world.member(
      B,
      (parts) => parts,
      () => !isBehind,
    );
    const others = members.filter((_, index) => index !== 1);
    const sent = () =>
      world.reports.filter((one) => one['released'] === openingId && one['mspId'] === B);
    for (const other of others) await other.advanceOpening(openingId);
    const opening = world.open(A, openingId);
    for (let turn = 0; turn < 5; turn += 1) await member.advanceOpening(openingId);
    expect((await world.computation(A).getOpening(openingId)).status).toBe('RELEASABLE');
    expect(sent()).toEqual([]);
    isBehind = false;
    await world.openedWith([member, ...others], openingId, opening);
    expect(sent()).not.toEqual([]);
  });

  describe('and forged events', () => {
    const POSTED = 'PartialsSubmitted.v1';
    const random = { openingId: 'f'.repeat(64), epoch: 0, mspId: C };
    let transactionId: string;

    /** Another member's own answer, beside whose transaction endorsers may put any event. */
    beforeAll(async () => {
      const { openingId } = await requested();
      await (await world.member(B)).advanceOpening(openingId);
      ({ transactionId = '' } = world.events.findLast(({ name }) => name === POSTED) ?? {});
    });

    const forge = (payload: unknown, of = transactionId) =>
      world.forge({
        ...{ name: POSTED, payload: Buffer.from(JSON.stringify(payload)) },
        ...{ chaincode: 'figures', transactionId: of, blockNumber: world.height },
      });

    const passedOver = () =>
      world.reports.filter((one) => one['isPassedOver'] === true && one['mspId'] === C);

    it.each<[string, unknown]>([
      ['nothing', null],
      ['a number', 7],
      ['a list', [random]],
      ['no opening', { epoch: 0, mspId: C }],
      ['no epoch', { ...random, epoch: null }],
      ['an answer that C never gave', random],
      ['an answer in a later epoch', { ...random, epoch: 9 }],
    ])('answers on after an event that tells of %s', async (_, payload) => {
      const { openingId } = await requested();
      const before = passedOver().length;
      forge(payload);
      const member = await world.member(C);
      await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
      expect(await postedBy(openingId)).toEqual([C]);
      expect(passedOver().slice(before)).toContainEqual({
        ...{ event: POSTED, transactionId, isPassedOver: true, mspId: C },
      });
      world.forgeries.length = 0;
    });

    it('opens nothing while its peer does not tell what was submitted', async () => {
      const { openingId } = await requested();
      forge(random, 'unknown');
      const member = await world.member(C);
      await expect(member.advanceOpening(openingId)).rejects.toThrow('No peer knows');
      await expect(member.advanceOpening(openingId)).rejects.toThrow();
      expect(await postedBy(openingId)).toEqual([]);
      world.forgeries.length = 0;
    });

    it('is not told by one that its answer is in a block', async () => {
      const { openingId } = await requested();
      const home = await world.openHome(C);
      const register = new OpenedRegister(home);
      const memory = await register.load();
      memory.answers[`0 ${openingId}`] = false;
      const claimed = { openingId, epoch: 0 };
      const event = { claimed, transactionId, block: world.height };
      const submitted = () => Promise.resolve(undefined);
      const look = () => Promise.resolve(undefined);
      expect(await register.witness(event, { submitted, look })).toBe(false);
      expect(await register.hasSeen(claimed)).toBe(false);
    });
  });

  describe('whose home was meddled with', () => {
    let openingId: string;
    let kept: Memory;

    /** C has answered an opening since its home was copied. */
    beforeAll(async () => {
      await (await world.member(C)).advanceOpening((await requested()).openingId);
      await cp(world.homeOf(C), old(world.homeOf(C)), { recursive: true });
      const answered = await requested();
      const all = [await world.member(C), ...members.slice(0, 2)];
      expect((await world.openedWith(all, answered.openingId)).slots[0]).toBe(15);
      kept = await new OpenedRegister(await world.openHome(C)).load();
      await cp(world.homeOf(C), `${world.homeOf(C)}-new`, { recursive: true });
    });

    beforeEach(async () => {
      await rm(world.homeOf(C), { recursive: true });
      await cp(`${world.homeOf(C)}-new`, world.homeOf(C), { recursive: true });
      ({ openingId } = await requested());
    });

    /** Where the copy of the home has a file. */
    const old = (file: string) => file.replace(world.homeOf(C), `${world.homeOf(C)}-old`);

    async function refuses(code: 'ERR_MEMORY_ALTERED' | 'ERR_MEMORY_OUTDATED'): Promise<void> {
      const member = await world.member(C);
      const refusal = coded(code, {
        remedy: expect.stringContaining('salus committee recover') as string,
      });
      await expect(member.advanceOpening(openingId)).rejects.toThrow(refusal);
      // Asked again, it says the same.
      await expect(member.advanceOpening(openingId)).rejects.toThrow(refusal);
      expect(await postedBy(openingId)).toEqual([]);
    }

    it('goes on with the home as it left it', async () => {
      const member = await world.member(C);
      await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
      expect(await postedBy(openingId)).toEqual([C]);
    });

    it('refuses a register of the same epoch from an old backup', async () => {
      const file = await memoryFile(C);
      await cp(old(file), file);
      await refuses('ERR_MEMORY_OUTDATED');
    });

    it('refuses a whole home of the same epoch from an old backup', async () => {
      await rm(world.homeOf(C), { recursive: true });
      await cp(old(world.homeOf(C)), world.homeOf(C), { recursive: true });
      await refuses('ERR_MEMORY_OUTDATED');
    });

    it('refuses an old register though a forged ledger shows none of its answers', async () => {
      const file = await memoryFile(C);
      await cp(old(file), file);
      const forged = onLedger((ledger) => ({
        getOpening: async (id) => ({ ...(await ledger.getOpening(id)), posted: [] }),
        getKey: async (id) => ({ ...(await ledger.getKey(id)), openedSlots: 0 }),
      }));
      const member = await world.member(C, forged);
      await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_MEMORY_OUTDATED'));
    });

    it('refuses to do without its register', async () => {
      await rm(await memoryFile(C));
      await refuses('ERR_MEMORY_ALTERED');
    });

    it('refuses a register with another byte', async () => {
      const file = await memoryFile(C);
      const bytes = await readFile(file);
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      await writeFile(file, bytes);
      await refuses('ERR_MEMORY_ALTERED');
    });

    it.each([0, 10, 100])('refuses a register cut to %d bytes', async (length) => {
      await truncate(await memoryFile(C), length);
      await refuses('ERR_MEMORY_ALTERED');
    });

    it('refuses the register of another contract of the same home', async () => {
      const other = await world.openHome(C, 'other');
      await new OpenedRegister(other).load();
      await cp(other.recordFile(MEMORY_RECORD), await memoryFile(C));
      await refuses('ERR_MEMORY_ALTERED');
    });

    it('refuses a register in plain JSON, as release 0.1.0 wrote it', async () => {
      await writeFile(await memoryFile(C), '{"contributions":{},"slots":{}}');
      await refuses('ERR_MEMORY_ALTERED');
    });

    it('refuses its register where shares of a later epoch lie beside it', async () => {
      const home = await world.openHome(C);
      const key = await home.readKey('k1', 0);
      if (key) await home.writeKey({ ...key, epoch: 7 });
      await refuses('ERR_MEMORY_OUTDATED');
    });

    it('begins anew in an empty home, without a share that opens anything', async () => {
      await rm(world.homeOf(C), { recursive: true });
      const member = await world.member(C);
      await expect(member.advanceOpening(openingId)).rejects.toThrow(coded('ERR_MEMORY_OUTDATED'));
      expect(await (await world.openHome(C)).epochs('k1')).toEqual([]);
    });

    it.each([
      ['an old register', (file: string) => cp(old(file), file)],
      ['no register', (file: string) => rm(file)],
    ])('with %s answers again once its operator has it believe the ledger', async (_, meddle) => {
      await meddle(await memoryFile(C));
      const home = await world.openHome(C);
      const { keys } = await recoverMemory(home, world.computation(C), world.height);
      const file = home.recordFile(MEMORY_RECORD);
      await cp(file, `${file}.recovered`);
      const { openedSlots } = await world.computation(A).getKey('k1');
      expect(keys).toContainEqual({ keyId: 'k1', opened: openedSlots, slotBudget: 1_000_000 });
      const member = await world.member(C);
      await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
      expect(await postedBy(openingId)).toEqual([C]);
      const memory = await new OpenedRegister(await world.openHome(C)).load();
      expect(Object.keys(memory.answers)).toEqual(
        expect.arrayContaining(Object.keys(kept.answers)),
      );
      expect(memory.contributions).toEqual(expect.objectContaining(kept.contributions));
      // The word of its operator covers no later loss.
      for (const earlier of [old(file), `${file}.recovered`]) {
        await cp(earlier, file);
        ({ openingId } = await requested());
        await refuses('ERR_MEMORY_OUTDATED');
      }
    });

    it('recovers though the ledger has an answer of its no more', async () => {
      const file = await memoryFile(C);
      await cp(old(file), file);
      const gone = Object.keys(kept.answers).at(-1)?.split(' ')[1] ?? '';
      const without = onLedger((ledger) => ({
        getOpening: (id) =>
          id === gone
            ? Promise.reject(new SalusError('ERR_NOT_FOUND', 'There is no such opening'))
            : ledger.getOpening(id),
      }));
      await recoverMemory(await world.openHome(C), world.computation(C), world.height);
      const member = await world.member(C, without);
      await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
      expect(await postedBy(openingId)).toEqual([C]);
      expect(world.reports).toContainEqual({ openingId: gone, code: 'ERR_NOT_FOUND', mspId: C });
    });

    it('refuses approvals that it did not seal, and takes missing ones for none', async () => {
      const committee = { members: [A, B], threshold: 2 };
      const ceremony = { kind: 'RESHARE', epoch: 1, committee } as never;
      const other = new Approvals(await world.openHome(C, 'other'));
      await other.approveProposal({ keyId: 'k1', epoch: 1 }, ceremony);
      const home = await world.openHome(C);
      const approvals = new Approvals(home);
      expect(await approvals.isApproved('k1', 1, committee)).toBe(false);
      const file = home.recordFile('approvals');
      await cp((await world.openHome(C, 'other')).recordFile('approvals'), file);
      await expect(approvals.isApproved('k1', 1, committee)).rejects.toThrow(
        coded('ERR_MEMORY_ALTERED', { argument: file }),
      );
      const plain = { '1 k1': committee };
      await writeFile(file, JSON.stringify(plain));
      await expect(approvals.isApproved('k1', 1, committee)).rejects.toThrow(
        coded('ERR_MEMORY_ALTERED'),
      );
    });

    it('keeps the shares of one contract when a key of that name fails in another', async () => {
      const [home, other] = [await world.openHome(C), await world.openHome(C, 'other')];
      const key = await home.readKey('k1', 0);
      if (key) await other.writeKey(key);
      const complaint = { by: A, reason: 'TRIAL_FAILED', against: [], at: '' } as const;
      const inOther: Meddling = (parts) => ({
        ...onLedger((ledger) => ({
          getKey: async (id) => {
            const told = await ledger.getKey(id);
            return {
              ...told,
              status: 'FAILED',
              ceremony: { ...told.ceremony, phase: 'FAILED', complaint },
            };
          },
        }))(parts),
        home: other,
      });
      await expect((await world.member(C, inOther)).advanceKey('k1')).resolves.toBe('DONE');
      expect(await other.epochs('k1')).toEqual([]);
      expect(await home.epochs('k1')).toEqual([0]);
      expect(await home.readKey('k1', 0)).toMatchObject({ keyId: 'k1', member: C });
    });

    it('opens no share of another contract that is put into its folder', async () => {
      const [home, other] = [await world.openHome(C), await world.openHome(C, 'other')];
      await cp(`${home.folder}/keys`, `${other.folder}/keys`, { recursive: true });
      await expect(other.readKey('k1', 0)).rejects.toThrow(coded('ERR_SHARE_INVALID'));
    });
  });
});
