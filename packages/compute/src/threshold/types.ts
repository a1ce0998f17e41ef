import type { Hashed } from '../bfv/hashed.js';
import type { ProfileName } from '../bfv/profiles.js';

/** Who holds a collective key together. Any `threshold` of the members open; fewer see nothing. */
export interface Committee {
  /** MSP IDs; their order numbers the members, so it is part of the committee. */
  readonly members: readonly string[];
  readonly threshold: number;
}

/** The members that hold one share; see {@link holderSets}. */
export interface HolderSet {
  /** `s0`, `s1`, … */
  readonly shareId: string;
  readonly holders: readonly string[];
  /** The holder that makes the share; it holds it too. */
  readonly dealer: string;
}

/** One share of the collective secret, in the hands of one of its holders. */
export interface HeldShare {
  readonly shareId: string;
  /** Residues in SEAL's NTT form over the data moduli. */
  readonly secret: Uint8Array;
  /** 32 bytes that the smudging noise, and the parts of a resharing, are derived from. */
  readonly smudgingKey: Uint8Array;
}

/** Everything that one member holds of a collective key. It never leaves the member. */
export interface MemberKey {
  readonly profile: ProfileName;
  readonly keyId: string;
  /** MSP ID of the member. */
  readonly member: string;
  /** 0 after key generation; a resharing makes it greater. */
  readonly epoch: number;
  readonly committee: Committee;
  readonly shares: readonly HeldShare[];
}

/** What a member commits to before anybody reveals. */
export interface DealingContext {
  readonly profile: ProfileName;
  readonly keyId: string;
  readonly epoch: number;
  readonly member: string;
  /** 32 bytes, public, from the key proposal. */
  readonly seed: Uint8Array;
}

/** One new share as its dealer made it. */
export interface DealtShare {
  readonly shareId: string;
  /** `b_A`: public once every member has committed. */
  readonly contribution: Hashed;
  /** For the other holders only, sealed to each of them: the secret and the smudging key. */
  readonly package: Uint8Array;
  /** What every holder of the share computes from the package and posts. */
  readonly fingerprint: string;
}

export interface DealtKey {
  readonly dealt: readonly DealtShare[];
  /** `commitmentOf` the contributions' hashes by share. */
  readonly commitment: string;
}

export interface AcceptedShare {
  readonly share: HeldShare;
  /** Equal for all holders of the share; each posts its own. */
  readonly fingerprint: string;
}

/** What a change of epoch is about; all of it is bound into every part. */
export interface Resharing {
  readonly profile: ProfileName;
  readonly keyId: string;
  /** The new epoch, greater than any earlier one, failed attempts included. */
  readonly epoch: number;
  /** The committee that the key goes to. */
  readonly to: Committee;
}

/** One part of an old share, for the holders of one new share. */
export interface ResharePart {
  /** The new share that the part belongs to. */
  readonly shareId: string;
  /** For the holders of the new share, sealed to each of them. */
  readonly package: Uint8Array;
  /** Hash of the package and of what it is for; public. */
  readonly fingerprint: string;
}

/** An old share split into a part for each new one; every holder of the old share deals the same. */
export interface ResharedShare {
  /** The old share. */
  readonly shareId: string;
  /** `reshareHash` of the fingerprints: what every holder of the old share posts. */
  readonly hash: string;
  readonly parts: readonly ResharePart[];
}

/** A part as a holder of the new share receives it. */
export interface ReceivedPart {
  /** The old share. */
  readonly from: string;
  readonly package: Uint8Array;
  /** The fingerprint that the holders of the old share agree on. */
  readonly fingerprint: string;
}

/** A member's part of an opening for one share. */
export interface PartialOpening extends Hashed {
  readonly shareId: string;
}

/** What is public of one share. */
export interface Contribution extends Hashed {
  readonly shareId: string;
}

/** A hash that a member posted for a share. */
export interface PostedHash {
  readonly member: string;
  readonly shareId: string;
  readonly hash: string;
}

/** The threshold operations of an engine. */
export interface ThresholdOperations {
  /**
   * Makes the shares that this member deals, with their contributions to the collective key.
   * The dealer takes its own packages through {@link acceptShare} like every other holder.
   * @throws ComputeError ERR_COMMITTEE_INVALID, ERR_CONTRIBUTION_INVALID
   */
  dealKey(request: {
    readonly keyId: string;
    readonly seed: Uint8Array;
    readonly committee: Committee;
    readonly member: string;
  }): Promise<DealtKey>;

