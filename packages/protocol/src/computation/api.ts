import { z } from 'zod';
import { eachOnce, identifier, mspId } from '../base/forms.js';
import { DAY_MS } from '../base/time.js';
import type { Bound, ProgramName } from './programs.js';

/**
 * Requests and responses of the contract `computation`, which a chaincode exports beside its own.
 * Every transaction takes one JSON request. Binary input travels as transient data under the names in
 * {@link TRANSIENT}, with a suffix where there are several.
 */

export const TRANSIENT = {
  /**
   * revealContribution: `contribution.s0`, … of the caller's shares; finaliseKey, and complain that its trial
   * failed: of all shares; complain of a package: of its share; recordOpening: of those that a proof covers.
   */
  contribution: 'contribution',
  /** registerCiphertext, finaliseReshare, and complain that its trial failed: the collective public key. */
  publicKey: 'publicKey',
  /**
   * finaliseKey, finaliseReshare and complain that the trial failed (of the trial), recordOpening,
   * reportNoise: `partial.s0`, … of all shares. recordOpening also: `partial.<MSP ID>.s0`, … where a member whose proof is
   * shown posted another hash for a share than that of `partial.s0`.
   */
  partial: 'partial',
  /**
   * registerCiphertext: `ciphertext`; evaluate: `ciphertext.0`, … in the order of the inputs. An input
   * that the endorsers have met lately may be left out; ERR_CIPHERTEXT_MISSING asks for it.
   */
  ciphertext: 'ciphertext',
  /**
   * registerCiphertext: the proof that was made with the ciphertext. recordOpening: `proof.<MSP ID>` of each
   * member whose partial openings are proven, where not every share is confirmed.
   */
  proof: 'proof',
  /** recordOpening, reportNoise: the ciphertext that is opened. */
  result: 'result',
  /** recordOpening: 64 hex digits, random; salts the hash of what was opened. */
  salt: 'salt',
  /** complain of a package: the dealer's letter as it came, a {@link ShownLetter} in JSON. */
  letter: 'letter',
  /** complain of a package: the private key that the letter was sealed to, in base64url. */
  receivingKey: 'receivingKey',
} as const;

const hex32 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
const shareId = z.string().regex(/^s(0|[1-9][0-9]?)$/, 'a share ID');
const epoch = z.int().min(0).max(1_000_000);
const integer = z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const time = z.iso.datetime();

/** A hash for each of some shares. */
const hashesByShare = z
  .array(z.strictObject({ shareId, hash: hex32 }))
  .min(1)
  .max(35)
  .refine(eachOnce('shareId'), 'each share once');
export interface ShareHash {
  readonly shareId: string;
  readonly hash: string;
}

const members = z.array(mspId).min(2).max(7).refine(eachOnce(), 'distinct organisations');
const threshold = z.int().min(2).max(7);

// Keys: proposal, ceremony, resharing, end

export const proposeKeyRequest = z.strictObject({
  keyId: identifier,
  /** Parameter profile; see docs/compute.md. */
  profile: z.string().min(1).max(64),
  /** In the order that numbers them. */
  members,
  /** So many members open; fewer see nothing. */
  threshold,
  /** Public: every party expands the common polynomial `a` from it. */
  aSeed: hex32,
  /** What is computed under the key; ciphertexts of another purpose never meet these. */
  purpose: identifier,
  /** The period in which ciphertexts are registered under the key. */
  validFrom: time,
  validTo: time,
  /** Slots that may be opened before the key has to be replaced; at most the profile's budget. */
  slotBudget: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
});
export type ProposeKeyRequest = z.infer<typeof proposeKeyRequest>;

/** `commitmentOf` the contributions of all shares that the caller deals. */
export const commitContributionRequest = z.strictObject({ keyId: identifier, commitment: hex32 });
export type CommitContributionRequest = z.infer<typeof commitContributionRequest>;

export const revealContributionRequest = z.strictObject({ keyId: identifier });
export type RevealContributionRequest = z.infer<typeof revealContributionRequest>;

