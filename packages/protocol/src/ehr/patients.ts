import { z } from 'zod';
import {
  categoryTag,
  eachOnce,
  hexHash,
  kid,
  pseudonym,
  statementText,
  base64url,
} from '../base/forms.js';
import type { PublicJwk } from '../base/jwk.js';
import type { Page } from '../base/page.js';
import type { Delegation, KeyPurpose, NewKey } from '../consent/patient-statements.js';
import { paged } from './paging.js';

/** Patients with their keys, delegates, guardians and category keys. */

/** The one document of a patient: a decision reads it once. */
export interface Patient {
  readonly pseudonym: string;
  /** The hospital that proofed the identity. */
  readonly registeredBy: string;
  readonly registeredAt: string;
  readonly status: PatientStatus;
  readonly statusProposal?: StatusProposal;
  /** The first one is from the registration. */
  readonly keys: readonly PatientKey[];
  readonly delegates: readonly Delegate[];
  readonly guardians?: GuardianBoard;
  /** What takes the place of the guardians once its delay has passed. */
  readonly nextGuardians?: NextGuardians;
  readonly recovery?: Recovery;
  /** What keys have said of other keys and is not final; left out where there is nothing. */
  readonly endings?: readonly Ending[];
  /** By category tag. */
  readonly categoryKeys: Readonly<Record<string, CategoryKey>>;
}

export const patientStatus = z.enum(['ACTIVE', 'INCAPACITATED', 'DECEASED']);
export type PatientStatus = z.infer<typeof patientStatus>;

export interface StatusProposal {
  readonly status: PatientStatus;
  /** MSP ID of the organisation whose registrar proposes; another one's has to confirm. */
  readonly by: string;
  readonly evidenceHash: string;
  readonly at: string;
}

export interface PatientKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  readonly hpkePublicKey: string;
  readonly purposes: readonly KeyPurpose[];
  readonly notBefore: string;
  readonly notAfter?: string;
  readonly status: 'ACTIVE' | 'RETIRED' | 'LOST';
  readonly endedAt?: string;
  /** Of a lost key: what it signed from here on is void; left out, everything. */
  readonly lostSince?: string;
  readonly addedAt: string;
  /** `kid` of the key that added it; left out for the first one and a recovered one. */
  readonly addedBy?: string;
  /**
   * `jti`s of the statements that brought it, for who does not believe the list. They are of
   * PatientRegistration.v1 for the first key, of KeyAddition.v1, or of Guardians.v1 and the
   * RecoveryApproval.v1s.
   */
  readonly proof?: readonly string[];
}

export interface Delegate extends Omit<Delegation, 'pseudonym'> {
  /** `jti` of the delegation. */
  readonly delegateId: string;
  readonly kid: string;
  readonly addedAt: string;
  /** `kid` of the patient's key that signed the delegation. */
  readonly addedBy: string;
  readonly endedAt?: string;
}

export interface GuardianBoard {
  readonly threshold: number;
  readonly kids: readonly { readonly kid: string; readonly jwk: PublicJwk }[];
  readonly delaySeconds: number;
  readonly setAt: string;
  /** `kid` of the patient's key that named them. */
  readonly setBy: string;
  /** `jti` of the Guardians.v1. */
  readonly statement: string;
}

/** A change of guardians that waits for its delay to pass. */
export interface NextGuardians {
  /** Left out where guardianship is to end. */
  readonly board?: GuardianBoard;
  /** `kid` of the patient's key that says so. */
  readonly by: string;
  readonly effectiveAt: string;
}

/**
 * A key's word that another one has ended. The named key signs no more meanwhile. Its holder may contradict,
 * which closes the key that said it too.
 */
export interface Ending {
  /** `kid` of the key that is to end. */
  readonly key: string;
  /** `kid` of the key that says so. */
  readonly by: string;
  readonly status: 'RETIRED' | 'LOST';
  /** As the statement says; left out, it names no time. */
  readonly lostSince?: string;
  readonly at: string;
  /** From then on it holds for good, unless it was contradicted by a key that counts more. */
  readonly finalAt: string;
  /** How a key had ended for good before, which is called lost now, or lost for longer. */
  readonly before?: Pick<PatientKey, 'status' | 'endedAt' | 'lostSince'>;
}

/** A recovery that waits for its delay to pass. */
export interface Recovery {
  readonly key: NewKey;
  readonly olderKeys: 'RETIRED' | 'LOST';
  readonly lostSince?: string;
  /** `kid`s of the guardians. */
  readonly approvals: readonly string[];
  /** `jti`s of the Guardians.v1 and of their RecoveryApproval.v1s. */
  readonly proof: readonly string[];
  readonly requestedAt: string;
  readonly effectiveAt: string;
}

export interface CategoryKey {
  /** 1 for the first. */
  readonly epoch: number;
  readonly publicKey: string;
  readonly since: string;
  /** `jti` of the statement that began the epoch, for who does not believe the list. */
  readonly statement: string;
}

// Requests

export const registerPatientRequest = z.strictObject({ registration: statementText });
export type RegisterPatientRequest = z.infer<typeof registerPatientRequest>;

export interface Registered {
  readonly pseudonym: string;
  readonly kid: string;
}

export const getPatientRequest = z.strictObject({ pseudonym });
export type GetPatientRequest = z.infer<typeof getPatientRequest>;

export const getStatementRequest = z.strictObject({ pseudonym, jti: z.uuid() });
export type GetStatementRequest = z.infer<typeof getStatementRequest>;

