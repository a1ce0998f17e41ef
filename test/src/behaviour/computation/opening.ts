import type { Program } from '@salus/protocol/computation';
import { hashesOf, officer, ofMembers, THREE_OF_FIVE, type TestKey } from './committee.js';
import {
  CITY,
  CONTRIBUTORS,
  RECIPIENTS,
  type Result,
  type StatisticsActors,
} from './contributors.js';

const STATISTICS: Program = { name: 'statistics.v1' };
const TOTAL = 2800;
const TWO_OF_FOUR = {
  members: ['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'],
  threshold: 2,
};

export function openingCases(actors: StatisticsActors, keyOf: () => TestKey): void {
  const evaluated = async (key = keyOf()) => {
    const contributions = await actors.contribute(key);
    return { contributions, ...(await actors.compute(STATISTICS, contributions)) };
  };
  const ask = ({ evaluation }: Pick<Result, 'evaluation'>) =>
    actors.requestOpening(evaluation.evaluationId);

  describe('an opening of joint statistics', () => {
    test('is answered by any two of three; what was opened is on record as a salted hash', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId, ...decided } = await ask(result);
      expect(decided).toMatchObject({ permitted: true, reason: 'ENTITLED', status: 'COLLECTING' });
      const partials = ofMembers(
        await actors.partialsOf(key.members, result.bytes),
        'ValleyHospitalMSP',
        'RegulatorMSP',
      );
      await actors.submitPartials(openingId, 0, partials);
      const given = [...partials.values()].flat();
      const recorded = await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
      expect(recorded).toMatchObject({ status: 'RECORDED', liars: [] });
      expect(JSON.stringify(recorded)).not.toContain(String(TOTAL));
      await expect(
        actors.submitPartials(
          openingId,
          0,
          ofMembers(await partialsOfAll(key, result), 'InsurerMSP'),
        ),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('waits until members have committed to an answer for every share', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const partials = await partialsOfAll(key, result);
      await actors.submitPartials(openingId, 0, ofMembers(partials, 'InsurerMSP'));
      const given = [...partials.values()].flat();
      await expect(
        actors.recordOpening(openingId, result.bytes, given, [TOTAL]),
      ).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });
      await actors.submitPartials(openingId, 0, ofMembers(partials, 'RegulatorMSP'));
      const opening = await actors.evaluate(CITY, 'getOpening', { openingId });
      expect(opening.status).toBe('RELEASABLE');
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

    test('is denied for too small a cohort, however many identities one organisation brings', async () => {
      const { contributions } = await evaluated();
      const small = await actors.compute(STATISTICS, contributions.slice(0, 6));
      expect(await ask(small)).toMatchObject({ reason: 'COHORT_TOO_SMALL' });
    });

    test('is denied for what singles a contributor out', async () => {
      const { contributions } = await evaluated();
      const weights = CONTRIBUTORS.map((_, index) => (index === 0 ? 1000 : 1));
      const weighted = await actors.compute({ name: 'weighted-sum.v1', weights }, contributions);
      expect(await ask(weighted)).toMatchObject({ reason: 'PROGRAM_NOT_OPENABLE' });
      const [first] = contributions;
      if (first === undefined) throw new Error('nobody contributed');
      const twice = await actors.compute(STATISTICS, [...contributions, first]);
      expect(await ask(twice)).toMatchObject({ reason: 'INPUT_REPEATED' });
    });

    test('is denied for a cohort that differs from an opened one', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      expect(await ask(result)).toMatchObject({ reason: 'ENTITLED' });
      const late = await actors.register(
        key.keyId,
        ['CityHospital', 'physician'],
        await actors.encrypt(key, [5]),
        { measure: actors.world.uniqueId('measure') },
      );
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
      const openingId = actors.world.uniqueId('opening');
      const { evaluationId } = result.evaluation;
      const request = { openingId, evaluationId, recipients: RECIPIENTS };
      const endorsed = await actors.world
        .client(...CITY)
        .endorse('claims', 'computation:requestOpening', {
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
      await expect(record([TOTAL], ['CityHospitalMSP'])).rejects.toMatchObject({
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
      const foreign = await actors.partialsOf(key.members, (await actors.encrypt(key, [9])).bytes);
      const liar = 'InsurerMSP';
      const partials = new Map(honest).set(liar, foreign.get(liar) ?? []);
      await actors.submitPartials(openingId, 0, partials);
      const opening = await actors.evaluate(CITY, 'getOpening', { openingId });
      expect(opening).toMatchObject({ status: 'RELEASABLE', liars: [liar] });
      const given = [...honest.values()].flat();
      const recorded = await actors.recordOpening(openingId, result.bytes, given, [TOTAL]);
      expect(recorded).toMatchObject({ status: 'RECORDED', liars: [liar] });
    });

    test('opens nothing while two holders contradict each other', async () => {
      const key = keyOf();
      const result = await evaluated(key);
      const { openingId } = await ask(result);
      const honest = await partialsOfAll(key, result);
      const foreign = await actors.partialsOf(key.members, (await actors.encrypt(key, [9])).bytes);
      const lie = foreign.get('InsurerMSP') ?? [];
      await actors.submitPartials(openingId, 0, new Map(honest).set('InsurerMSP', lie));
      const opening = await actors.evaluate(CITY, 'getOpening', { openingId });
      expect(opening).toMatchObject({ status: 'DISPUTED', agreed: [] });
    });

    test('gives its shares on; those of the epoch before open nothing', async () => {
      const old = await actors.makeKey();
      const result = await evaluated(old);
      const { openingId } = await ask(result);
      const key = await actors.reshare(old, THREE_OF_FIVE, 1);
      expect(key.onLedger).toMatchObject({ epoch: 1, committee: { threshold: 3 } });
      expect(key.onLedger.publicKeyHash).toBe(old.onLedger.publicKeyHash);
      const outdated = await partialsOfAll(old, result);
      await expect(actors.submitPartials(openingId, 0, outdated)).rejects.toMatchObject({
        code: 'ERR_EPOCH_OUTDATED',
      });
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
  });

  async function partialsOfAll(key: TestKey, { bytes }: Pick<Result, 'bytes'>) {
    return await actors.partialsOf(key.members, bytes);
  }
}