/** What the caller computed from the packages of all shares that it is to hold. */
export const confirmSharesRequest = z.strictObject({
  keyId: identifier,
  epoch,
  fingerprints: hashesByShare,
  /** In a resharing of a key with proofs, the hashes of the new shares' contributions. */
  contributions: hashesByShare.optional(),
});
export type ConfirmSharesRequest = z.infer<typeof confirmSharesRequest>;

/** Hashes of the caller's partial openings of the trial ciphertext. */
export const proveSharesRequest = z.strictObject({
  keyId: identifier,
  epoch,
  partials: hashesByShare,
});
export type ProveSharesRequest = z.infer<typeof proveSharesRequest>;

export const COMPLAINTS = [
  /** Nothing came that could be read, or shown. Nobody can tell why. */
  'SHARE_MISSING',
  /**
   * What came is wrong. In the ceremony of a new key the complaint shows it, and every endorser checks it. In a
   * resharing it is one word against another.
   */
  'SHARE_INVALID',
  /** Holders of one share posted different hashes, and none of them stands. */
  'SHARE_DISPUTED',
  /** The partial openings of the trial do not open it. Every endorser checks that. */
  'TRIAL_FAILED',
] as const;

export const complainRequest = z.strictObject({
  keyId: identifier,
  epoch,
  reason: z.enum(COMPLAINTS),
  /** The share that cannot be taken, or of which the new holders posted different hashes. */
  shareId: shareId.optional(),
  /** In a resharing the old share whose part did not come, or whose old holders posted different hashes. */
  from: shareId.optional(),
});
export type ComplainRequest = z.infer<typeof complainRequest>;

export const finaliseKeyRequest = z.strictObject({ keyId: identifier });
export type FinaliseKeyRequest = z.infer<typeof finaliseKeyRequest>;

export const proposeReshareRequest = z.strictObject({
  keyId: identifier,
  /** One more than that of the key's latest ceremony, a failed one included. */
  epoch: epoch.min(1),
  members,
  threshold,
});
export type ProposeReshareRequest = z.infer<typeof proposeReshareRequest>;

/** `reshareHash` of every old share that the caller holds. */
export const dealReshareRequest = z.strictObject({
  keyId: identifier,
  epoch,
  hashes: hashesByShare,
});
export type DealReshareRequest = z.infer<typeof dealReshareRequest>;

export const finaliseReshareRequest = z.strictObject({ keyId: identifier, epoch });
export type FinaliseReshareRequest = z.infer<typeof finaliseReshareRequest>;

export const retireKeyRequest = z.strictObject({
  keyId: identifier,
  /** The key that replaces it, where there is one; named if all who ask name it. */
  successor: identifier.optional(),
});
export type RetireKeyRequest = z.infer<typeof retireKeyRequest>;

/**
 * A new key goes through COMMITTING, REVEALING, CONFIRMING and PROVING, a resharing through DEALING,
 * CONFIRMING and PROVING; READY waits for its finalise transaction.
 */
export type CeremonyPhase =
  'COMMITTING' | 'REVEALING' | 'DEALING' | 'CONFIRMING' | 'PROVING' | 'READY' | 'DONE' | 'FAILED';

export interface CeremonyMember {
  readonly mspId: string;
  readonly commitment?: string;
  /**
   * SHA-256 of the public key (SPKI) of the officer who revealed the contributions. What is signed with it counts as
   * the member's. Not of ceremonies that began under an earlier release.
   */
  readonly signer?: string;
  /** Hashes of the contributions that the member dealt, or in a resharing of those of its new shares. */
  readonly contributions?: readonly ShareHash[];
  /** What the member posted of a resharing, by old share. */
  readonly dealt?: readonly ShareHash[];
  readonly fingerprints?: readonly ShareHash[];
  /** Hashes of the partial openings of the trial. */
  readonly trial?: readonly ShareHash[];
}

