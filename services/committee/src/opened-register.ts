import { PROFILE_NAMES, profileOf } from '@salus/compute';
import { SalusError, ownOf } from '@salus/protocol';
import {
  leavesOf,
  shownSlotsOf,
  slotsOf,
  type CollectiveKey,
  type ContributionMarker,
  type Lineage,
  type RegisteredCiphertext,
} from '@salus/protocol/computation';
import { folderNameOf, type MemberHome } from './member-home.js';
import {
  emptyMemory,
  keptForm,
  MEMORY_RECORD,
  memorySchema,
  type KeyTerms,
  type Memory,
} from './memory-form.js';

/** A member's answer to an opening, as the events of a block name it. */
export interface Answer {
  readonly openingId: string;
  readonly epoch: number;
}

/** An event that tells of an answer of this member. */
export interface AnswerEvent {
  /** As whoever endorsed the event says. */
  readonly claimed: Answer;
  readonly transactionId: string;
  readonly block: bigint;
}

/** Where to ask about an answer. */
export interface AnswerSource {
  /** What this member submitted by the transaction. */
  readonly submitted: () => Promise<Answer | undefined>;
  readonly look: (openingId: string) => Promise<OpenedResult | undefined>;
}

/** What was opened, under which key. */
export interface OpenedResult {
  readonly key: Pick<CollectiveKey, 'keyId' | 'profile'>;
  readonly lineage: Lineage;
}

type RegisterHome = Pick<MemberHome, 'readRecord' | 'writeRecord' | 'recordFile' | 'heldEpochs'>;

/** A memory that recovery begins anew: another key sealed it, or its form is none that is read. */
const LOST: ReadonlySet<string> = new Set(['ERR_MEMORY_ALTERED', 'ERR_STATE_UNREADABLE']);

/** Blocks between two writes of a position that nothing else had to be written for. */
const BLOCKS_UNSAVED = 1000n;

/**
 * What this member has helped to open, by its own memory: endorsers who collude could leave it out of the
 * ledger's. It counts what the member computed itself. Blocks that show an answer which the memory does
 * not know tell that the memory is an old one; then nothing is opened, and the ledger is not believed
 * instead.
 */
export class OpenedRegister {
  readonly #home: RegisterHome;
  #memory: Promise<Memory> | undefined;
  #unsaved = 0n;
  #saving: Promise<void> = Promise.resolve();
  /** Answers in blocks that the memory does not know, by their transactions. */
  readonly #unknown = new Map<string, string>();

  constructor(home: RegisterHome) {
    this.#home = home;
  }

