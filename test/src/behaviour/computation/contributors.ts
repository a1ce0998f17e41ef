import { randomBytes } from 'node:crypto';
import type { HashedBytes } from '@salus/client/computation';
import { freshBound, profileOf, type BoundHashed, type PartialOpening } from '@salus/compute';
import { hashOf, sha256Hex } from '@salus/protocol';
import type {
  Evaluation,
  EvaluationInput,
  Opening,
  Program,
  ValueRange,
} from '@salus/protocol/computation';
import {
  CommitteeActors,
  PROFILE,
  transientPartials,
  type Actor,
  type TestKey,
  type Transient,
} from './committee.js';

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
/** All organisations that contribute, in the order of the ledger. */
export const RECIPIENTS = [
  'CityHospitalMSP',
  'InsurerMSP',
  'PharmaMSP',
  'RegulatorMSP',
  'ValleyHospitalMSP',
];
export const CITY: Actor = ['CityHospital', 'billing'];

export const RANGE: ValueRange = { least: 0, most: 1_000_000 };

/** A ciphertext as its sender has it. */
export interface ProvenFigure extends BoundHashed {
  readonly proof: HashedBytes;
  readonly publicKey: Uint8Array;
}

/** Who means a ciphertext for what. */
export interface Meant {
  readonly actor?: Actor;
  readonly measure: string;
  readonly period?: string;
  readonly range?: ValueRange;
  readonly slots?: number;
}

export interface Contribution {
  readonly actor: Actor;
  readonly ciphertext: ProvenFigure;
}

/** A result, with the bytes that the ledger has the hash of. */
export interface Result {
  readonly evaluation: Evaluation;
  readonly bytes: Uint8Array;
}

/** Slots that the purpose uses where nothing else is said: recipients get no others. */
export const SLOTS = 8;

/** Contributors of figures, and those who evaluate and open. */
export class FiguresActors extends CommitteeActors {
  /** A ciphertext with its proof, of one actor and for one measure. */
  async encrypt(
    key: Pick<TestKey, 'keyId' | 'publicKey'>,
    values: readonly number[],
    { actor = CITY, range = RANGE, slots = SLOTS, ...terms }: Meant,
  ): Promise<ProvenFigure> {
    const about = this.#about({ range, slots, ...terms });
    const { ciphertexts, proofs } = await this.prove(actor, key, about, [values]);
    const [{ bytes, hash }, proof] = [ciphertexts[0], proofs[0]] as [HashedBytes, HashedBytes];
    const bound = freshBound(profileOf(PROFILE), range);
    return { bytes, hash, bound, proof, publicKey: key.publicKey };
  }

  async register(
    keyId: string,
    actor: Actor,
    ciphertext: ProvenFigure,
    terms: Omit<Meant, 'actor'> & { readonly epoch?: number },
  ): Promise<Contribution> {
    const { bytes, hash, bound, proof, publicKey } = ciphertext;
    const { least, most } = bound;
    const { epoch = 0, slots = SLOTS, ...meant } = terms;
    await this.submit(
      actor,
      'registerCiphertext',
      {
        keyId,
        ciphertextHash: hash,
        proofHash: proof.hash,
        epoch,
        ...this.#about({ ...meant, slots, range: { least, most } }),
      },
      { transient: { ciphertext: bytes, proof: proof.bytes, publicKey } },
    );
    return { actor, ciphertext };
  }

  #about({ measure, period = '2026-Q1', range = RANGE, slots = SLOTS }: Meant) {
    return { purpose: this.purpose, measure, period, range, slots };
  }

  /** Everybody contributes a value to a measure of its own. */
  async contribute(key: TestKey, actors = CONTRIBUTORS): Promise<Contribution[]> {
    const measure = this.world.uniqueId('measure');
    const contributions: Contribution[] = [];
    for (const [index, actor] of actors.entries()) {
      const ciphertext = await this.encrypt(key, [(index + 1) * 100], { actor, measure });
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
    const request = { evaluationId, recipients: [...recipients] };
    return await this.submit(as, 'requestOpening', request);
  }

  /** The recipients put on record what they found. */
  async recordOpening(
    openingId: string,
    result: Uint8Array,
    partials: readonly PartialOpening[],
    values: readonly number[],
    endorsers: readonly string[] = RECIPIENTS,
    proofs: Transient = {},
  ): Promise<Opening> {
    const salt = randomBytes(32).toString('hex');
    const openedHash = hashOf({ openingId, values, salt });
    const transient = {
      result,
      salt: Buffer.from(salt),
      ...transientPartials(partials),
      ...proofs,
    };
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