export interface Complaint {
  readonly by: string;
  readonly reason: (typeof COMPLAINTS)[number];
  readonly shareId?: string | undefined;
  readonly from?: string | undefined;
  /**
   * Who is complained of. SHARE_MISSING, SHARE_INVALID: the dealer, or the old holders whose hash stands. That is one
   * word against another, unless it is `shown`. SHARE_DISPUTED: those whom a majority contradicts, or else all who posted. TRIAL_FAILED: nobody.
   */
  readonly against: readonly string[];
  /** Every endorser has seen that what the dealer sealed is wrong. */
  readonly shown?: true | undefined;
  readonly at: string;
}

/** A dealer's letter that a complaint shows: what was signed, and the signature. */
export const shownLetter = z.strictObject({
  /** Base64. */
  body: z.string(),
  /** A compact JWS with the sender's certificate. */
  token: z.string().max(16_384),
});
export type ShownLetter = z.infer<typeof shownLetter>;

export interface Ceremony {
  readonly kind: 'GENERATE' | 'RESHARE';
  readonly epoch: number;
  readonly phase: CeremonyPhase;
  /** The committee that the key is made for. */
  readonly committee: CommitteeTerms;
  /** Of the committee, in its order; at a resharing also those that only give up shares. */
  readonly members: readonly CeremonyMember[];
  /** At a resharing the old members that dealt another hash than the one that stands. */
  readonly dissenting?: readonly string[];
  /** What the trial ciphertext is derived from, from PROVING on. */
  readonly trialLabel?: string;
  readonly complaint?: Complaint;
  readonly proposedBy: string;
  readonly proposedAt: string;
}

export interface CommitteeTerms {
  readonly members: readonly string[];
  readonly threshold: number;
}

/** The same members in the same order, with the same threshold. */
export function isSameCommittee(one: CommitteeTerms, other: CommitteeTerms): boolean {
  const { members, threshold } = other;
  return one.threshold === threshold && one.members.join(' ') === members.join(' ');
}

/** A member's wish to have the key reshared; see proposeReshare. */
export interface ReshareWish extends CommitteeTerms {
  readonly by: string;
  /** Not of wishes that 0.1.0 wrote. */
  readonly at?: string;
}

/** A ceremony that has not ended so long after its proposal has failed. */
export const CEREMONY_LIFETIME_MS = 7 * DAY_MS;

/** Why a key ended that its members did not retire. */
export interface KeyEnd {
  readonly reason: 'NOISE_EXCEEDED';
  /** The opening whose noise exceeded the bound. */
  readonly openingId: string;
}

export type KeyStatus = 'PENDING' | 'ACTIVE' | 'FAILED' | 'RETIRED';

export interface CollectiveKey {
  readonly keyId: string;
  readonly profile: string;
  readonly aSeed: string;
  readonly purpose: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly slotBudget: number;
  readonly openedSlots: number;
  readonly status: KeyStatus;
  /** Whose shares count, from the first ceremony's end on. */
  readonly epoch: number;
  readonly committee: CommitteeTerms;
  /** SHA-256 of the collective public key's bytes, once ACTIVE. */
  readonly publicKeyHash?: string;
  /** Hashes of the contributions of all shares, once ACTIVE: partial openings are proven against them. */
  readonly contributions?: readonly ShareHash[];
  readonly activatedAt?: string;
  /** What members ask for that too few ask for yet. */
  readonly wishes?: readonly ReshareWish[];
  /** When one member alone last began new shares for the same committee. */
  readonly refreshedAt?: string;
  /** Members that ask for the key's end. */
  readonly retirement?: readonly string[];
  readonly successor?: string;
  readonly retiredAt?: string;
  /** Absent where its members retired it. */
  readonly endedBy?: KeyEnd;
  /** The latest ceremony, running or over. */
  readonly ceremony: Ceremony;
}

/** What a step of a ceremony answers; the whole is told by getKey. */
export interface CeremonyStep {
  readonly keyId: string;
  readonly epoch: number;
  readonly mspId: string;
}

// Ciphertexts

