import type { CollectiveKey } from '@salus/protocol/computation';
import { coded } from '@salus/testing/coded';
import { CommitteeWorld } from '@salus/testing/committee-world';
import { MEMORY_RECORD, type Memory } from './memory-form.js';
import { folderNameOf } from './member-home.js';
import { OpenedRegister } from './opened-register.js';
import { recoverMemory } from './recovery.js';

/** Names that every object of the language knows. */
const NAMES = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'];
const [A, B, C] = ['AMSP', 'BMSP', 'CMSP'] as const;
const ALL = [A, B, C];

const keyOf = (keyId: string): CollectiveKey =>
  ({
    keyId,
    ...{ profile: 'bfv-8192-proven-v1', purpose: 'figures', slotBudget: 100 },
    ...{ epoch: 0, openedSlots: 5, ceremony: { epoch: 0 } },
  }) as unknown as CollectiveKey;

/** A home whose records lie in this process, in the form in which they lie on a disk. */
function homeHolding(...keyIds: string[]) {
  const records = new Map<string, string>();
  return {
    records,
    readRecord: <T>(name: string, form: { parse(value: unknown): T }) => {
      const text = records.get(name);
      return Promise.resolve(text === undefined ? undefined : form.parse(JSON.parse(text)));
    },
    writeRecord: (name: string, value: unknown) => {
      records.set(name, JSON.stringify(value));
      return Promise.resolve();
    },
    recordFile: (name: string) => name,
    heldEpochs: () =>
      Promise.resolve(
        new Map(records.size === 0 ? [] : keyIds.map((keyId) => [folderNameOf(keyId), [0]])),
      ),
  };
}

describe.each(NAMES)('a key of the name %s', (keyId) => {
  it('is remembered over a restart, with its terms', async () => {
    const home = homeHolding(keyId);
    await new OpenedRegister(home).meet(keyOf(keyId));
    const again = new OpenedRegister(home);
    expect([...(await again.load()).keys]).toEqual([
      [
        keyId,
        { epoch: 0, slots: 0, terms: expect.objectContaining({ slotBudget: 100 }) as object },
      ],
    ]);
    await expect(again.meet({ ...keyOf(keyId), slotBudget: 99 })).rejects.toThrow(
      coded('ERR_KEY_TERMS_CHANGED', { argument: 'slotBudget' }),
    );
  });

  it('has its slots counted over a restart, and after a recovery', async () => {
    const home = homeHolding(keyId);
    const leaf = { ciphertextHash: 'c', contributor: { mspId: A, id: 'a' }, measure: 'm' };
    const evaluation = { evaluationId: 'e', resultHash: 'r', leaves: ['c'], inputs: [] };
    const opened = {
      key: keyOf(keyId),
      lineage: {
        steps: [],
        evaluation: { ...evaluation, inputs: [{ kind: 'ciphertext', id: 'c' }] },
        ciphertexts: [leaf],
      },
    } as never;
    await new OpenedRegister(home).add({ openingId: 'o', epoch: 0 }, opened, 3);
    expect(await new OpenedRegister(home).slotsOf({ keyId })).toBe(3);
    const recovered = new OpenedRegister(home);
    await recovered.believe([keyOf(keyId)], 9n);
    expect(await new OpenedRegister(home).slotsOf({ keyId })).toBe(5);
  });
});

describe('a committee that is asked for a key of a name that every object knows', () => {
  let world: CommitteeWorld;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
  });
  afterAll(() => world.close());

  it('does not begin its ceremony', async () => {
    await expect(world.makeKey('constructor', ALL, 2)).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
  });

  it('makes other keys, opens under each, and starts again', async () => {
    for (const keyId of ['k0', 'k1']) {
      await world.makeKey(keyId, ALL, 2);
      await world.summed(keyId, `e-${keyId}`, [[7], [8]]);
      const { value } = await world
        .computation(A)
        .requestOpening({ evaluationId: `e-${keyId}`, recipients: [A, B] });
      const { openingId } = value;
      const members = await Promise.all(ALL.map((mspId) => world.member(mspId)));
      const opened = await world.openedWith(members, openingId);
      expect(opened.slots[0]).toBe(15);
      const register = new OpenedRegister(await world.openHome(C));
      expect(await register.slotsOf({ keyId })).toBe(8192);
    }
  });

  it('has a member recover from a memory that no release can read', async () => {
    const home = await world.openHome(C);
    const memory = { position: '0', keys: [['k1', { epoch: 0, slots: null }]] };
    await home.writeRecord(MEMORY_RECORD, { ...memory, contributions: {}, answers: {} });
    await expect(new OpenedRegister(home).load()).rejects.toThrow(coded('ERR_STATE_UNREADABLE'));
    await recoverMemory(home, world.computation(C), world.height);
    const recovered: Memory = await new OpenedRegister(await world.openHome(C)).load();
    expect([...recovered.keys.keys()].sort()).toEqual(['k0', 'k1']);
  });
});
