import { randomBytes } from 'node:crypto';
import type { BoundHashed, PartialOpening } from '@salus/compute';
import { hashOf, sha256Hex } from '@salus/protocol';
import type { Evaluation, EvaluationInput, Opening, Program } from '@salus/protocol/computation';
import { CommitteeActors, transientPartials, type Actor, type TestKey } from './committee.js';

/** Seven contributors of five organisations. */
export const CONTRIBUTORS: readonly Actor[] = [
  ['CityHospital', 'billing'],
  ['CityHospital', 'registrar'],
  ['ValleyHospital', 'billing'],
  ['ValleyHospital', 'registrar'],
  ['Insurer', 'adjuster'],
  ['Regulator', 'auditor'],
  ['Pharma', 'manufacturer'],
];
export const RECIPIENTS = ['CityHospitalMSP', 'ValleyHospitalMSP'];
export const CITY: Actor = ['CityHospital', 'billing'];

export interface Contribution {
  readonly actor: Actor;
  readonly ciphertext: BoundHashed;
}

/** A result, with the bytes that the ledger has the hash of. */
export interface Result {
  readonly evaluation: Evaluation;
  readonly bytes: Uint8Array;
}

/** Contributors of figures, and those who evaluate and open. */
export class FiguresActors extends CommitteeActors {
  async encrypt(
    key: Pick<TestKey, 'publicKey'>,
    values: readonly number[],
    range = { least: 0, most: 1_000_000 },
  ): Promise<BoundHashed> {
    return await this.engine.encrypt({ publicKey: key.publicKey, values, bound: range });
  }

  async register(
    keyId: string,
    actor: Actor,
    ciphertext: BoundHashed,
    terms: { measure: string; period?: string },
  ): Promise<Contribution> {
    const { bytes, hash, bound } = ciphertext;
    const { least, most } = bound;
    await this.submit(
      actor,
      'registerCiphertext',
      {
        keyId,
        ciphertextHash: hash,
        purpose: this.purpose,
        measure: terms.measure,
        period: terms.period ?? '2026-Q1',
        range: { least, most },
      },
      { transient: { ciphertext: bytes } },
    );
    return { actor, ciphertext };
  }

  /** Everybody contributes a value to a measure of its own. */
  async contribute(key: TestKey, actors = CONTRIBUTORS): Promise<Contribution[]> {
    const measure = this.world.uniqueId('measure');
    const contributions: Contribution[] = [];
    for (const [index, actor] of actors.entries()) {
      const ciphertext = await this.encrypt(key, [(index + 1) * 100]);
      contributions.push(await this.register(key.keyId, actor, ciphertext, { measure }));
    }
    return contributions;
  }

  async compute(
    program: Program,
    contributions: readonly Contribution[],
    options: { resultHash?: string; endorsers?: readonly string[]; as?: Actor } = {},
  ): Promise<Result> {
    const inputs = contributions.map(({ ciphertext }) => ciphertext);
    const { bytes, hash } = await this.engine.evaluate({ program, inputs });
    const evaluation = await this.record(
      program,
      inputs.map((input) => ({ kind: 'ciphertext', id: input.hash })),
      inputs.map((input) => input.bytes),
      { ...options, resultHash: options.resultHash ?? hash },
    );
    return { evaluation, bytes };
  }

  async record(
    program: Program,
    inputs: readonly EvaluationInput[],
    ciphertexts: readonly Uint8Array[],
    options: { resultHash: string; endorsers?: readonly string[]; as?: Actor },
  ): Promise<Evaluation> {
    const evaluationId = this.world.uniqueId('evaluation');
    const { resultHash, endorsers, as = CITY } = options;
    const request = {
      evaluationId,
      program: program as Evaluation['program'],
      inputs: [...inputs],
      resultHash,
    };
    const transient = Object.fromEntries(
      ciphertexts.map((bytes, index) => [`ciphertext.${index}`, bytes]),
    );
    return await this.submit(as, 'evaluate', request, {
      transient,
      ...(endorsers && { endorsers }),
    });
  }

  async requestOpening(
    evaluationId: string,
    options: { as?: Actor; recipients?: readonly string[] } = {},
  ): Promise<Opening> {
    const { as = CITY, recipients = RECIPIENTS } = options;
    const openingId = this.world.uniqueId('opening');
    const request = { openingId, evaluationId, recipients: [...recipients] };
    return await this.submit(as, 'requestOpening', request);
  }

  /** The recipients put on record what they found. */
  async recordOpening(
    openingId: string,
    result: Uint8Array,
    partials: readonly PartialOpening[],
    values: readonly number[],
    endorsers: readonly string[] = RECIPIENTS,
  ): Promise<Opening> {
    const salt = randomBytes(32).toString('hex');
    const openedHash = hashOf({ openingId, values, salt });
    const transient = { result, salt: Buffer.from(salt), ...transientPartials(partials) };
    return await this.submit(
      CITY,
      'recordOpening',
      { openingId, openedHash },
      { transient, endorsers },
    );
  }
}

/** Any hash. */
export const anyHash = (): string => sha256Hex(randomBytes(32));
