import type { Program } from '@salus/protocol/computation';
import {
  hashesOf,
  officer,
  ofMembers,
  TWO_OF_FOUR,
  type Actor,
  type TestKey,
  type Transient,
} from './committee.js';
import { CITY, RECIPIENTS, SLOTS, type Result, type FiguresActors } from './contributors.js';

const STATISTICS: Program = { name: 'statistics.v1' };
const TOTAL = 2800;

export function openingCases(actors: FiguresActors, keyOf: () => TestKey): void {
  const evaluated = async (key = keyOf()) => {
    const contributions = await actors.contribute(key);
    return { contributions, ...(await actors.compute(STATISTICS, contributions)) };
  };
  const ask = ({ evaluation }: Pick<Result, 'evaluation'>) =>
    actors.requestOpening(evaluation.evaluationId);

  describe('an opening of figures', () => {
    test('is answered by any three of four; what was opened is on record as a salted hash', async () => {
      const key = await actors.makeKey(TWO_OF_FOUR);
      const result = await evaluated(key);
      const { openingId, ...decided } = await ask(result);
      expect(decided).toMatchObject({ permitted: true, reason: 'ENTITLED', status: 'COLLECTING' });
      const all = await partialsOfAll(key, result);
      const partials = ofMembers(all, 'ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP');
      await actors.submitPartials(openingId, 0, partials);
      const given = [...partials.values()].flat();
      const recorded = await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
      expect(recorded).toMatchObject({ status: 'RECORDED', liars: [] });
      expect(JSON.stringify(recorded)).not.toContain(String(TOTAL));
      await expect(
        actors.submitPartials(openingId, 0, ofMembers(all, 'CityHospitalMSP')),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('waits until two holders have committed to an answer for every share', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const partials = await partialsOfAll(key, result);
      const given = [...partials.values()].flat();
      const statusAfter = async (member: string) => {
        await actors.submitPartials(openingId, 0, ofMembers(partials, member));
        const { status, unconfirmed } = await actors.evaluate(CITY, 'getOpening', { openingId });
        return { status, unconfirmed };
      };
      for (const [member, waiting] of [
        ['InsurerMSP', { status: 'COLLECTING', unconfirmed: ['s0', 's2'] }],
        ['RegulatorMSP', { status: 'UNCONFIRMED', unconfirmed: ['s0', 's1'] }],
      ] as const) {
        expect(await statusAfter(member)).toEqual(waiting);
        await expect(
          actors.recordOpening(openingId, result.bytes, given, [TOTAL]),
        ).rejects.toMatchObject({ code: 'ERR_OPENING_UNCONFIRMED' });
      }
      expect(await statusAfter('ValleyHospitalMSP')).toEqual({
        status: 'RELEASABLE',
        unconfirmed: [],
      });
    });

    test('is one for a result, whoever asks how often, and writes nothing again', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const partials = await partialsOfAll(key, result);
      await actors.submitPartials(openingId, 0, ofMembers(partials, 'InsurerMSP'));
      const before = await actors.evaluate(CITY, 'getOpening', { openingId });
      const { keyId } = key;
      const { openedSlots } = await actors.evaluate(CITY, 'getKey', { keyId });
      const { evaluationId } = result.evaluation;
      for (const as of [CITY, ['Pharma', 'manufacturer'], CITY] as const) {
        expect(await actors.requestOpening(evaluationId, { as })).toEqual(before);
      }
      expect(await actors.evaluate(CITY, 'getOpening', { openingId })).toEqual(before);
      expect((await actors.evaluate(CITY, 'getKey', { keyId })).openedSlots).toBe(openedSlots);
      // Another evaluation of the same is the same result.
      const another = await actors.compute(STATISTICS, result.contributions);
      expect((await ask(another)).openingId).toBe(openingId);
      // Nor does a denial come in its way.
      const denied = await actors.requestOpening(evaluationId, { recipients: ['InsurerMSP'] });
      expect(denied).toMatchObject({ permitted: false });
      expect(denied.openingId).not.toBe(openingId);
      const others = ofMembers(partials, 'ValleyHospitalMSP', 'RegulatorMSP');
      await actors.submitPartials(openingId, 0, others);
      const given = [...partials.values()].flat();
      await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
    });

    test('is one for two requests at once', async () => {
      const result = await evaluated();
      const { evaluationId } = result.evaluation;
      const endorse = (as: Actor) =>
        actors.world.client(...as).endorse('figures', 'computation:requestOpening', {
          args: [JSON.stringify({ evaluationId, recipients: RECIPIENTS })],
          endorsingOrganizations: ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'],
        });
      const [one, other] = [await endorse(CITY), await endorse(['Pharma', 'manufacturer'])];
      await one.commit();
      // The record's own policy is asked before versions are compared.
      const code: unknown = expect.stringMatching(/^ERR_(MVCC_CONFLICT|ENDORSEMENT_POLICY)$/);
      await expect(other.commit()).rejects.toMatchObject({ code });
      const { openingId, requestedBy } = await actors.requestOpening(evaluationId, {
        as: ['Pharma', 'manufacturer'],
      });
      expect(requestedBy).toBe('CityHospitalMSP');
      expect(await actors.evaluate(CITY, 'getOpening', { openingId })).toMatchObject({
        permitted: true,
        status: 'COLLECTING',
      });
    });

    test('is denied to who did not contribute, and for who did not', async () => {
      const result = await evaluated();
      const { evaluationId } = result.evaluation;
      const reasonOf = async (options: Parameters<typeof actors.requestOpening>[1]) =>
        (await actors.requestOpening(evaluationId, options)).reason;
      expect(await reasonOf({ recipients: ['CityHospitalMSP'] })).toBe('RECIPIENTS_NOT_ENTITLED');
      expect(await reasonOf({ recipients: ['ValleyHospitalMSP', 'InsurerMSP'] })).toBe(
        'RECIPIENTS_NOT_ENTITLED',
      );
      const { contributions } = result;
      const few = await actors.compute(STATISTICS, contributions.slice(0, 4));
      const denied = await actors.requestOpening(few.evaluation.evaluationId, {
        as: ['Pharma', 'manufacturer'],
      });
      expect(denied).toMatchObject({
        permitted: false,
        reason: 'REQUESTER_NOT_ENTITLED',
        status: 'DENIED',
      });
      await expect(
        actors.submitPartials(denied.openingId, 0, await partialsOfAll(keyOf(), result)),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('is denied for what counts a contributor twice', async () => {
      const { contributions } = await evaluated();
      const [first] = contributions;
      if (first === undefined) throw new Error('nobody contributed');
      const twice = await actors.compute(STATISTICS, [...contributions, first]);
      expect(await ask(twice)).toMatchObject({ reason: 'INPUT_REPEATED' });
    });

    test('is denied for a cohort that differs from an opened one', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      expect(await ask(result)).toMatchObject({ reason: 'ENTITLED' });
      const actor = ['CityHospital', 'physician'] as const;
      const measure = actors.world.uniqueId('measure');
      const figure = await actors.encrypt(key, [5], { actor, measure });
      const late = await actors.register(key.keyId, actor, figure, { measure });
      const more = await actors.compute(STATISTICS, [...result.contributions, late]);
      expect(await ask(more)).toMatchObject({ reason: 'ALREADY_OPENED' });
      expect(await ask(result)).toMatchObject({ reason: 'ENTITLED' });
    });

    test('is denied when a ciphertext was withdrawn after the evaluation', async () => {
      const result = await evaluated();
      await actors.submit(CITY, 'withdrawCiphertext', {
        ciphertextHash: result.contributions[0]?.ciphertext.hash ?? '',
        reason: 'CONSENT_WITHDRAWN',
      });
      expect(await ask(result)).toMatchObject({ reason: 'INPUT_WITHDRAWN' });
    });

    test('does not commit when a withdrawal comes between decision and block', async () => {
      const result = await evaluated();
      const { evaluationId } = result.evaluation;
      const request = { evaluationId, recipients: RECIPIENTS };
      const endorsed = await actors.world
        .client(...CITY)
        .endorse('figures', 'computation:requestOpening', {
          args: [JSON.stringify(request)],
          endorsingOrganizations: ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'],
        });
      await actors.submit(CITY, 'withdrawCiphertext', {
        ciphertextHash: result.contributions[0]?.ciphertext.hash ?? '',
        reason: 'CONSENT_WITHDRAWN',
      });
      await expect(endorsed.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
    });

    test('is recorded with no other values than the recipients find themselves', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const partials = await partialsOfAll(key, result);
      await actors.submitPartials(openingId, 0, partials);
      const given = [...partials.values()].flat();
      const record = (values: readonly number[], endorsers?: readonly string[]) =>
        actors.recordOpening(openingId, result.bytes, given, values, endorsers);
      await expect(record([TOTAL + 1])).rejects.toMatchObject({ code: 'ERR_RESULT_MISMATCH' });
      await expect(record([TOTAL], RECIPIENTS.slice(1))).rejects.toMatchObject({
        code: 'ERR_ENDORSEMENT_POLICY',
      });
      await record([TOTAL]);
    });

    test('ends with the budget of the key', async () => {
      const key = await actors.makeKey({ slotBudget: 8192 });
      const first = await evaluated(key);
      expect(await ask(first)).toMatchObject({ reason: 'ENTITLED', slots: 8192 });
      expect(await ask(first)).toMatchObject({ reason: 'ENTITLED' });
      const { openedSlots } = await actors.evaluate(CITY, 'getKey', { keyId: key.keyId });
      expect(openedSlots).toBe(8192);
      expect(await ask(await evaluated(key))).toMatchObject({ reason: 'SLOT_BUDGET_EXHAUSTED' });
    });
  });

  describe('a committee whose members hold shares together', () => {
    test('names the member that answers wrong, and opens without it', async () => {
      const key = await actors.makeKey(TWO_OF_FOUR);
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const honest = await partialsOfAll(key, result);
      const other = await actors.encrypt(key, [9], { measure: 'other' });
      const foreign = await actors.partialsOf(key.members, other.bytes);
      const liar = 'InsurerMSP';
      const partials = new Map(honest).set(liar, foreign.get(liar) ?? []);
      await actors.submitPartials(openingId, 0, partials);
      const opening = await actors.evaluate(CITY, 'getOpening', { openingId });
      expect(opening).toMatchObject({ status: 'RELEASABLE', liars: [liar] });
      const given = [...honest.values()].flat();
      const recorded = await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
      expect(recorded).toMatchObject({ status: 'RECORDED', liars: [liar] });
    });

    test('opens by proofs alone while two holders contradict each other', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const honest = await partialsOfAll(key, result);
      const other = await actors.encrypt(key, [9], { measure: 'other' });
      const foreign = await actors.partialsOf(key.members, other.bytes);
      const lie = foreign.get('InsurerMSP') ?? [];
      await actors.submitPartials(openingId, 0, new Map(honest).set('InsurerMSP', lie));
      const opening = await actors.evaluate(CITY, 'getOpening', { openingId });
      const disputed = { status: 'DISPUTED', agreed: [], liars: [], provable: true };
      expect(opening).toMatchObject({ ...disputed, shownSlots: SLOTS });
      const given = [...ofMembers(honest, 'ValleyHospitalMSP', 'RegulatorMSP').values()].flat();
      const about = { openingId, ciphertext: result.bytes, slots: opening.shownSlots };
      const record = (proofs?: Transient) =>
        actors.recordOpening(openingId, result.bytes, given, [TOTAL], RECIPIENTS, proofs);
      const valley = await actors.proofsOf(key, about, 'ValleyHospitalMSP');
      for (const few of [undefined, valley]) {
        await expect(record(few)).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });
      }
      const elsewhere = { ...about, openingId: '0'.repeat(64) };
      const forAnother = await actors.proofsOf(key, elsewhere, 'RegulatorMSP');
      await expect(record({ ...valley, ...forAnother })).rejects.toMatchObject({
        code: 'ERR_PROOF_INVALID',
      });
      const regulator = await actors.proofsOf(key, about, 'RegulatorMSP');
      const recorded = await record({ ...valley, ...regulator });
      expect(recorded).toMatchObject({
        status: 'RECORDED',
        liars: [],
        unproven: ['InsurerMSP'],
      });
    });

    test('gives its shares on; those of the epoch before open nothing', async () => {
      const old = await actors.makeKey();
      const result = await evaluated(old);
      const before = await ask(result);
      const outdated = await partialsOfAll(old, result);
      await actors.submitPartials(before.openingId, 0, ofMembers(outdated, 'InsurerMSP'));
      const key = await actors.reshare(old, TWO_OF_FOUR, 1);
      expect(key.onLedger).toMatchObject({ epoch: 1, committee: TWO_OF_FOUR });
      expect(key.onLedger.publicKeyHash).toBe(old.onLedger.publicKeyHash);
      for (const epoch of [0, 1]) {
        await expect(
          actors.submitPartials(before.openingId, epoch, ofMembers(outdated, 'RegulatorMSP')),
        ).rejects.toMatchObject({ code: 'ERR_EPOCH_OUTDATED' });
      }
      const { openingId, ...again } = await ask(result);
      expect(openingId).not.toBe(before.openingId);
      expect(again).toMatchObject({ epoch: 1, status: 'COLLECTING', posted: [] });
      const { openedSlots } = await actors.evaluate(CITY, 'getKey', { keyId: key.keyId });
      expect(openedSlots).toBe(again.slots);
      const partials = await partialsOfAll(key, result);
      const { ValleyHospitalMSP: own = [] } = Object.fromEntries(partials);
      const wrongShares = hashesOf(own).slice(1);
      await expect(
        actors.submit(officer('ValleyHospitalMSP'), 'submitPartials', {
          openingId,
          epoch: 1,
          hashes: wrongShares,
        }),
      ).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      await actors.submitPartials(openingId, 1, partials);
      const given = [...partials.values()].flat();
      const recorded = await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
      expect(recorded).toMatchObject({ status: 'RECORDED', epoch: 1 });
    });

    test('records what members of the next committee prove, as many as open', async () => {
      const old = await actors.makeKey();
      const result = await evaluated(old);
      const key = await actors.reshare(old, TWO_OF_FOUR, 1);
      const { openingId, provable } = await ask(result);
      expect(provable).toBe(true);
      const two = ['CityHospitalMSP', 'RegulatorMSP'];
      const partials = ofMembers(await partialsOfAll(key, result), ...two);
      await actors.submitPartials(openingId, 1, partials);
      const answer = { openingId, ciphertext: result.bytes, slots: SLOTS };
      const proofs = await actors.proofsOf(key, answer, ...two);
      const given = [...partials.values()].flat();
      const foreign = await actors.proofsOf(old, answer, 'RegulatorMSP');
      const record = (shown: Transient) =>
        actors.recordOpening(openingId, result.bytes, given, [TOTAL], RECIPIENTS, shown);
      await expect(
        record({
          ...proofs,
          'proof.RegulatorMSP': foreign['proof.RegulatorMSP'] ?? new Uint8Array(),
        }),
      ).rejects.toMatchObject({ code: 'ERR_PROOF_INVALID' });
      const recorded = await record(proofs);
      expect(recorded).toMatchObject({ status: 'RECORDED', epoch: 1, liars: [], unproven: [] });
    });

    test('records what the committee of an earlier epoch has confirmed', async () => {
      const old = await actors.makeKey();
      const result = await evaluated(old);
      const { openingId } = await ask(result);
      const partials = await partialsOfAll(old, result);
      await actors.submitPartials(openingId, 0, partials);
      await actors.reshare(old, TWO_OF_FOUR, 1);
      await ask(result);
      const given = [...partials.values()].flat();
      const recorded = await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
      expect(recorded).toMatchObject({ status: 'RECORDED', epoch: 0 });
    });
  });

  async function partialsOfAll(key: TestKey, { bytes }: Pick<Result, 'bytes'>) {
    return await actors.partialsOf(key.members, bytes, SLOTS);
  }
}
