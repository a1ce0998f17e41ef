import { randomBytes } from 'node:crypto';
import type { HashedBytes } from '@salus/client/computation';
import {
  freshBound,
  packHistogram,
  packStatistics,
  profileOf,
  type PartialOpening,
} from '@salus/compute';
import { hashOf, sha256Hex } from '@salus/protocol';
import type { Opening } from '@salus/protocol/computation';
import {
  aboutFigure,
  type OpenStudyRequest,
  type Participant,
  type StatisticsTransactions,
  type Study,
  type StudyResult,
  type StudyTerms,
} from '@salus/protocol/statistics';
import {
  CommitteeActors,
  ENDORSERS,
  officer,
  PROFILE,
  transientPartials,
  type Actor,
  type TestKey,
  type Transient,
} from '../computation/committee.js';

export const CITY: readonly Actor[] = ['central', 'north', 'south'].map((name) => [
  'CityHospital',
  `analyst-${name}`,
]);
export const VALLEY: readonly Actor[] = ['central', 'east', 'west'].map((name) => [
  'ValleyHospital',
  `analyst-${name}`,
]);
export const PHARMA: readonly Actor[] = ['east', 'west'].map((name) => [
  'Pharma',
  `analyst-${name}`,
]);
/** Eight institutions of three organisations: each organisation faces five of others or more. */
export const ANALYSTS: readonly Actor[] = [...CITY, ...VALLEY, ...PHARMA];
/** A ninth institution, which takes part where a test says so. */
export const NINTH: Actor = ['Pharma', 'analyst-central'];
export const OPENER = CITY[0] as Actor;
export const OUTSIDER: Actor = ['Insurer', 'adjuster'];
/** Those who learn the exact sums: none of their institutions contributes. */
export const PUBLISHERS = ['InsurerMSP', 'RegulatorMSP'];
export const PUBLISHER: Actor = officer('RegulatorMSP');
/** Mean 500.00, standard deviation 187.08. */
export const FIGURES: readonly number[] = [200, 300, 500, 500, 700, 800, 400, 600].map(
  (dollars) => dollars * 100,
);

type Name = keyof StatisticsTransactions;
type Request<N extends Name> = StatisticsTransactions[N]['request'];
type Response<N extends Name> = StatisticsTransactions[N]['response'];

/** A ciphertext of one institution with its proof, as its own process has it. */
export interface Figure extends HashedBytes {
  readonly proof: HashedBytes;
  readonly publicKey: Uint8Array;
}

export interface ClosedStudy {
  readonly study: Study;
  readonly result: Uint8Array;
}

/** Analysts of eight institutions, and what they do in the ordinary run of things. */
export class StudyActors {
  readonly committee: CommitteeActors;

  constructor(committee: CommitteeActors) {
    this.committee = committee;
  }

  get world() {
    return this.committee.world;
  }

