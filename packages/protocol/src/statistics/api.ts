import { z } from 'zod';
import { eachOnce, identifier, mspId } from '../base/forms.js';
import type { Opening } from '../computation/api.js';

/**
 * Requests and responses of the contract `statistics`. Every transaction takes one JSON request. Binary
 * input travels as transient data under the names of the contract `computation`. closeStudy takes
 * `ciphertext.0`, … in the order of the cohort, contribute `ciphertext`, `proof` and `publicKey`,
 * recordResult `result`, `partial.s0`, … and `salt`.
 */

/** What keys, ciphertexts and openings of joint statistics are for. */
export const PURPOSE = 'joint-statistics';

/** Others' figures could be told from a mean of fewer institutions than this. */
export const MINIMUM_COHORT = 6;
/** As many of the greatest values as a profile adds up without wrapping. */
export const MAXIMUM_COHORT = 64;
/**
 * An organisation may run several institutions, and could pool what these contribute. Whoever pools faces at
 * least so many institutions of others. docs/statistics.md counts how many figures of others explain a result.
 */
export const MINIMUM_OF_OTHERS = 5;
/** As many organisations as the cohort's rule takes for one that pools, where the terms name no more. */
export const LEAST_COALITION = 1;
/**
 * So many times in a row an implausible study is done again. A liar chooses its lie so that the defect answers a
 * question about the others' sums; this many answers tell little.
 */
export const MAXIMUM_REPETITIONS = 3;
/** So many organisations recombine and publish at least: none reports alone. */
export const MINIMUM_OF_PUBLISHERS = 2;

const hex32 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
const integer = z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);

// Institutions

export const registerInstitutionRequest = z.strictObject({
  /** As the attribute `salus.institution` of its staff's certificates has it. */
  institution: identifier,
  name: z.string().min(1).max(200),
});
export type RegisterInstitutionRequest = z.infer<typeof registerInstitutionRequest>;

export const institutionRequest = z.strictObject({ mspId, institution: identifier });
export type InstitutionRequest = z.infer<typeof institutionRequest>;

/** An institution of a member organisation: who counts in a cohort. */
export interface Institution {
  readonly mspId: string;
  readonly institution: string;
  readonly name: string;
  readonly status: 'PENDING' | 'APPROVED';
  readonly registeredAt: string;
  /** The other organisation that vouches for it. */
  readonly approvedBy?: string;
  readonly approvedAt?: string;
}

// Studies

/** A year, a quarter or a month: `2026`, `2026-Q1`, `2026-03`. */
const period = z.string().regex(/^[0-9]{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$/, 'a year, quarter or month');

export const openStudyRequest = z.strictObject({
  studyId: identifier,
  /** A key of joint statistics; the contract adds its committee to the terms. */
  keyId: identifier,
  /** What is measured, e.g. `encounter-cost`. */
  measure: identifier,
  period,
  /** ISO 4217 or UCUM code; figures are whole numbers of 10^-decimals of it. */
  unit: z.strictObject({ code: z.string().min(1).max(32), decimals: z.int().min(0).max(6) }),
  /** The figures that are plausible, in whole numbers as contributed. */
  range: z.strictObject({ least: integer, most: integer }),
  kind: z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('mean-variance') }),
    /** Also opens how many figures lie in each bin: only those who agree to that contribute. */
    z.strictObject({ name: z.literal('histogram'), edges: z.array(integer).min(1).max(63) }),
  ]),
  minimumCohort: z.int().min(MINIMUM_COHORT).max(MAXIMUM_COHORT),
  /** Whoever pools faces so many institutions of others; by default {@link MINIMUM_OF_OTHERS}. */
  minimumOfOthers: z.int().min(MINIMUM_OF_OTHERS).max(MAXIMUM_COHORT).optional(),
  /** So many organisations may pool what they know; by default {@link LEAST_COALITION}. */
  coalition: z.int().min(LEAST_COALITION).max(MAXIMUM_COHORT).optional(),
  /**
   * Mean and standard deviation are published as multiples of it, in whole numbers as contributed. By
   * default the least that the range allows (docs/statistics.md).
   */
  step: z.int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  /**
   * Organisations that recombine the exact sums, and publish them rounded. They have no institution in the
   * study.
   */
  publishers: z
    .array(mspId)
    .min(MINIMUM_OF_PUBLISHERS)
    .max(8)
    .refine(eachOnce(), 'each organisation once'),
  /** The implausible study that this one does again, over the same figures. */
  repeats: identifier.optional(),
  /** Contributions end then; so they do when the opener closes the study. */
  deadline: z.iso.datetime(),
});
export type OpenStudyRequest = z.infer<typeof openStudyRequest>;

/** What institutions agree to: what the opener asked for, with every choice and the key's committee told. */
export interface StudyTerms extends OpenStudyRequest {
  readonly minimumOfOthers: number;
  readonly coalition: number;
  readonly step: number;
  /** Who holds the key: so many of these members open what is encrypted under it. */
  readonly committee: { readonly members: readonly string[]; readonly threshold: number };
  readonly publicKeyHash: string;
}

export const joinStudyRequest = z.strictObject({
  studyId: identifier,
  /** SHA-256 of the terms in canonical JSON: what the institution agrees to. */
  termsHash: hex32,
  /** What it will contribute, and nothing else: it has to be made before others' are shown. */
  ciphertextHash: hex32,
  /** Of the key, when the ciphertext was made and proven. */
  epoch: z.int().min(0).max(1_000_000),
});
export type JoinStudyRequest = z.infer<typeof joinStudyRequest>;

export const endJoiningRequest = z.strictObject({ studyId: identifier });
export type EndJoiningRequest = z.infer<typeof endJoiningRequest>;

