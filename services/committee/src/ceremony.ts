/** One member's part in making the shares of a key. */
import {
  derivesContributions,
  examineDealt,
  holderSets,
  profileOf,
  type HolderSet,
  type MemberKey,
  fingerprintOf,
  type PostedHash,
  wipeKey,
  type AcceptedShare,
} from '@salus/compute';
import type { PackageEvidence, TrialContent } from '@salus/client/computation';
import { generateHpkeKeyPair, type HpkeKeyPair } from '@salus/crypto/hpke';
import { SalusError } from '@salus/protocol';
import type {
  CeremonyMember,
  CollectiveKey,
  ComplainRequest,
  ShareHash,
} from '@salus/protocol/computation';
import { hashesOf, ifThere, type MemberParts } from './parts.js';

/** The share that a complaint is about; `from` is one of the old committee. */
export type ComplaintAbout = Pick<ComplainRequest, 'shareId' | 'from'>;

const PATIENCE_MS = 60 * 60 * 1000;

/** What a process remembers of ceremonies; all of it can be done again after a crash. */
export class CeremonyMemory {
  /** Public keys that a letter was sealed to, by letter. */
  readonly sent = new Map<string, string>();
  /** What was put into stores. */
  readonly done = new Set<string>();
  /** When a phase was first seen, in milliseconds. */
  readonly since = new Map<string, number>();

  forget(prefix: string): void {
    for (const map of [this.sent, this.since, this.done]) {
      for (const name of map.keys()) if (name.startsWith(prefix)) map.delete(name);
    }
  }
}

/** A running ceremony as one member sees it. */
export class Ceremony {
  readonly parts: MemberParts;
  readonly key: CollectiveKey;
  readonly memory: CeremonyMemory;
  /** Whether a store answered in this step; whether one that was asked did not. */
  #isReached = false;
  #isCutOff = false;

  constructor(parts: MemberParts, key: CollectiveKey, memory: CeremonyMemory) {
    this.parts = parts;
    this.key = key;
    this.memory = memory;
  }

  get keyId(): string {
    return this.key.keyId;
  }

  get epoch(): number {
    return this.key.ceremony.epoch;
  }

  get matter() {
    return { keyId: this.keyId, epoch: this.epoch };
  }

  /** What names the ceremony in the memory. */
  get name(): string {
    return `${this.epoch} ${this.keyId}/`;
  }

  get committee() {
    return this.key.ceremony.committee;
  }

  get engine() {
    return this.parts.engineOf(this.key.profile);
  }

  /**
   * Whether the ceremony has failed for its age alone. No transaction says so: one that ends it well may have been
   * endorsed before, and be ordered at any time. Nothing of it is destroyed before the key's record changes, with
   * which such a transaction conflicts.
   */
  get mayStillEnd(): boolean {
    const { phase, complaint } = this.key.ceremony;
    return phase === 'FAILED' && complaint === undefined;
  }

  get seed(): Uint8Array {
    return Buffer.from(this.key.aSeed, 'hex');
  }

  /** This organisation's line on the ledger, if it has a part. */
  get own(): CeremonyMember | undefined {
    return this.lineOf(this.parts.mspId);
  }

  lineOf(member: string): CeremonyMember | undefined {
    return this.key.ceremony.members.find(({ mspId }) => mspId === member);
  }

  get sets(): readonly HolderSet[] {
    return holderSets(this.committee);
  }

  /** Shares that a member is to hold. */
  heldBy(member: string): readonly HolderSet[] {
    return this.sets.filter(({ holders }) => holders.includes(member));
  }

  /** Shares that a member deals at key generation. */
  dealtBy(member: string): readonly HolderSet[] {
    return this.sets.filter(({ dealer }) => dealer === member);
  }

  get isHolder(): boolean {
    return this.committee.members.includes(this.parts.mspId);
  }

  /** The key pair that others seal this member's packages to; kept until the ceremony is over. */
  async receivingKeys(): Promise<HpkeKeyPair> {
    const { home } = this.parts;
    const known = await home.readSecret(this.keyId, this.epoch, 'hpke');
    if (known) return JSON.parse(known.toString('utf8')) as HpkeKeyPair;
    const made = await generateHpkeKeyPair();
    await home.writeSecret(this.keyId, this.epoch, 'hpke', Buffer.from(JSON.stringify(made)));
    return made;
  }

  /** Leaves the public half where the others find it. */
  async presentKey(): Promise<void> {
    if (!this.isHolder || this.own?.fingerprints !== undefined) return;
    const { publicKey } = await this.receivingKeys();
    await this.reporting({ leaves: 'key' }, () =>
      this.once('presented', () => this.parts.post.leaveKey(this.matter, publicKey)),
    );
  }

  /** Content of the ceremony by its hash. */
  fetch(hash: string): Promise<Buffer> {
    const { store, chaincode } = this.parts;
    return store.get(hash, { chaincode, key: this.keyId });
  }

  /** Once a process; once more after a crash. */
  async once(what: string, act: () => Promise<unknown>): Promise<void> {
    const name = `${this.name}${what}`;
    if (this.memory.done.has(name)) return;
    await act();
    this.memory.done.add(name);
  }