  /**
   * Reads the memory. A home without shares may begin with an empty one.
   *
   * @throws SalusError `ERR_MEMORY_ALTERED`, `ERR_MEMORY_OUTDATED`, `ERR_STATE_UNREADABLE`
   */
  load(): Promise<Memory> {
    this.#memory ??= this.#read().catch((error: unknown) => {
      this.#memory = undefined;
      throw error;
    });
    return this.#memory;
  }

  /** @throws SalusError `ERR_MEMORY_OUTDATED` once a block showed an answer that is not known */
  requireIntact(): void {
    const [unknown] = this.#unknown.values();
    if (unknown === undefined) return;
    throw new SalusError('ERR_MEMORY_OUTDATED', 'This member answered what it does not remember', {
      argument: this.#home.recordFile(MEMORY_RECORD),
      expected: `the answer to ${unknown}`,
    });
  }

  /**
   * Pins a key's terms at first sight, and notes the epoch before shares of it are kept.
   *
   * @throws SalusError `ERR_KEY_TERMS_CHANGED`
   */
  async meet(key: CollectiveKey): Promise<void> {
    const { keys } = await this.load();
    const known = keys.get(key.keyId) ?? { epoch: 0, slots: 0 };
    const terms = known.terms ?? firstTerms(key);
    requireSameTerms(key, terms);
    const epoch = Math.max(known.epoch, key.ceremony.epoch);
    if (known.terms && known.epoch === epoch) return;
    keys.set(key.keyId, { ...known, epoch, terms });
    await this.#save();
  }

  /** For each of the contributions, what it was opened with. */
  async markersOf(
    contributions: readonly RegisteredCiphertext[],
  ): Promise<(ContributionMarker | undefined)[]> {
    const { contributions: known } = await this.load();
    return contributions.map((one) => ownOf(known, nameOf(one)));
  }

  async slotsOf({ keyId }: Pick<CollectiveKey, 'keyId'>): Promise<number> {
    const { slots = 0, told = 0 } = (await this.load()).keys.get(keyId) ?? {};
    return Math.max(slots, told);
  }

  /**
   * Notes an opening, before anything of it is posted.
   *
   * @param slots - that the member itself finds it to show
   */
  async add(answer: Answer, opened: OpenedResult, slots: number): Promise<void> {
    const memory = await this.load();
    const name = nameOfAnswer(answer);
    const isNew = learn(memory, opened, slots);
    const key = memory.keys.get(opened.key.keyId);
    if (isNew && key?.told !== undefined) key.told += slots;
    if (!isNew && Object.hasOwn(memory.answers, name)) return;
    memory.answers[name] ??= false;
    await this.#save();
  }

  /** Whether the blocks up to this answer have been read, and none shows an answer that is not known. */
  async hasSeen(answer: Answer): Promise<boolean> {
    const { answers } = await this.load();
    return this.#unknown.size === 0 && ownOf(answers, nameOfAnswer(answer)) === true;
  }

  /** The block to read on at. */
  async position(): Promise<bigint> {
    return BigInt((await this.load()).position);
  }

  /** All events below this block have been met. */
  async advance(block: bigint): Promise<void> {
    const memory = await this.load();
    const step = block - BigInt(memory.position);
    if (step <= 0n || this.#unknown.size > 0) return;
    memory.position = String(block);
    this.#unsaved += step;
    if (this.#unsaved >= BLOCKS_UNSAVED) await this.#save();
  }

  /**
   * Meets an event that tells of an own answer. Until it is known what was submitted, an answer that the
   * memory does not know keeps this member from opening. One that is not known is learnt from the ledger
   * only where an operator said so, or where release 0.1.0 knew its result.
   *
   * @returns false where this member submitted no answer
   */
  async witness(
    { claimed, transactionId, block }: AnswerEvent,
    { submitted, look }: AnswerSource,
  ): Promise<boolean> {
    const memory = await this.load();
    const doubt = (answer: Answer) => this.#unknown.set(transactionId, nameOfAnswer(answer));
    if (!Object.hasOwn(memory.answers, nameOfAnswer(claimed))) doubt(claimed);
    const answer = await submitted();
    if (!answer) {
      this.#unknown.delete(transactionId);
      return false;
    }
    const name = nameOfAnswer(answer);
    if (Object.hasOwn(memory.answers, name)) {
      memory.answers[name] = true;
      delete memory.isCarriedOver;
      this.#unknown.delete(transactionId);
      return true;
    }
    doubt(answer);
    const isBelieved = block < BigInt(memory.believesBelow ?? 0);
    if (!isBelieved && memory.isCarriedOver !== true) return true;
    const told = await look(answer.openingId);
    const isTold = told !== undefined && leavesOf(told.lineage) !== undefined;
    // The word of an operator covers answers of which the ledger has nothing left to learn.
    if (!isBelieved && !(isTold && knows(memory, told.lineage))) return true;
    if (isTold) learn(memory, told, isUsable(told) ? slotsCounted(told) : 0);
    memory.answers[name] = true;
    await this.#save();
    this.#unknown.delete(transactionId);
    return true;
  }

  /**
   * Begins to believe the ledger about answers in blocks below the present height: the word of an
   * operator. What the memory still knows stays.
   */
  async believe(keys: readonly CollectiveKey[], height: bigint): Promise<Memory> {
    const memory = await this.#readable();
    for (const key of keys) {
      const { keyId, openedSlots, epoch, ceremony } = key;
      const known = memory.keys.get(keyId) ?? { epoch: 0, slots: 0 };
      if (known.terms) requireSameTerms(key, known.terms);
      memory.keys.set(keyId, {
        epoch: Math.max(known.epoch, epoch, ceremony.epoch),
        terms: known.terms ?? firstTerms(key),
        slots: known.slots,
        told: Math.max(known.told ?? 0, openedSlots),
      });
    }
    memory.position = '0';
    memory.believesBelow = String(height);
    this.#memory = Promise.resolve(memory);
    await this.#save();
    return memory;
  }

  async #read(): Promise<Memory> {
    const kept = await this.#home.readRecord(MEMORY_RECORD, memorySchema);
    const held = await this.#home.heldEpochs();
    if (kept) {
      requireEpochs(this.#home.recordFile(MEMORY_RECORD), kept, held);
      return kept;
    }
    const file = this.#home.recordFile(MEMORY_RECORD);
    if (held.size > 0) {
      throw new SalusError('ERR_MEMORY_ALTERED', `${file} is missing beside shares of keys`, {
        argument: file,
        expected: 'the file as this member sealed it',
        got: 'no file',
      });
    }
    const fresh = emptyMemory();
    await this.#home.writeRecord(MEMORY_RECORD, keptForm(fresh));
    return fresh;
  }

  /** The memory as far as it can be read. */
  async #readable(): Promise<Memory> {
    try {
      return (await this.#home.readRecord(MEMORY_RECORD, memorySchema)) ?? emptyMemory();
    } catch (error) {
      if (error instanceof SalusError && LOST.has(error.code)) return emptyMemory();
      throw error;
    }
  }

  /** One after the other: an older state must not replace a newer one. */
  #save(): Promise<void> {
    const write = async () => {
      this.#unsaved = 0n;
      await this.#home.writeRecord(MEMORY_RECORD, keptForm(await this.load()));
    };
    const saved = this.#saving.then(write);
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}

/** @returns whether something was new: the same result counts once */
function learn(memory: Memory, { key, lineage }: OpenedResult, slots: number): boolean {
  const { evaluationId, resultHash } = lineage.evaluation;
  const names = (leavesOf(lineage) ?? []).map(nameOf);
  if (names.every((name) => ownOf(memory.contributions, name)?.resultHash === resultHash))
    return false;
  for (const name of names) memory.contributions[name] = { evaluationId, resultHash };
  const known = memory.keys.get(key.keyId) ?? { epoch: 0, slots: 0 };
  memory.keys.set(key.keyId, { ...known, slots: known.slots + slots });
  return true;
}

function knows({ contributions }: Memory, { evaluation }: Lineage): boolean {
  return Object.values(contributions).some((one) => one.resultHash === evaluation.resultHash);
}

/** Whether this release has the key's profile: under others nothing is opened any more. */
function isUsable({ key: { profile } }: OpenedResult): boolean {
  return (PROFILE_NAMES as readonly string[]).includes(profile);
}

/** Slots that an opening counts, by the program and the profile. */
export function slotsCounted({ key, lineage }: OpenedResult): number {
  return slotsOf(lineage.evaluation.program, profileOf(key.profile).degree);
}

/** How many slots recipients get, by the proofs of what went in: a member asks no ledger what to show. */
export function slotsShown({ key, lineage }: OpenedResult): number {
  return shownSlotsOf(leavesOf(lineage) ?? [], profileOf(key.profile).degree);
}

/** The terms of a key that this member meets for the first time. @throws SalusError `ERR_KEY_TERMS_CHANGED` */
function firstTerms({ keyId, profile, purpose, slotBudget }: CollectiveKey): KeyTerms {
  const most = profileOf(profile).openedSlotBudget;
  if (slotBudget > most) throw changed(keyId, 'slotBudget', `at most ${most}`, slotBudget);
  return { profile, purpose, slotBudget };
}

function requireSameTerms(key: CollectiveKey, terms: KeyTerms): void {
  for (const name of ['profile', 'purpose', 'slotBudget'] as const) {
    if (terms[name] !== key[name]) throw changed(key.keyId, name, terms[name], key[name]);
  }
}

function changed(keyId: string, term: string, expected: unknown, got: unknown): SalusError {
  return new SalusError('ERR_KEY_TERMS_CHANGED', `The ledger shows another ${term} of ${keyId}`, {
    argument: term,
    expected: String(expected),
    got: String(got),
  });
}

/** Shares of a later epoch than the memory knows were made after it was written. */
function requireEpochs(
  file: string,
  { keys }: Memory,
  held: ReadonlyMap<string, readonly number[]>,
): void {
  const known = new Map([...keys].map(([keyId, { epoch }]) => [folderNameOf(keyId), epoch]));
  for (const [folder, epochs] of held) {
    const [newest, epoch] = [Math.max(...epochs), known.get(folder) ?? -1];
    if (newest <= epoch) continue;
    throw new SalusError('ERR_MEMORY_OUTDATED', `${file} is older than the shares beside it`, {
      argument: file,
      expected: `epoch ${newest} of the key in keys/${folder}`,
      got: epoch < 0 ? 'no such key' : `epoch ${epoch}`,
    });
  }
}

function nameOf({ contributor, measure, period }: RegisteredCiphertext): string {
  return JSON.stringify([contributor.mspId, contributor.id, measure, period]);
}

function nameOfAnswer({ openingId, epoch }: Answer): string {
  return `${epoch} ${openingId}`;
}