export const contributeRequest = z.strictObject({
  studyId: identifier,
  ciphertextHash: hex32,
  /** SHA-256 of the proof of well-formed encryption, which the analyst made who joined. */
  proofHash: hex32,
});
export type ContributeRequest = z.infer<typeof contributeRequest>;

export const dropOutRequest = z.strictObject({
  studyId: identifier,
  reason: z.enum(['CONSENT_WITHDRAWN', 'CONTRIBUTOR_WITHDREW', 'ERRONEOUS']),
});
export type DropOutRequest = z.infer<typeof dropOutRequest>;

export const closeStudyRequest = z.strictObject({
  studyId: identifier,
  /** Of `statistics.v1` over the cohort in its order; every endorser evaluates and compares. */
  resultHash: hex32,
});
export type CloseStudyRequest = z.infer<typeof closeStudyRequest>;

export const openResultRequest = z.strictObject({ studyId: identifier });
export type OpenResultRequest = z.infer<typeof openResultRequest>;

export const recordResultRequest = z.strictObject({
  studyId: identifier,
  /** The opening that was recombined, of whichever epoch; left out, the one that was asked for last. */
  openingId: identifier.optional(),
});
export type RecordResultRequest = z.infer<typeof recordResultRequest>;

export const studyRequest = z.strictObject({ studyId: identifier });
export type StudyRequest = z.infer<typeof studyRequest>;

/** An institution that agreed to a study's terms, and what it has contributed. */
export interface Participant {
  readonly mspId: string;
  readonly institution: string;
  readonly joinedAt: string;
  /** SHA-256 of the ciphertext that it alone may contribute. */
  readonly committed: string;
  readonly contribution?: Contribution;
  /** When it left an implausible study, as its own figure was wrong. */
  readonly leftAt?: string;
}

export interface Contribution {
  readonly ciphertextHash: string;
  /** Of its proof. Absent before 0.2.0. */
  readonly proofHash?: string;
  /** SHA-256 of the contributing certificate's subject and issuer. */
  readonly by: string;
  readonly at: string;
}

/** A participant whose figure goes into the result. */
export interface CohortMember {
  readonly mspId: string;
  readonly institution: string;
  readonly ciphertextHash: string;
}

/**
 * JOINING takes hashes of contributions and shows none. CONTRIBUTING takes what was committed to, and
 * nobody joins. CLOSED has a result to open, and may lose contributors yet. FROZEN is opened to its publishers
 * and loses none, unless no member has answered when the first opening expires. It becomes PUBLISHED, rounded, or IMPLAUSIBLE.
 */
export type StudyStatus =
  'JOINING' | 'CONTRIBUTING' | 'CLOSED' | 'FROZEN' | 'PUBLISHED' | 'IMPLAUSIBLE';

export const DEFECTS = [
  /** No figures have these sums: the variance would be negative. */
  'SUMS_IMPOSSIBLE',
  /** The mean is outside the range that all agreed to. */
  'MEAN_OUT_OF_RANGE',
  /** Figures within the range can't vary so much. */
  'VARIANCE_TOO_GREAT',
  /** The bins don't count every contributor once, or contradict the mean. */
  'HISTOGRAM_INCONSISTENT',
  /** Something was contributed where nothing belongs. */
  'STRAY_VALUES',
] as const;
export type Defect = (typeof DEFECTS)[number];

export interface Study {
  readonly terms: StudyTerms;
  readonly termsHash: string;
  readonly openedBy: { readonly mspId: string; readonly institution: string };
  readonly openedAt: string;
  /** The implausible studies of the same figures before this one. */
  readonly repeated?: readonly string[];
  /** The study that does this implausible one again: the first one whose opening was permitted. */
  readonly repeatedBy?: string;
  readonly status: StudyStatus;
  readonly participants: readonly Participant[];
  /** Whose figures the latest evaluation adds up, in its order. */
  readonly cohort?: readonly CohortMember[];
  readonly evaluationId?: string;
  /** Opening of the result, in the latest epoch in which it was asked for. */
  readonly openingId?: string;
  /** Why the result was refused, where it was. */
  readonly defect?: Defect;
  readonly result?: StudyResult;
}

/** What is published. The exact sums are on no ledger. */
export interface StudyResult {
  readonly studyId: string;
  readonly openingId: string;
  readonly unit: StudyTerms['unit'];
  readonly count: number;
  /** What mean and standard deviation are rounded to, in the unit. */
  readonly step: number;
  /** In the unit. */
  readonly mean: number;
  /** Of the cohort as a whole, in the unit. */
  readonly standardDeviation: number;
  /** The square of the rounded standard deviation. */
  readonly variance: number;
  readonly histogram?: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

/** Which request each transaction takes and what it answers; `Opening` is that of `computation`. */
export interface StatisticsTransactions {
  registerInstitution: { request: RegisterInstitutionRequest; response: Institution };
  approveInstitution: { request: InstitutionRequest; response: Institution };
  openStudy: { request: OpenStudyRequest; response: Study };
  joinStudy: { request: JoinStudyRequest; response: Participant };
  endJoining: { request: EndJoiningRequest; response: Study };
  contribute: { request: ContributeRequest; response: Participant };
  dropOut: { request: DropOutRequest; response: Participant };
  closeStudy: { request: CloseStudyRequest; response: Study };
  requestOpening: { request: OpenResultRequest; response: Opening };
  recordResult: { request: RecordResultRequest; response: Study };
  getInstitution: { request: InstitutionRequest; response: Institution };
  getStudy: { request: StudyRequest; response: Study };
  getResult: { request: StudyRequest; response: StudyResult };
}
