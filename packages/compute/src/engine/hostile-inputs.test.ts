import {
  hostileInputs,
  oneOfEachKind,
  type HostileInput,
} from '@salus/testing/hostile-inputs/hostile-inputs';
import { judged } from '@salus/testing/hostile-inputs/judge';
import {
  contributionsOf,
  keyOf,
  makeMaterial,
  type Material,
} from '@salus/testing/hostile-inputs/material';
import { SeededRandom } from '@salus/testing/hostile-inputs/seeded-random';
import { power } from '../bfv/integers.js';
import { profileOf } from '../bfv/profiles.js';
import { Ring } from '../short-proof/ring.js';
import { derivedTernary } from '../threshold/ternary.js';
import { createEngine } from './engine.js';
import type { Engine } from './types.js';

const SAMPLE = 200;

/** `npm run bench -- hostile-inputs` draws 10,000 and watches memory; these are a sample. */
describe('hostile inputs of each operation', () => {
  let engine: Engine;
  let material: Material;
  beforeAll(async () => {
    engine = createEngine({ workers: 2 });
    material = await makeMaterial(engine);
  });
  afterAll(async () => {
    await engine.close();
  });

  test('get a refusal with a code of the operation, or a right result', async () => {
    const inputs = hostileInputs(material, new SeededRandom('sample'));
    const answers = new Map<string, number>();
    const targets = new Set<string>();
    for (let count = 0; count < SAMPLE; count += 1) {
      const input = inputs.next().value as HostileInput;
      const answer = await judged(engine, input);
      targets.add(input.target);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    expect(targets.size).toBeGreaterThan(10);
    expect(answers.get('RIGHT')).toBeGreaterThan(SAMPLE / 4);
    expect(answers.get('ERR_CIPHERTEXT_INVALID')).toBeGreaterThan(SAMPLE / 10);
  });

  test('are refused as what they are where no bytes are sent, for every argument', async () => {
    const inputs = [...oneOfEachKind(material, new SeededRandom('no bytes'), 'not bytes')];
    expect(inputs.length).toBeGreaterThan(10);
    for (const input of inputs) expect(await judged(engine, input)).toMatch(/^ERR_/);
  });

  test('tell of a wrong contribution under whichever modulus, before a proof is made', async () => {
    const { committee, contribution, dealt, result, contextHash } = material;
    const key = keyOf(committee);
    for (const [row] of profileOf(engine.profile).coefficientModuli.slice(0, -1).entries()) {
      const words = new BigUint64Array(contribution.bytes.slice().buffer);
      const at = row * contribution.degree;
      words[at] = words[at] === 0n ? 1n : 0n;
      const contributions = contributionsOf(dealt, key.shares).with(
        0,
        new Uint8Array(words.buffer),
      );
      const about = { ciphertext: result.bytes, key, epoch: 0, seed: committee.seed };
      const request = { ...about, contributions };
      await expect(
        engine.openProven({ slots: 8192, ...request, contextHash }),
      ).rejects.toMatchObject({
        code: 'ERR_SHARE_INVALID',
      });
    }
  });

  test('make no proof for a context that is no hash', async () => {
    const { committee, proven } = material;
    const { publicKey } = committee;
    const ciphertexts = proven.ciphertexts.map(({ bytes }) => bytes);
    const vectors = [{ values: [1] }];
    for (const contextHash of ['', 'ab', `${'0'.repeat(62)}xx`, undefined as unknown as string]) {
      for (const asked of [
        () => engine.encryptProven({ publicKey, vectors, contextHash }),
        () =>
          engine.verifyProven({
            ...{ publicKey, ciphertexts, contextHash },
            proof: proven.proof.bytes,
          }),
      ]) {
        await expect(asked()).rejects.toMatchObject({
          code: 'ERR_PROOF_INVALID',
          argument: 'contextHash',
        });
      }
    }
  });

  test.each(['data', 'special'] as const)(
    'with a common polynomial made for the %s part of the trial never reach SEAL',
    async (part) => {
      const { committee, label } = material;
      const profile = profileOf(engine.profile);
      const { degree } = profile;
      const publicKey = Uint8Array.from(committee.publicKey);
      const a = new BigUint64Array(profile.coefficientModuli.length * degree);
      a.fill(1n);
      const moduli = profile.coefficientModuli.slice(0, -1);
      const ring = new Ring(profile, moduli);
      const transformed = (name: string) => {
        const text = JSON.stringify(['salus trial v2', profile.name, part, name, label]);
        const small = [...derivedTernary(text, degree)];
        const residues = moduli.flatMap((p) =>
          small.map((one) => (one < 0 ? p - 1n : BigInt(one))),
        );
        const polynomial = ring.allocate();
        ring.put(polynomial, BigUint64Array.from(residues));
        ring.forward(polynomial);
        return ring.get(polynomial);
      };
      const [u, e] = [transformed('u'), transformed('e')];
      // a·u + e is zero: the trial's second polynomial, under which the secret would stand.
      u.forEach((residue, at) => {
        const p = moduli[Math.floor(at / degree)] as bigint;
        a[at] = ((p - (e[at] as bigint)) * power(residue, p - 2n, p)) % p;
      });
      publicKey.set(new Uint8Array(a.buffer), publicKey.length - a.byteLength);
      await expect(engine.trialCiphertext({ publicKey, label })).rejects.toMatchObject({
        code: 'ERR_PUBLIC_KEY_INVALID',
        message: 'the trial under the key is transparent',
      });
    },
  );

  test('are the same for the same seed', () => {
    const drawn = (seed: string) => {
      const inputs = hostileInputs(material, new SeededRandom(seed));
      return Array.from({ length: 20 }, () => {
        const { target, kind } = inputs.next().value as { target: string; kind: string };
        return `${target}, ${kind}`;
      });
    };
    expect(drawn('one')).toEqual(drawn('one'));
    expect(drawn('one')).not.toEqual(drawn('another'));
  });
});