export const registerCiphertextRequest = z.strictObject({
  keyId: identifier,
  /** SHA-256 of the uncompressed ciphertext; its identifier from here on. */
  ciphertextHash: hex32,
  purpose: identifier,
  /** What was measured, e.g. `encounter-cost`. */
  measure: identifier,
  /** When, e.g. `2026-Q1`; a contributor's measure of a period enters one opening ever. */
  period: identifier,
  /** The range that the contributor keeps to in every slot. */
  range: z.strictObject({ least: integer, most: integer }),
  /** What the ciphertext belongs to, e.g. a claim, where its purpose knows such. */
  subject: identifier.optional(),
  /** Slots that the contributor uses, from the first on. Recipients of a result get no more of them. */
  slots: z.int().min(1).max(8192),
  /** Of the key, when the ciphertext was made. */
  epoch,
  /** SHA-256 of the proof of well-formed encryption; it is bound to all of this (docs/compute-proofs.md). */
  proofHash: hex32,
  /** Identifier of the consent that the figures rest on, where they rest on one. */
  consentReference: identifier.optional(),
});
export type RegisterCiphertextRequest = z.infer<typeof registerCiphertextRequest>;

export const withdrawCiphertextRequest = z.strictObject({
  ciphertextHash: hex32,
  reason: z.enum(['CONSENT_WITHDRAWN', 'CONTRIBUTOR_WITHDREW', 'ERRONEOUS']),
});
export type WithdrawCiphertextRequest = z.infer<typeof withdrawCiphertextRequest>;

/** A proof of well-formed encryption, and what it covers. */
export interface CiphertextProof {
  /** SHA-256 of the proof. */
  readonly hash: string;
  /** Hashes of all ciphertexts that it covers, in its order. */
  readonly ciphertexts: readonly string[];
  /** Of the key, when it was made. */
  readonly epoch: number;
  /** Slots that its sender uses, from the first on. */
  readonly slots: number;
}

export interface Contributor {
  readonly mspId: string;
  /** SHA-256 of the certificate's subject and issuer. */
  readonly id: string;
}

export interface RegisteredCiphertext {
  readonly ciphertextHash: string;
  readonly keyId: string;
  readonly purpose: string;
  readonly measure: string;
  readonly period: string;
  readonly bound: Bound;
  /** Who made it, and proved so. */
  readonly contributor: Contributor;
  /** The claim or study that it belongs to, where the purpose knows such. */
  readonly subject?: string;
  /** Absent where a release before 0.2.0 registered it. */
  readonly proof?: CiphertextProof;
  readonly consentReference?: string;
  readonly registeredAt: string;
  readonly transactionId: string;
  readonly withdrawn?: {
    readonly reason: WithdrawCiphertextRequest['reason'];
    readonly at: string;
  };
}

// Evaluations

/** Identifiers that begin with another contract's purpose and a colon are that contract's. */
const evaluationId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'an identifier of an evaluation');

export const program = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sum.v1') }),
  z.strictObject({ name: z.literal('statistics.v1') }),
]);

export const evaluationInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ciphertext'), id: hex32 }),
  z.strictObject({ kind: z.literal('evaluation'), id: evaluationId }),
]);
export type EvaluationInput = z.infer<typeof evaluationInput>;

export const evaluateRequest = z.strictObject({
  evaluationId,
  program,
  inputs: z.array(evaluationInput).min(1).max(256),
  resultHash: hex32,
});
export type EvaluateRequest = z.infer<typeof evaluateRequest>;

export interface Evaluation {
  readonly evaluationId: string;
  readonly keyId: string;
  readonly purpose: string;
  readonly program: EvaluateRequest['program'];
  readonly inputs: readonly EvaluationInput[];
  readonly resultHash: string;
  readonly bound: Bound;
  /** Every registered ciphertext that went in, however deep, as often as it did. */
  readonly leaves: readonly string[];
  /** Names of all programs on the way from the leaves. */
  readonly programs: readonly ProgramName[];
  readonly evaluatedBy: string;
  readonly evaluatedAt: string;
  readonly transactionId: string;
}

/** An evaluation on the way to a result; its leaves follow from its inputs. */
export type EvaluationStep = Omit<Evaluation, 'leaves'>;