  /**
   * Takes a share out of its package if it belongs to the contribution: the secret is ternary and
   * the contribution's error as small as SEAL's. Otherwise the dealer lied.
   * @throws ComputeError ERR_COMMITTEE_INVALID, ERR_CONTRIBUTION_INVALID, ERR_SHARE_INVALID
   */
  acceptShare(request: {
    readonly keyId: string;
    readonly seed: Uint8Array;
    readonly committee: Committee;
    readonly shareId: string;
    readonly contribution: Uint8Array;
    readonly package: Uint8Array;
  }): Promise<AcceptedShare>;

  /**
   * A ciphertext of zeros that everybody derives alike from the public key and a label, with randomness
   * that the label fixes. A committee opens it before a new key or a resharing takes effect. It opens to
   * zeros only if the shares add up to the secret of the public key. The label must name what was posted
   * (fingerprints), so that no share can be chosen after it.
   * @throws ComputeError ERR_PUBLIC_KEY_INVALID
   */
  trialCiphertext(request: {
    readonly publicKey: Uint8Array;
    readonly label: string;
  }): Promise<Hashed>;

  /**
   * Passes if the partial openings of the trial ciphertext open it.
   * @throws ComputeError ERR_PUBLIC_KEY_INVALID, ERR_COMMITTEE_INVALID, ERR_PARTIAL_INVALID,
   *   ERR_TRIAL_FAILED
   */
  checkTrial(request: {
    readonly publicKey: Uint8Array;
    readonly label: string;
    readonly committee: Committee;
    readonly partials: readonly { readonly shareId: string; readonly bytes: Uint8Array }[];
  }): Promise<void>;

  /**
   * This member's parts of an opening, one for each share it holds (or of `shareIds`). All holders
   * of a share give the same bytes, however often they are asked. Whoever calls it has checked the
   * decision and the lineage first.
   * @param request.epoch the key's epoch on the ledger; a key of another one is refused
   * @throws ComputeError ERR_CIPHERTEXT_INVALID, ERR_SHARE_INVALID, ERR_EPOCH_OUTDATED, ERR_VALUE_OUT_OF_RANGE
   */
  partialOpening(request: {
    readonly ciphertext: Uint8Array;
    readonly key: MemberKey;
    readonly shareIds?: readonly string[];
    readonly epoch?: number;
    /** How many slots recipients get, from the first on. All others come out as random numbers. */
    readonly slots: number;
  }): Promise<readonly PartialOpening[]>;

  /**
   * Opens a ciphertext with one partial opening of each share.
   * @returns the slots that are shown, in order, as signed numbers centred around zero
   * @throws ComputeError ERR_CIPHERTEXT_INVALID, ERR_COMMITTEE_INVALID, ERR_PARTIAL_INVALID; ERR_NOISE_EXCEEDED
   *   where there is more noise than any honest opening has
   */
  combineOpening(request: {
    readonly ciphertext: Uint8Array;
    readonly committee: Committee;
    readonly partials: readonly { readonly shareId: string; readonly bytes: Uint8Array }[];
    /** How many slots are shown: what the members were asked with. */
    readonly slots: number;
    /**
     * Whether proofs of partial openings bound the noise. Then it is not measured: a member that smudges more
     * than its key says, as far as a proof lets it, moves no slot and keeps nobody from opening.
     */
    readonly isProven?: boolean;
  }): Promise<readonly number[]>;

  /**
   * Splits every share this member holds into parts for the shares of another committee (or of the
   * same one, to refresh it). All holders of an old share derive the same parts: each posts the
   * hash, any of them hands out the packages.
   * @throws ComputeError ERR_COMMITTEE_INVALID, ERR_SHARE_INVALID, ERR_EPOCH_OUTDATED
   */
  dealReshare(request: {
    readonly key: MemberKey;
    readonly to: Committee;
    readonly epoch: number;
    readonly shareIds?: readonly string[];
  }): Promise<readonly ResharedShare[]>;

  /**
   * The contribution of each share that this member holds after a resharing: every holder derives the same from its
   * share, and posts the hash. Partial openings of the epoch are proven against it.
   * @throws ComputeError ERR_SHARE_INVALID, ERR_CONTRIBUTION_INVALID; ERR_EPOCH_OUTDATED in the first epoch, whose
   *   contributions its dealers made
   */
  resharedContributions(request: {
    readonly key: MemberKey;
    /** 32 bytes, `aSeed` of the key on the ledger. */
    readonly seed: Uint8Array;
  }): Promise<readonly Contribution[]>;

  /**
   * Adds the parts of all old shares up to a new share, if each has the agreed fingerprint.
   * @throws ComputeError ERR_COMMITTEE_INVALID, ERR_RESHARE_INVALID
   */
  acceptReshare(request: {
    readonly keyId: string;
    readonly epoch: number;
    readonly from: Committee;
    readonly to: Committee;
    readonly shareId: string;
    readonly parts: readonly ReceivedPart[];
  }): Promise<AcceptedShare>;
}
