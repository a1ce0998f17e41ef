import { createEngine, sha256Hex } from '@salus/compute';
import {
  leavesOf,
  MAX_EVALUATIONS,
  type EvaluationInput,
  type Program,
} from '@salus/protocol/computation';
import type { TestKey } from './committee.js';
import {
  anyHash,
  CITY,
  type Contribution,
  type ProvenFigure,
  type FiguresActors,
} from './contributors.js';

const SUM: Program = { name: 'sum.v1' };
const VALLEY = ['ValleyHospital', 'billing'] as const;

export function evaluationCases(actors: FiguresActors, keyOf: () => TestKey): void {
  const contributeTwo = async (key: TestKey, range?: { least: number; most: number }) => {
    const measure = actors.world.uniqueId('measure');
    const contributions: Contribution[] = [];
    for (const actor of [CITY, VALLEY]) {
      const ciphertext = await actors.encrypt(key, [1], {
        actor,
        measure,
        ...(range && { range }),
      });
      contributions.push(await actors.register(key.keyId, actor, ciphertext, { measure }));
    }
    return contributions;
  };

  describe('a ciphertext', () => {
    test('is registered once, by whoever answers for it, and tells nothing', async () => {
      const { keyId } = keyOf();
      const measure = actors.world.uniqueId('measure');
      const ciphertext = await actors.encrypt(keyOf(), [123_457], { measure });
      await actors.register(keyId, CITY, ciphertext, { measure });
      const request = { ciphertextHash: ciphertext.hash };
      const registered = await actors.evaluate(VALLEY, 'getCiphertext', request);
      expect(registered).toMatchObject({
        contributor: { mspId: 'CityHospitalMSP' },
        bound: ciphertext.bound,
        measure,
      });
      expect(JSON.stringify(registered)).not.toContain('123457');
      await expect(actors.register(keyId, VALLEY, ciphertext, { measure })).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test('is one: not transparent, truncated, of other parameters, or other bytes than its hash', async () => {
      const key = keyOf();
      const honest = await actors.encrypt(key, [1], { measure: 'cost' });
      const { bytes } = honest;
      const hashed = (content: Uint8Array): ProvenFigure => ({ ...honest, bytes: content });
      const register = (ciphertext: ProvenFigure) =>
        actors.register(key.keyId, CITY, ciphertext, { measure: 'cost' });
      const other = await actors.encrypt(key, [2], { measure: 'cost' });
      await expect(register(hashed(other.bytes))).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      const transparent = Uint8Array.from(bytes).fill(0, bytes.length / 2);
      for (const bad of [bytes.subarray(1), transparent, await foreignCiphertext(actors)]) {
        await expect(
          register({ ...honest, bytes: bad, hash: sha256Hex(bad) }),
        ).rejects.toMatchObject({
          code: 'ERR_CIPHERTEXT_INVALID',
        });
      }
    });

    test('goes to a key that is active, for its purpose, in a range that the profile has', async () => {
      const key = keyOf();
      const ciphertext = await actors.encrypt(key, [1], { measure: 'cost' });
      const { keyId } = await actors.propose();
      const register = (to: string, one = ciphertext) =>
        actors.register(to, CITY, one, { measure: 'cost' });
      await expect(register(keyId)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const other = await actors.propose({ purpose: 'other' });
      await expect(register(other.keyId)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const bound = { ...ciphertext.bound, most: 2 ** 50 };
      await expect(register(key.keyId, { ...ciphertext, bound })).rejects.toMatchObject({
        code: 'ERR_VALUE_OUT_OF_RANGE',
      });
    });
  });

  describe('an evaluation', () => {
    test('is recorded with its lineage', async () => {
      const key = keyOf();
      const contributions = await contributeTwo(key);
      const { evaluation, bytes } = await actors.compute(SUM, contributions);
      const { bound, resultHash } = evaluation;
      const input = { bytes, hash: resultHash, bound };
      const inputs = [input, input];
      const doubled = await actors.engine.evaluate({ program: SUM, inputs });
      const name = { kind: 'evaluation' as const, id: evaluation.evaluationId };
      const second = await actors.record(SUM, [name, name], [bytes, bytes], {
        resultHash: doubled.hash,
      });
      expect(second.bound).toEqual({ ...doubled.bound });
      const request = { evaluationId: second.evaluationId };
      const lineage = await actors.evaluate(VALLEY, 'getLineage', request);
      expect(lineage.steps.map((one) => one.evaluationId)).toEqual([evaluation.evaluationId]);
      expect(lineage.ciphertexts).toMatchObject([
        { contributor: { mspId: 'CityHospitalMSP' } },
        { contributor: { mspId: 'ValleyHospitalMSP' } },
      ]);
      expect(leavesOf(lineage)?.map((one) => one.ciphertextHash)).toEqual(second.leaves);
    });

    test('has a lineage of so many evaluations, and is refused before anything is computed', async () => {
      const key = keyOf();
      const [first] = await contributeTwo(key, { least: 0, most: 1 });
      if (first === undefined) throw new Error('nobody contributed');
      const { bytes, hash } = first.ciphertext;
      const sum = await actors.engine.evaluate({ program: SUM, inputs: [first.ciphertext] });
      expect(sum.hash).toBe(hash);
      const next = (input: EvaluationInput, resultHash = hash) =>
        actors.record(SUM, [input], [bytes], { resultHash });
      let last = await next({ kind: 'ciphertext', id: hash });
      for (let depth = 1; depth < MAX_EVALUATIONS; depth += 1) {
        last = await next({ kind: 'evaluation', id: last.evaluationId });
      }
      const { evaluationId } = last;
      const { steps } = await actors.evaluate(VALLEY, 'getLineage', { evaluationId });
      expect(steps).toHaveLength(MAX_EVALUATIONS - 1);
      // A wrong result, which computing would have told.
      await expect(next({ kind: 'evaluation', id: evaluationId }, anyHash())).rejects.toMatchObject(
        { code: 'ERR_LINEAGE_TOO_LARGE' },
      );
    });

    test('is endorsed by nobody honest when the result is not the program’s', async () => {
      const contributions = await contributeTwo(keyOf());
      const single = contributions[0]?.ciphertext.hash ?? '';
      for (const resultHash of [single, anyHash()]) {
        await expect(actors.compute(SUM, contributions, { resultHash })).rejects.toMatchObject({
          code: 'ERR_RESULT_MISMATCH',
        });
      }
    });

    test('is nothing when two organisations endorse it and no third', async () => {
      const contributions = await contributeTwo(keyOf());
      const endorsers = ['InsurerMSP', 'RegulatorMSP'];
      await expect(actors.compute(SUM, contributions, { endorsers })).rejects.toMatchObject({
        code: 'ERR_ENDORSEMENT_POLICY',
      });
    });

    test('takes its inputs in their order, and none that stands for another', async () => {
      const [one, two] = await contributeTwo(keyOf());
      if (one === undefined || two === undefined) throw new Error('nobody contributed');
      const inputs = [one, two].map(({ ciphertext }) => ({
        kind: 'ciphertext' as const,
        id: ciphertext.hash,
      }));
      const swapped = [two.ciphertext.bytes, one.ciphertext.bytes];
      await expect(
        actors.record(SUM, inputs, swapped, { resultHash: anyHash() }),
      ).rejects.toMatchObject({ code: 'ERR_HASH_MISMATCH' });
      const unknown = [{ kind: 'ciphertext' as const, id: anyHash() }];
      await expect(
        actors.record(SUM, unknown, [one.ciphertext.bytes], { resultHash: anyHash() }),
      ).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
    });

    test('needs no inputs that its endorsers have met, and asks for others', async () => {
      const contributions = await contributeTwo(keyOf());
      const hashes = contributions.map(({ ciphertext }) => ciphertext);
      const { hash: resultHash } = await actors.engine.evaluate({ program: SUM, inputs: hashes });
      const names = hashes.map(({ hash }) => ({ kind: 'ciphertext' as const, id: hash }));
      const registered = await actors.record(SUM, names, [], { resultHash });
      expect(registered.resultHash).toBe(resultHash);

      const { evaluation, bytes } = await actors.compute(SUM, contributions);
      const again = [{ kind: 'evaluation' as const, id: evaluation.evaluationId }];
      const sumOfOne = (...sent: readonly Uint8Array[]) =>
        actors.record(SUM, again, sent, { resultHash });
      await expect(sumOfOne()).rejects.toMatchObject({ code: 'ERR_CIPHERTEXT_MISSING' });
      expect((await sumOfOne(bytes)).resultHash).toBe(resultHash);
      expect((await sumOfOne()).resultHash).toBe(resultHash);
    });

    test('mixes no ciphertexts of two keys', async () => {
      const [own] = await contributeTwo(keyOf());
      const [foreign] = await contributeTwo(await actors.makeKey());
      if (own === undefined || foreign === undefined) throw new Error('nobody contributed');
      await expect(actors.compute(SUM, [own, foreign])).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('ends before values could wrap around', async () => {
      const large = await contributeTwo(keyOf(), { least: 0, most: 2 ** 32 - 1 });
      const inputs = Array.from({ length: 32 }, () => large).flatMap((all) =>
        all.map(({ ciphertext }) => ciphertext),
      );
      const names = inputs.map(({ hash: id }) => ({ kind: 'ciphertext' as const, id }));
      const { bytes, hash } = await actors.engine.evaluate({ program: SUM, inputs });
      // Endorsers have met the inputs: two travel, for all.
      const sent = large.map(({ ciphertext }) => ciphertext.bytes);
      const { evaluationId } = await actors.record(SUM, names, sent, { resultHash: hash });
      const twice = [evaluationId, evaluationId].map((id) => ({ kind: 'evaluation' as const, id }));
      await expect(
        actors.record(SUM, twice, [bytes, bytes], { resultHash: anyHash() }),
      ).rejects.toMatchObject({ code: 'ERR_OVERFLOW' });
      await expect(
        actors.record(SUM, [...names, ...names.slice(0, 1)], [], { resultHash: anyHash() }),
      ).rejects.toMatchObject({ code: 'ERR_TOO_MANY_SUMMANDS' });
    });

    test('is by a program of this release', async () => {
      const contributions = await contributeTwo(keyOf());
      for (const program of [
        { name: 'difference.v1' },
        { name: 'weighted-sum.v1', weights: [1, 2] },
        { name: 'histogram.v1' },
        { name: 'mask.v1', slots: [0] },
      ]) {
        const names = contributions.map(({ ciphertext: { hash: id } }) => ({
          kind: 'ciphertext' as const,
          id,
        }));
        await expect(
          actors.record(program as Program, names, [], { resultHash: anyHash() }),
        ).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      }
    });

    test('is for those who contributed or hold the key, of what stands', async () => {
      const contributions = await contributeTwo(keyOf());
      await expect(
        actors.compute(SUM, contributions, { as: ['Pharma', 'manufacturer'] }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      const [first] = contributions;
      const request = {
        ciphertextHash: first?.ciphertext.hash ?? '',
        reason: 'ERRONEOUS' as const,
      };
      await expect(actors.submit(VALLEY, 'withdrawCiphertext', request)).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
      await actors.submit(CITY, 'withdrawCiphertext', request);
      await expect(actors.compute(SUM, contributions)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });
  });
}

/** A ciphertext that is right, under another parameter profile. */
async function foreignCiphertext({ world }: FiguresActors): Promise<Uint8Array> {
  await using engine = createEngine({ profile: 'bfv-8192-sum-v1' });
  const seed = new Uint8Array(32);
  const committee = { members: ['AMSP', 'BMSP', 'CMSP'], threshold: 2 };
  const keyId = world.uniqueId('key');
  const contributions: Uint8Array[] = [];
  for (const member of committee.members) {
    const { dealt } = await engine.dealKey({ keyId, seed, committee, member });
    contributions.push(...dealt.map(({ contribution }) => contribution.bytes));
  }
  const { bytes: publicKey } = await engine.combineKey({ seed, contributions });
  return (await engine.encrypt({ publicKey, values: [1] })).bytes;
}