  /** Does what concerns one other party. Its fault is reported, once a process, and stops nothing else. */
  async reporting<T>(
    about: Readonly<Record<string, string>>,
    act: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SalusError)) throw error;
      const { code, message } = error;
      await this.tell({ ...about, code, message }, `fault ${JSON.stringify(about)} ${code}`);
      return undefined;
    }
  }

  /** Reports what another member does, once a process. */
  async tell(line: Readonly<Record<string, unknown>>, name = JSON.stringify(line)): Promise<void> {
    const { keyId, epoch } = this;
    await this.once(`told ${name}`, () => {
      this.parts.report({ keyId, epoch, ...line });
      return Promise.resolve();
    });
  }

  /**
   * Reads what another member left for this one, or put into the stores. What can't be read is reported under its name. It
   * counts as missing: nobody else's waits for it, and in time it leads to a complaint.
   */
  reading<T>(from: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.reporting({ from }, async () => {
      try {
        const found = await ifThere(read());
        this.#isReached = true;
        return found;
      } catch (error) {
        if (isOfSender(error)) this.#isReached = true;
        else this.#isCutOff = true;
        throw error;
      }
    });
  }

  /** How long this process has been seeing something, in milliseconds. */
  waited(what: string): number {
    const now = (this.parts.clock ?? Date.now)();
    const name = `${this.name}${what}`;
    const since = this.memory.since.get(name) ?? now;
    this.memory.since.set(name, since);
    return now - since;
  }

  /** What was waited for is there: should it be missing again, patience begins anew. */
  arrived(what: string): void {
    this.memory.since.delete(`${this.name}${what}`);
  }

  /**
   * Whether what a dealer owes has been missing for too long. A member that reaches no store at all blames
   * nobody for that.
   */
  isOverdue(what: string): boolean {
    if (this.#isCutOff && !this.#isReached) return false;
    return this.waited(what) > (this.parts.patienceMs ?? PATIENCE_MS);
  }

  /** Complains, if this member has a say: who is to leave the committee has none. */
  async complain(
    complaint: ComplaintAbout & Pick<ComplainRequest, 'reason'>,
    content?: TrialContent | PackageEvidence,
  ): Promise<void> {
    if (!this.isHolder) return;
    const { keyId, epoch } = this;
    this.parts.report({ complaint: complaint.reason, ...complaint, keyId });
    await this.parts.ledger.complain({ keyId, epoch, ...complaint }, content);
  }

  /** Keeps accepted shares, before anything about them is posted. */
  async keep(accepted: readonly AcceptedShare[]): Promise<void> {
    const key: MemberKey = {
      profile: this.engine.profile,
      keyId: this.keyId,
      member: this.parts.mspId,
      epoch: this.epoch,
      committee: this.committee,
      shares: accepted.map(({ share }) => share),
    };
    try {
      await this.parts.home.writeKey(key);
    } finally {
      wipeKey(key);
    }
  }

  /** Whether this member is to post contributions of its shares. */
  get isContributing(): boolean {
    return derivesContributions(profileOf(this.key.profile), this.epoch);
  }

  /** Hashes of the contributions of the shares that were kept. */
  async contributionHashes(): Promise<ShareHash[]> {
    const { keyId, epoch, seed } = this;
    const key = await this.parts.home.readKey(keyId, epoch);
    if (!key) return [];
    try {
      return hashesOf(await this.engine.resharedContributions({ key, seed }));
    } finally {
      wipeKey(key);
    }
  }

  /** Fingerprints of the shares that were kept; undefined where none are yet. */
  async keptFingerprints() {
    const key = await this.parts.home.readKey(this.keyId, this.epoch);
    if (!key) return undefined;
    try {
      return key.shares.map((share) => ({
        shareId: share.shareId,
        hash: fingerprintOf(key, share),
      }));
    } finally {
      wipeKey(key);
    }
  }
}

/**
 * What the holders contradict each other about, as a complaint names it. New shares: any difference ends the ceremony,
 * since each of their holders has to have the same. Old shares: only a difference after which no hash stands, once the
 * others have had time to post.
 */
export function contradicted(ceremony: Ceremony): ComplaintAbout | undefined {
  const { key, sets, committee } = ceremony;
  const { members, kind } = key.ceremony;
  const differs = (name: (typeof POSTED)[number], shareId: string) =>
    new Set(
      members
        .flatMap((one) => (one[name] ?? []).filter((posted) => posted.shareId === shareId))
        .map(({ hash }) => hash),
    ).size > 1;
  const [from] =
    kind === 'RESHARE' ? examineDealt(key.committee, committee, dealtOf(key)).disputed : [];
  if (from !== undefined && ceremony.isOverdue(`dispute ${from}`)) return { from };
  const found = sets.find(({ shareId }) => POSTED.some((name) => differs(name, shareId)));
  return found && { shareId: found.shareId };
}

/** What all who post it for a share have to post alike. */
const POSTED = ['fingerprints', 'contributions', 'trial'] as const;

/** What old holders have posted of a resharing. */
export function dealtOf({ ceremony }: CollectiveKey): PostedHash[] {
  return ceremony.members.flatMap(({ mspId: member, dealt = [] }) =>
    dealt.map(({ shareId, hash }) => ({ member, shareId, hash })),
  );
}

/** A sealed box that does not open, a letter of another form or ceremony, or one that somebody else signed. */
function isOfSender(error: unknown): boolean {
  if (!(error instanceof SalusError)) return false;
  return OF_SENDER.has(error.code) || error.argument === 'from';
}

const OF_SENDER: ReadonlySet<string> = new Set([
  'ERR_DECRYPTION_FAILED',
  'ERR_INVALID_ARGUMENT',
  'ERR_LETTER_INVALID',
]);
