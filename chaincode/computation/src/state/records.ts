import type {
  Ceremony,
  CollectiveKey,
  Complaint,
  Opening,
  ShareHash,
} from '@salus/protocol/computation';

/** What the state holds; the contract's answers (`@salus/protocol/computation`) are put together from these. */

export interface CeremonyRecord extends Omit<
  Ceremony,
  'phase' | 'members' | 'trialLabel' | 'complaint'
> {
  readonly outcome?: 'DONE' | 'FAILED';
  readonly complaint?: ComplaintRecord;
}

/** Version 0.1 kept the dealer, where one member had made the share. */
export interface ComplaintRecord extends Omit<Complaint, 'against'> {
  readonly against?: readonly string[];
  readonly dealer?: string;
}

export interface KeyRecord extends Omit<
  CollectiveKey,
  'openedSlots' | 'ceremony' | 'contributions'
> {
  readonly ceremony: CeremonyRecord;
}

/** A step of a ceremony that a member takes, and what it posts with it. */
export interface Steps {
  readonly commitment: string;
  /** Of the officer who reveals: SHA-256 of its public key. */
  readonly signer: string;
  readonly contributions: readonly ShareHash[];
  readonly dealt: readonly ShareHash[];
  readonly fingerprints: readonly ShareHash[];
  readonly trial: readonly ShareHash[];
}
export type StepName = keyof Steps;

/** What is on the ledger of a ceremony's steps, by member. */
export type PostedSteps = { readonly [Name in StepName]: ReadonlyMap<string, Steps[Name]> };

/** What the ledger keeps of an opening; partials and the record of what was opened have own keys. */
export type OpeningRecord = Omit<
  Opening,
  | 'status'
  | 'posted'
  | 'agreed'
  | 'unconfirmed'
  | 'liars'
  | 'unproven'
  | 'openedHash'
  | 'recordedAt'
>;

/** Members that release 0.1.0 did not write. */
type Added =
  'epoch' | 'committee' | 'readers' | 'recorders' | 'expiresAt' | 'provable' | 'shownSlots';
export type StoredOpening = Omit<OpeningRecord, Added> & Partial<Pick<OpeningRecord, Added>>;

export interface PartialsRecord {
  readonly hashes: readonly ShareHash[];
}

/** Carries a key-level endorsement policy of its own. */
export interface RecordedOpening {
  readonly recorders: readonly string[];
  readonly openedHash?: string;
  readonly liars?: readonly string[];
  readonly unproven?: readonly string[];
  readonly epoch?: number;
  readonly recordedAt?: string;
  /** When the recorders found nothing but noise. */
  readonly noisyAt?: string;
}