/** A statement that was used, grants excepted. */
export interface KeptStatement {
  readonly type: string;
  readonly statement: string;
}

/** A statement whose effect is on the patient alone. */
export const patientStatementRequest = z.strictObject({ statement: statementText });
export type PatientStatementRequest = z.infer<typeof patientStatementRequest>;

export const addKeyRequest = z.strictObject({
  /** KeyAddition.v1 */
  addition: statementText,
  /** KeyPossession.v1 */
  possession: statementText,
});
export type AddKeyRequest = z.infer<typeof addKeyRequest>;

export const requestRecoveryRequest = z.strictObject({
  pseudonym,
  /** RecoveryApproval.v1, all for the same key. */
  approvals: z.array(statementText).min(1).max(15).refine(eachOnce(), 'each approval once'),
  /** KeyPossession.v1 */
  possession: statementText,
});
export type RequestRecoveryRequest = z.infer<typeof requestRecoveryRequest>;

export const completeRecoveryRequest = z.strictObject({ pseudonym });
export type CompleteRecoveryRequest = z.infer<typeof completeRecoveryRequest>;

/** Both of a proposal and of its confirmation, which has to name the same. */
export const statusRequest = z.strictObject({
  pseudonym,
  status: patientStatus,
  /** SHA-256 of the certificate or report, which stays with the organisation. */
  evidenceHash: hexHash,
});
export type StatusRequest = z.infer<typeof statusRequest>;

export const touchedByKeyRequest = z.strictObject({ pseudonym, kid, ...paged });
export type TouchedByKeyRequest = z.infer<typeof touchedByKeyRequest>;

/** What a key has signed and could open; the records by pages. */
export interface Touched {
  readonly key: PatientKey;
  readonly grants: readonly {
    readonly grantId: string;
    readonly grantedAt: string;
    readonly withdrawnAt?: string;
    /** False where it was withdrawn, or is void as the key was lost by then. */
    readonly holds: boolean;
  }[];
  readonly delegates: readonly { readonly delegateId: string; readonly holds: boolean }[];
  /** Keys that it added. */
  readonly keys: readonly { readonly kid: string; readonly holds: boolean }[];
  /** Whether the present guardians are of its naming. */
  readonly guardians: boolean;
  /** The last epoch of each category that was there before the key ended: it could open up to that one. */
  readonly epochs: readonly { readonly categoryTag: string; readonly upTo: number }[];
  /** Records that were registered before the key ended. */
  readonly records: Page<TouchedRecord>;
}

export interface TouchedRecord {
  readonly recordId: string;
  readonly categoryTag: string;
  readonly categoryEpoch: number;
}

// Category keys in the hands of grantees

/** A category's private half, sealed with HPKE (RFC 9180) to the organisation key of a grantee. */
export const sealedCategoryKey = z.strictObject({
  pseudonym,
  categoryTag,
  epoch: z.int().min(1).max(1_000_000),
  grantId: z.uuid(),
  enc: base64url.max(1024),
  ciphertext: base64url.max(4096),
});
export type SealedCategoryKey = z.infer<typeof sealedCategoryKey>;

/** What `categoryKeys` in the transient data holds. */
export const transientCategoryKeys = z.array(sealedCategoryKey).min(1).max(200);

export const depositCategoryKeysRequest = z.strictObject({
  /** CategoryKeyDeposit.v1 */
  statement: statementText,
});
export type DepositCategoryKeysRequest = z.infer<typeof depositCategoryKeysRequest>;

export interface CategoryKeysDeposited {
  readonly pseudonym: string;
  readonly grantee: string;
  readonly keys: readonly { readonly categoryTag: string; readonly epoch: number }[];
}

export const readCategoryKeysRequest = z.strictObject({ pseudonym, categoryTag });
export type ReadCategoryKeysRequest = z.infer<typeof readCategoryKeysRequest>;

/** The transactions on patients by name; all that change a patient answer with it as it is then. */
export interface PatientTransactions {
  readonly registerPatient: { request: RegisterPatientRequest; response: Registered };
  readonly getPatient: { request: GetPatientRequest; response: Patient };
  readonly getStatement: { request: GetStatementRequest; response: KeptStatement };
  readonly addKey: { request: AddKeyRequest; response: Patient };
  readonly endKey: { request: PatientStatementRequest; response: Patient };
  readonly touchedByKey: { request: TouchedByKeyRequest; response: Touched };
  readonly setGuardians: { request: PatientStatementRequest; response: Patient };
  readonly requestRecovery: { request: RequestRecoveryRequest; response: Patient };
  readonly vetoRecovery: { request: PatientStatementRequest; response: Patient };
  readonly completeRecovery: { request: CompleteRecoveryRequest; response: Patient };
  readonly addDelegate: { request: PatientStatementRequest; response: Patient };
  readonly endDelegate: { request: PatientStatementRequest; response: Patient };
  readonly proposeStatus: { request: StatusRequest; response: Patient };
  readonly confirmStatus: { request: StatusRequest; response: Patient };
  readonly setCategoryKeys: { request: PatientStatementRequest; response: Patient };
  readonly depositCategoryKeys: {
    request: DepositCategoryKeysRequest;
    response: CategoryKeysDeposited;
  };
  readonly readCategoryKeys: {
    request: ReadCategoryKeysRequest;
    response: readonly SealedCategoryKey[];
  };
}