/**
 * A result with everything that it was computed from, each once. Neither list is longer than
 * {@link MAX_EVALUATIONS} and {@link MAX_LEAVES} allow.
 */
export interface Lineage {
  readonly evaluation: Evaluation;
  /** The evaluations that went in, however deep: each after those that it was computed from. */
  readonly steps: readonly EvaluationStep[];
  readonly ciphertexts: readonly RegisteredCiphertext[];
}

// Openings

export const requestOpeningRequest = z.strictObject({
  evaluationId,
  /** MSP IDs that are to see the values: all those that the purpose entitles, and no others. */
  recipients: z.array(mspId).min(1).max(64).refine(eachOnce(), 'distinct organisations'),
});
export type RequestOpeningRequest = z.infer<typeof requestOpeningRequest>;

export type OpeningReason =
  | 'ENTITLED'
  | 'REQUESTER_NOT_ENTITLED'
  | 'RECIPIENTS_NOT_ENTITLED'
  | 'NOT_EVALUATED'
  | 'PROGRAM_NOT_OPENABLE'
  | 'INPUT_REPEATED'
  | 'INPUT_WITHDRAWN'
  | 'COHORT_TOO_SMALL'
  | 'ALREADY_OPENED'
  | 'MEASURES_DIFFER'
  | 'KEY_NOT_ACTIVE'
  | 'SLOT_BUDGET_EXHAUSTED';

/**
 * COLLECTING until members have posted a hash for every share. UNCONFIRMED while too few holders of some share
 * have posted its hash: where openings are provable a threshold is needed, or else two. DISPUTED while holders of
 * a share contradict each other and none of their hashes has enough. RELEASABLE once every share is confirmed.
 * Then partial openings leave their members. Before that they leave with a proof alone, and a contract uses them
 * by the proof. RECORDED once what was opened is on record, NOISY once it is that nothing but noise was.
 */
export type OpeningStatus =
  'DENIED' | 'COLLECTING' | 'UNCONFIRMED' | 'DISPUTED' | 'RELEASABLE' | 'RECORDED' | 'NOISY';

/**
 * The ledger's decision on a request to open a result. A result has one opening in each epoch of its key,
 * however often it is asked for. A denial is recorded too, for itself.
 */
export interface Opening {
  /** {@link openingIdOf} the result; of a denial, the ID of its transaction. */
  readonly openingId: string;
  readonly evaluationId: string;
  readonly keyId: string;
  readonly purpose: string;
  readonly permitted: boolean;
  readonly reason: OpeningReason;
  readonly status: OpeningStatus;
  readonly recipients: readonly string[];
  /** The role that reads for each recipient. */
  readonly readers: Readonly<Record<string, string>>;
  /** The recipients that recombine and record what was opened. */
  readonly recorders: readonly string[];
  /** Who asked first. */
  readonly requestedBy: string;
  readonly decidedAt: string;
  /** Until then members answer and stores keep letters, while nothing is on record. Asking again renews it. */
  readonly expiresAt: string;
  /** What is opened; absent on a denial. */
  readonly resultHash?: string;
  /** Counted against the key's budget, once for a result. */
  readonly slots?: number;
  /** How many slots recipients get, from the first on: members mask the others. Zero on a denial. */
  readonly shownSlots: number;
  /** The epoch of the key whose partial openings count. */
  readonly epoch: number;
  /**
   * Whether members can prove their partial openings: the profile has proofs, and the shares are those of the
   * key's first ceremony.
   */
  readonly provable: boolean;
  /** Whose members answer: the key's committee of that epoch. */
  readonly committee: CommitteeTerms;
  /** What the members have posted. */
  readonly posted: readonly { readonly mspId: string; readonly hashes: readonly ShareHash[] }[];
  /** The hash to hold the partial opening of each share against, once RELEASABLE. */
  readonly agreed: readonly ShareHash[];
  /** Shares that too few holders have answered for. */
  readonly unconfirmed: readonly string[];
  /**
   * Members that posted what the holders of a share contradict: a threshold of them where openings are
   * provable, or else a majority.
   */
  readonly liars: readonly string[];
  /**
   * Members that posted another hash than the one that was proven, and whose own proof was not shown, once on
   * record. A member that answered rightly clears itself by its proof.
   */
  readonly unproven: readonly string[];
  /** Salted hash of what was opened: {@link OpenedValues}. */
  readonly openedHash?: string;
  readonly recordedAt?: string;
  /** When the recorders found more noise than any honest opening has. */
  readonly noisyAt?: string;
}