  async submit<N extends Name>(
    as: Actor,
    transaction: N,
    request: Request<N>,
    options: { transient?: Transient; endorsers?: readonly string[] } = {},
  ): Promise<Response<N>> {
    const { result } = await this.world.client(...as).submit('statistics', transaction, {
      args: [JSON.stringify(request)],
      endorsingOrganizations: [...(options.endorsers ?? ENDORSERS)],
      ...(options.transient && { transient: { ...options.transient } }),
    });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  async evaluate<N extends Name>(as: Actor, transaction: N, request: Request<N>) {
    const args = [JSON.stringify(request)];
    const result = await this.world.client(...as).evaluate('statistics', transaction, { args });
    return JSON.parse(result.toString('utf8')) as Response<N>;
  }

  /** Each organisation's officer registers its institutions, another one's approves them. */
  async registerInstitutions(): Promise<void> {
    for (const [own, other, analysts] of [
      ['CityHospitalMSP', 'ValleyHospitalMSP', CITY],
      ['ValleyHospitalMSP', 'CityHospitalMSP', VALLEY],
      ['PharmaMSP', 'CityHospitalMSP', [...PHARMA, NINTH]],
    ] as const) {
      for (const institution of analysts.map(institutionOf)) {
        await this.#unlessThere(() =>
          this.submit(officer(own), 'registerInstitution', { institution, name: institution }),
        );
        await this.#unlessThere(() =>
          this.submit(officer(other), 'approveInstitution', { mspId: own, institution }),
        );
      }
    }
  }

  async openStudy(
    { keyId }: Pick<TestKey, 'keyId'>,
    change: Partial<OpenStudyRequest> = {},
    as: Actor = OPENER,
  ): Promise<Study> {
    return await this.submit(as, 'openStudy', {
      studyId: this.world.uniqueId('study'),
      keyId,
      measure: this.world.uniqueId('cost'),
      period: '2026-Q1',
      unit: { code: 'USD', decimals: 2 },
      range: { least: 0, most: 10_000_00 },
      kind: { name: 'mean-variance' },
      minimumCohort: 6,
      publishers: [...PUBLISHERS],
      deadline: '2099-01-01T00:00:00Z',
      ...change,
    });
  }

  /** Commits to a figure. */
  async join(
    as: Actor,
    { terms, termsHash }: Study,
    { hash }: Pick<Figure, 'hash'>,
  ): Promise<Participant> {
    const request = { studyId: terms.studyId, termsHash, ciphertextHash: hash, epoch: 0 };
    return await this.submit(as, 'joinStudy', request);
  }

  /** The institutions that have not joined do so, so that a cohort has; they contribute nothing. */
  async joinOthers(study: Study): Promise<void> {
    const { participants } = await this.evaluate(OPENER, 'getStudy', {
      studyId: study.terms.studyId,
    });
    const joined = participants.map(({ institution }) => institution);
    for (const as of ANALYSTS.filter((one) => !joined.includes(institutionOf(one)))) {
      await this.join(as, study, { hash: sha256Hex(randomBytes(32)) });
    }
  }

  async endJoining({ terms: { studyId } }: Study, as: Actor = OPENER): Promise<Study> {
    return await this.submit(as, 'endJoining', { studyId });
  }

  /** The slots of a figure, encrypted by an analyst and proven for one study. */
  async encrypt(
    as: Actor,
    key: Pick<TestKey, 'keyId' | 'publicKey'>,
    { terms }: Pick<Study, 'terms'>,
    values: readonly number[],
  ): Promise<Figure> {
    const about = aboutFigure(terms, profileOf(PROFILE));
    const { ciphertexts, proofs } = await this.committee.prove(as, key, about, [values]);
    const [figure, proof] = [ciphertexts[0], proofs[0]] as [HashedBytes, HashedBytes];
    return { ...figure, proof, publicKey: key.publicKey };
  }

  async contribute(as: Actor, { terms }: Study, figure: Figure): Promise<Participant> {
    const { bytes, hash, proof, publicKey } = figure;
    const request = { studyId: terms.studyId, ciphertextHash: hash, proofHash: proof.hash };
    const transient = { ciphertext: bytes, proof: proof.bytes, publicKey };
    return await this.submit(as, 'contribute', request, { transient });
  }

  /** Analysts join and contribute a figure each. */
  async fill(
    key: TestKey,
    study: Study,
    figures: readonly number[] = FIGURES,
    analysts: readonly Actor[] = ANALYSTS,
  ): Promise<Map<string, Figure>> {
    const vectors = figures.map((value) => packed(study.terms, value));
    return await this.fillWith(
      study,
      await this.encryptAll(key, study, vectors, analysts),
      analysts,
    );
  }

  /** A ciphertext of each analyst, in their order. */
  async encryptAll(
    key: TestKey,
    study: Study,
    vectors: readonly (readonly number[])[],
    analysts: readonly Actor[] = ANALYSTS,
  ): Promise<Figure[]> {
    const each = vectors.map((slots, index) =>
      this.encrypt(analysts[index] ?? OPENER, key, study, slots),
    );
    return await Promise.all(each);
  }

  /** Analysts join and contribute a ciphertext each. */
  async fillWith(
    study: Study,
    figures: readonly Figure[],
    analysts: readonly Actor[] = ANALYSTS,
  ): Promise<Map<string, Figure>> {
    const each = figures.map((figure, index) => [analysts[index] as Actor, figure] as const);
    for (const [as, figure] of each) await this.join(as, study, figure);
    await this.joinOthers(study);
    await this.endJoining(study);
    for (const [as, figure] of each) await this.contribute(as, study, figure);
    return new Map(figures.map((figure) => [figure.hash, figure]));
  }

  /** Closes a study over all that stand. */
  async close(
    { terms: { studyId } }: Study,
    figures: ReadonlyMap<string, Figure>,
    options: { as?: Actor; resultHash?: string; endorsers?: readonly string[] } = {},
  ): Promise<ClosedStudy> {
    const { participants } = await this.evaluate(OPENER, 'getStudy', { studyId });
    const inputs = participants.flatMap(({ contribution }) => {
      const figure = figures.get(contribution?.ciphertextHash ?? '');
      return figure === undefined ? [] : [figure.bytes];
    });
    const profile = profileOf(PROFILE);
    const bound = freshBound(profile, { least: 0, most: profile.maxValue });
    const { bytes, hash } = await this.committee.engine.evaluate({
      program: { name: 'statistics.v1' },
      inputs: inputs.map((one) => ({ bytes: one, bound })),
    });
    const { as = OPENER, resultHash = hash, endorsers } = options;
    const transient = Object.fromEntries(inputs.map((one, at) => [`ciphertext.${at}`, one]));
    const study = await this.submit(
      as,
      'closeStudy',
      { studyId, resultHash },
      { transient, ...(endorsers && { endorsers }) },
    );
    return { study, result: bytes };
  }

  async requestOpening({ terms }: Study, as: Actor = OPENER): Promise<Opening> {
    return await this.submit(as, 'requestOpening', { studyId: terms.studyId });
  }

  /** The committee answers. @returns what recipients got of it */
  async answer(key: TestKey, openingId: string, result: Uint8Array): Promise<PartialOpening[]> {
    const { shownSlots } = await this.committee.evaluate(PUBLISHER, 'getOpening', { openingId });
    const partials = await this.committee.partialsOf(key.members, result, shownSlots);
    await this.committee.submitPartials(openingId, 0, partials);
    return [...partials.values()].flat();
  }

  async record(
    { terms: { studyId } }: Study,
    result: Uint8Array,
    partials: readonly PartialOpening[],
    options: { as?: Actor; endorsers?: readonly string[]; openingId?: string } = {},
  ): Promise<Study> {
    const salt = Buffer.from(randomBytes(32).toString('hex'));
    const transient = { result, salt, ...transientPartials(partials) };
    const { as = PUBLISHER, endorsers = PUBLISHERS, openingId } = options;
    const request = { studyId, ...(openingId !== undefined && { openingId }) };
    return await this.submit(as, 'recordResult', request, { transient, endorsers });
  }

  /** From closing to the result, everybody honest. */
  async publish(
    key: TestKey,
    study: Study,
    figures: ReadonlyMap<string, Figure>,
  ): Promise<{ readonly study: Study; readonly opening: Opening }> {
    const closed = await this.close(study, figures);
    const opening = await this.requestOpening(study);
    const partials = await this.answer(key, opening.openingId, closed.result);
    return { study: await this.record(study, closed.result, partials), opening };
  }

  async resultOf(as: Actor, { terms: { studyId } }: Study): Promise<StudyResult> {
    return await this.evaluate(as, 'getResult', { studyId });
  }

  /** A network outlives a run: its institutions are there already. */
  async #unlessThere(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== 'ERR_ALREADY_EXISTS' && code !== 'ERR_CONFLICT') throw error;
    }
  }
}

/** As the topology has it, e.g. `city-north`. */
export function institutionOf([organisation, user]: Actor): string {
  return user.replace('analyst', organisation.replace('Hospital', '').toLowerCase());
}

/** The slots of a figure: x, x² in two limbs, and its bin where the study has bins. */
export function packed({ kind }: StudyTerms, value: number): number[] {
  const slots = packStatistics(profileOf(PROFILE), [value]);
  return kind.name === 'histogram' ? [...slots, ...packHistogram(kind.edges, value)] : slots;
}

/** Changes one slot. */
export function tampered(slots: readonly number[], slot: number, by: number): number[] {
  return slots.with(slot, (slots[slot] ?? 0) + by);
}

/** What the terms of a study are agreed to by. */
export const termsHashOf = (terms: StudyTerms): string => hashOf(terms);