/** What {@link Opening.openedHash} is the hash of, in canonical JSON. Known to the recipients. */
export interface OpenedValues {
  readonly openingId: string;
  /** The slots, without the zeros at the end. */
  readonly values: readonly number[];
  readonly salt: string;
}

export const submitPartialsRequest = z.strictObject({
  openingId: identifier,
  /** The epoch of the caller's shares. */
  epoch,
  hashes: hashesByShare,
});
export type SubmitPartialsRequest = z.infer<typeof submitPartialsRequest>;

export const recordOpeningRequest = z.strictObject({
  openingId: identifier,
  /** What the caller reports: every endorser recombines and compares. */
  openedHash: hex32,
});
export type RecordOpeningRequest = z.infer<typeof recordOpeningRequest>;

/** Every endorser recombines, and measures the noise. */
export const reportNoiseRequest = z.strictObject({ openingId: identifier });
export type ReportNoiseRequest = z.infer<typeof reportNoiseRequest>;

/** Ends the key of an opening that is NOISY. */
export const endKeyRequest = z.strictObject({ openingId: identifier });
export type EndKeyRequest = z.infer<typeof endKeyRequest>;

// Queries

export const getKeyRequest = z.strictObject({ keyId: identifier });
export const getCiphertextRequest = z.strictObject({ ciphertextHash: hex32 });
export const getEvaluationRequest = z.strictObject({ evaluationId });
export const getOpeningRequest = z.strictObject({ openingId: identifier });
export const saltText = hex32;

/** Which request each transaction takes and what it answers. */
export interface ComputationTransactions {
  proposeKey: { request: ProposeKeyRequest; response: CeremonyStep };
  commitContribution: { request: CommitContributionRequest; response: CeremonyStep };
  revealContribution: { request: RevealContributionRequest; response: CeremonyStep };
  confirmShares: { request: ConfirmSharesRequest; response: CeremonyStep };
  proveShares: { request: ProveSharesRequest; response: CeremonyStep };
  complain: { request: ComplainRequest; response: CeremonyStep };
  finaliseKey: { request: FinaliseKeyRequest; response: CollectiveKey };
  proposeReshare: { request: ProposeReshareRequest; response: CeremonyStep };
  dealReshare: { request: DealReshareRequest; response: CeremonyStep };
  finaliseReshare: { request: FinaliseReshareRequest; response: CollectiveKey };
  retireKey: { request: RetireKeyRequest; response: CollectiveKey };
  registerCiphertext: { request: RegisterCiphertextRequest; response: RegisteredCiphertext };
  withdrawCiphertext: { request: WithdrawCiphertextRequest; response: RegisteredCiphertext };
  evaluate: { request: EvaluateRequest; response: Evaluation };
  requestOpening: { request: RequestOpeningRequest; response: Opening };
  submitPartials: { request: SubmitPartialsRequest; response: Opening };
  recordOpening: { request: RecordOpeningRequest; response: Opening };
  reportNoise: { request: ReportNoiseRequest; response: Opening };
  endKey: { request: EndKeyRequest; response: CollectiveKey };
  getKey: { request: { keyId: string }; response: CollectiveKey };
  getCiphertext: { request: { ciphertextHash: string }; response: RegisteredCiphertext };
  getEvaluation: { request: { evaluationId: string }; response: Evaluation };
  getLineage: { request: { evaluationId: string }; response: Lineage };
  getOpening: { request: { openingId: string }; response: Opening };
}
