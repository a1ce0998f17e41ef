import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { common, peer } from '@hyperledger/fabric-protos';
import { ComputationContract } from '@salus/chaincode-computation';
import {
  Post,
  ComputationClient,
  contributorOf,
  openResult,
  proveValues,
  type HashedBytes,
  type OpenedResult,
} from '@salus/client/computation';
import { StoreClient, type ContentStore } from '@salus/client/stores';
import type { CallOptions, Contract, SubmitOptions } from '@salus/client/transaction';
import {
  Approvals,
  CommitteeMember,
  followAnswer,
  judgeOpenings,
  MemberHome,
  OpenedRegister,
  submissionIn,
  type MemberParts,
  type Standing,
  type SubmissionSource,
} from '@salus/committee-service';
import {
  createEngine,
  DEFAULT_PROFILE,
  freshBound,
  profileOf,
  sha256Hex,
  type BoundHashed,
  type Engine,
  type KeyWrapper,
} from '@salus/compute';
import {
  identityFrom,
  makeIdentity,
  MemoryLedger,
  type CommittedEvent,
  type Identity,
  type Proposal,
} from '@salus/memory-ledger';
import { openInvocation } from '@salus/proofs';
import type { CiphertextUse, OpeningRule } from '@salus/protocol/computation';
import { type LedgerView, type RunningStore, startStore } from '@salus/store-service';
import { altered } from './altered.js';
import { TestConsortium, type TestMember } from './member.js';

export const CHAINCODE = 'figures';
const PURPOSE = 'figures';
const RANGE = { least: 0, most: 1_000_000 };
/** Of waiting for an opening: tells a hang, and no slow machine. */
const LONGEST_MS = 300_000;

/** Stands for a key management service; a passphrase would cost its time at each start. */
const keyService: KeyWrapper = {
  wrap: (key) => Promise.resolve(Uint8Array.from(key, (byte) => byte ^ 0x5a)),
  unwrap: (wrapped) => Promise.resolve(Uint8Array.from(wrapped, (byte) => byte ^ 0x5a)),
};

/** Anybody of the committee asks, for whom it likes. */
const rule: OpeningRule = {
  purpose: PURPOSE,
  programs: ['sum.v1'],
  refuse: (_, recipients) =>
    recipients.includes('StrangerMSP') ? 'RECIPIENTS_NOT_ENTITLED' : undefined,
  reader: () => 'committee',
  recorders: (recipients) => recipients.slice(0, 2),
};

class FiguresContract extends ComputationContract {
  constructor() {
    super({ purposes: [{ purpose: PURPOSE, openingRule: rule }], endorsements: 3 });
  }
}

/** Changes what a member works with: to crash, or to lie. */
export type Meddling = (parts: MemberParts) => MemberParts;

/** Has a member's ledger tell something else. */
export const onLedger =
  (change: (ledger: MemberParts['ledger']) => Partial<MemberParts['ledger']>): Meddling =>
  (parts) => ({ ...parts, ledger: altered(parts.ledger, change(parts.ledger)) });

/** Has a member's engine compute something else. */
export const onEngine =
  (change: (engine: Engine) => Partial<Engine>): Meddling =>
  (parts) => {
    const engine = parts.engineOf('');
    return { ...parts, engineOf: () => altered(engine, change(engine)) };
  };

/** Posts other hashes of what it deals in a resharing, the same as any other that lies so. */
export const wrongDealer = onEngine((honest) => ({
  dealReshare: async (request) =>
    (await honest.dealReshare(request)).map((one) => ({
      ...one,
      hash: sha256Hex(Buffer.from(one.hash)),
    })),
}));

/** Seals packages that belong to no contribution of its own. */
export const wrongPackages = onEngine((honest) => ({
  dealKey: async (request) => {
    const [right, wrong] = [await honest.dealKey(request), await honest.dealKey(request)];
    const dealt = right.dealt.map((one, index) => ({
      ...one,
      package: wrong.dealt[index]?.package ?? one.package,
    }));
    return { ...right, dealt };
  },
}));

/** A committee whose members are objects, on the real contract, a real store and the real engine. */
export class CommitteeWorld {
  readonly reports: Readonly<Record<string, unknown>>[] = [];
  readonly forgeries: CommittedEvent[] = [];
  readonly engine: Engine;
  readonly #ledger: MemoryLedger;
  readonly #consortium: TestConsortium;
  readonly #folder: string;
  readonly #people = new Map<string, TestMember>();
  readonly #registers = new Map<string, OpenedRegister>();
  readonly #proposals = new Map<string, Uint8Array>();
  #store: RunningStore | undefined;

  private constructor(engine: Engine, consortium: TestConsortium, folder: string, all: string[]) {
    this.engine = engine;
    this.#consortium = consortium;
    this.#folder = folder;
    const observer = { endorsed: (proposal: Proposal) => this.#keep(proposal) };
    this.#ledger = new MemoryLedger({ channel: 'edge-east', organisations: all, observer });
    this.#ledger.deploy(CHAINCODE, FiguresContract, {
      endorsement: `OutOf(3, ${all.map((mspId) => `'${mspId}.peer'`).join(', ')})`,
    });
  }

  static async of(organisations: string[]): Promise<CommitteeWorld> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'salus-committee-'));
    const consortium = await TestConsortium.of(...organisations);
    const world = new CommitteeWorld(createEngine(), consortium, folder, organisations);
    for (const mspId of organisations) await world.person(mspId);
    world.#store = await startStore({
      home: path.join(folder, 'store'),
      channel: 'edge-east',
      members: consortium.members,
      identity: (await consortium.member(organisations[0] ?? '', 'store')).identity,
      ledger: { computation: () => world.computation('AMSP') } as unknown as LedgerView,
    });
    return world;
  }

  /** What members hear of. */
  get events(): readonly CommittedEvent[] {
    return this.#ledger.events;
  }

  /** As peers have it in their blocks. */
  readonly submissionOf: SubmissionSource = (transactionId) => {
    const bytes = this.#proposals.get(transactionId);
    if (!bytes) return Promise.reject(new Error(`No peer knows ${transactionId}`));
    const proposal = peer.Proposal.deserializeBinary(bytes);
    const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
    return Promise.resolve(submissionIn(openInvocation(header, proposal.getPayload_asU8())));
  };

  /** What endorsers who collude put into blocks: an event beside a transaction, as they like. */
  forge(event: CommittedEvent): void {
    this.forgeries.push(event);
  }

  /** Blocks have no transient data, which is most of what a proposal has. */
  #keep({ transactionId, signed, hasTransient }: Proposal): void {
    if (!hasTransient) this.#proposals.set(transactionId, signed.getProposalBytes_asU8());
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.#store?.close();
    await rm(this.#folder, { recursive: true });
  }

  /** The contract as one organisation's officer calls it. */
  computation(mspId: string, name = 'committee'): ComputationClient {
    const client = this.#ledger.as(this.#identity(mspId, name));
    const contract: Contract = {
      name: CHAINCODE,
      submit: (transaction: string, options: SubmitOptions = {}) =>
        client.submit(CHAINCODE, transaction, options),
      evaluate: (transaction: string, options: CallOptions = {}) =>
        client.evaluate(CHAINCODE, transaction, options),
    };
    const { organisations } = this.#ledger;
    return new ComputationClient(contract, { mspId, organizations: organisations });
  }

  /** Who acts on the ledger signs letters, where the world has met it. */
  #identity(mspId: string, name: string): Identity {
    const known = this.#people.get(`${mspId} ${name}`);
    if (known) return identityFrom(mspId, known.identity.certificate, known.privateKeyPem);
    return makeIdentity({ mspId, name, attributes: { 'salus.role': name } });
  }

  async storeOf(mspId: string): Promise<StoreClient> {
    const { identity } = await this.person(mspId);
    return new StoreClient(this.#store?.url ?? '', identity);
  }

  /** Somebody of an organisation, by a role. */
  async person(mspId: string, role = 'committee'): Promise<TestMember> {
    const name = `${mspId} ${role}`;
    const known = this.#people.get(name) ?? (await this.#consortium.member(mspId, role));
    this.#people.set(name, known);
    return known;
  }

  /** The store removes what nobody needs any more, as it does every hour. */
  async sweepStore(): Promise<void> {
    await this.#store?.sweep();
  }

  /** A member's letters through a store. */
  postOf(mspId: string, store: ContentStore): Post {
    const { members } = this.#consortium;
    return new Post({ store, members, chaincode: CHAINCODE, mspId });
  }

  homeOf(mspId: string): string {
    return path.join(this.#folder, mspId);
  }

  /**
   * A member as it is after a start: it knows what is on disk and on the ledger.
   *
   * @param reads - whether its peer's blocks reach it
   */
  async member(
    mspId: string,
    meddle: Meddling = (parts) => parts,
    reads: () => boolean = () => true,
  ): Promise<CommitteeMember> {
    const home = await this.openHome(mspId);
    const store = await this.storeOf(mspId);
    const parts = meddle({
      mspId,
      channel: this.#ledger.channel,
      chaincode: CHAINCODE,
      home,
      store,
      ledger: this.computation(mspId),
      post: this.postOf(mspId, store),
      engineOf: () => this.engine,
      judge: () => Promise.reject(new Error('set below')),
      register: new OpenedRegister(home),
      approvals: new Approvals(home),
      submissionOf: this.submissionOf,
      report: (line) => this.reports.push({ ...line, mspId }),
      staggerMs: 0,
    });
    const register = this.#startRegister(mspId, parts.home);
    const judge = judgeOpenings(register, () => Promise.resolve(rule));
    const events = () => (reads() ? [...this.#ledger.events, ...this.forgeries] : []);
    return new FollowingMember({ ...parts, register, judge }, events);
  }

  /**
   * What a member remembers after a start. One process at a time runs a member, so whoever stands for one
   * that ran before goes on with the same memory.
   */
  #startRegister(mspId: string, home: MemberHome): OpenedRegister {
    const started = new OpenedRegister(home);
    this.#registers.set(mspId, started);
    return new Proxy(started, {
      get: (_, name) => {
        const present = this.#registers.get(mspId) ?? started;
        const value: unknown = Reflect.get(present, name, present);
        return typeof value === 'function' ? (value.bind(present) as unknown) : value;
      },
    });
  }

  /** A member's home, as its service opens it. */
  openHome(mspId: string, chaincode = CHAINCODE): Promise<MemberHome> {
    const { channel } = this.#ledger;
    return MemberHome.open(this.homeOf(mspId), keyService, { channel, chaincode });
  }

  /** Number of blocks. */
  get height(): bigint {
    return BigInt(this.#ledger.height);
  }

  async propose(
    keyId: string,
    members: string[],
    threshold: number,
    slotBudget = 1_000_000,
  ): Promise<void> {
    const now = Date.now();
    await this.computation(members[0] ?? '').proposeKey({
      keyId,
      members,
      threshold,
      profile: DEFAULT_PROFILE,
      purpose: PURPOSE,
      aSeed: randomBytes(32).toString('hex'),
      validFrom: new Date(now - 60_000).toISOString(),
      validTo: new Date(now + 3_600_000).toISOString(),
      slotBudget,
    });
  }

  /** The whole ceremony, everybody honest. */
  async makeKey(
    keyId: string,
    members: string[],
    threshold: number,
    slotBudget?: number,
  ): Promise<CommitteeMember[]> {
    await this.propose(keyId, members, threshold, slotBudget);
    const all = await Promise.all(members.map((mspId) => this.member(mspId)));
    await untilDone(all.map((member) => () => member.advanceKey(keyId)));
    return all;
  }

  /** A resharing, asked for by as many members as it takes to begin. */
  async beginReshare(keyId: string, members: string[], threshold: number): Promise<number> {
    const { committee, ceremony } = await this.computation('AMSP').getKey(keyId);
    const epoch = ceremony.epoch + 1;
    for (const mspId of committee.members) {
      const computation = this.computation(mspId);
      await computation.proposeReshare({ keyId, epoch, members, threshold });
      if ((await computation.getKey(keyId)).ceremony.epoch === epoch) break;
    }
    return epoch;
  }

  /** The administrators' approval of a resharing, as it is proposed. */
  async approve(keyId: string, ...members: readonly string[]): Promise<void> {
    const { ceremony } = await this.computation('AMSP').getKey(keyId);
    const { epoch } = ceremony;
    for (const mspId of members) {
      const approvals = new Approvals(await this.openHome(mspId));
      await approvals.approveProposal({ keyId, epoch }, ceremony);
    }
  }

  /** Encrypted values, registered; with them the sum that endorsers found. */
  async summed(keyId: string, evaluationId: string, rows: readonly (readonly number[])[]) {
    const billing = this.computation('AMSP', 'billing');
    const store = await this.storeOf('AMSP');
    const { publicKeyHash = '', epoch, members } = await this.#keyOf(keyId);
    const publicKey = await store.get(publicKeyHash, { chaincode: CHAINCODE, key: keyId });
    const named = { purpose: PURPOSE, measure: evaluationId, period: '2026' };
    const about = { keyId, epoch, ...named, range: RANGE, slots: 8 };
    const bound = freshBound(profileOf(DEFAULT_PROFILE), RANGE);
    const use: CiphertextUse = {
      channel: this.#ledger.channel,
      chaincode: CHAINCODE,
      publicKeyHash,
      sender: contributorOf(this.#identity('AMSP', 'billing')),
      ...about,
    };
    const inputs: BoundHashed[] = [];
    for (const values of rows) {
      const made = await proveValues(this.engine, { publicKey, use, vectors: [values] });
      const [ciphertext, proof] = [made.ciphertexts[0], made.proofs[0]] as [
        HashedBytes,
        HashedBytes,
      ];
      await billing.registerCiphertext(
        { ...about, ciphertextHash: ciphertext.hash, proofHash: proof.hash },
        { ciphertext: ciphertext.bytes, proof: proof.bytes, publicKey },
      );
      await store.put(ciphertext.bytes);
      await store.put(proof.bytes);
      inputs.push({ ...ciphertext, bound });
    }
    const result = await this.engine.evaluate({ program: { name: 'sum.v1' }, inputs });
    await billing.evaluate(
      {
        evaluationId,
        program: { name: 'sum.v1' },
        inputs: inputs.map(({ hash }) => ({ kind: 'ciphertext', id: hash })),
        resultHash: result.hash,
      },
      { keyId, inputs: inputs.map(({ bytes }) => bytes) },
    );
    await store.put(result.bytes);
    return { inputs, result, members };
  }

  /** @param change - what the recipient's peer tells otherwise */
  async open(
    mspId: string,
    openingId: string,
    timeoutMs = LONGEST_MS,
    change: (computation: ComputationClient) => Partial<ComputationClient> = () => ({}),
    changeStore: (store: ContentStore) => Partial<ContentStore> = () => ({}),
  ): Promise<OpenedResult> {
    const own = await this.storeOf(mspId);
    const store = altered(own, changeStore(own));
    const computation = this.computation(mspId);
    return openResult(openingId, {
      computation: altered(computation, change(computation)),
      engine: this.engine,
      store,
      mspId,
      timeoutMs,
      members: this.#consortium.members,
      channel: this.#ledger.channel,
      chaincode: CHAINCODE,
    });
  }

  /** A opens, and puts on record, while these members serve. */
  async openedWith(
    serving: readonly CommitteeMember[],
    openingId: string,
    opening = this.open('AMSP', openingId),
  ): Promise<OpenedResult> {
    const turns = serving.map((member) => () => member.advanceOpening(openingId));
    const ended = untilDone(turns, BESIDE_OTHERS);
    const opened = await opening;
    const about = { ...opened, salt: '1'.repeat(64) };
    await this.computation('AMSP').recordOpening(openingId, about);
    await ended;
    return opened;
  }

  async #keyOf(keyId: string) {
    const { publicKeyHash, epoch, committee } = await this.computation('AMSP').getKey(keyId);
    return { publicKeyHash, epoch, members: committee.members };
  }
}

/** A member that reads its peer's blocks before each step, as its service does beside them. */
class FollowingMember extends CommitteeMember {
  readonly #parts: MemberParts;
  readonly #events: () => readonly CommittedEvent[];
  #read = 0;

  constructor(parts: MemberParts, events: () => readonly CommittedEvent[]) {
    super(parts);
    this.#parts = parts;
    this.#events = events;
  }

  override async advanceOpening(openingId: string): Promise<Standing> {
    const { register } = this.#parts;
    const position = await register.position();
    const events = this.#events();
    for (; this.#read < events.length; this.#read += 1) {
      const event = events[this.#read];
      if (!event || event.blockNumber < position) continue;
      const payload: unknown = JSON.parse(Buffer.from(event.payload).toString('utf8'));
      await followAnswer(this.#parts, { ...event, payload });
      await register.advance(event.blockNumber);
    }
    return super.advanceOpening(openingId);
  }
}

/** Rounds of members who wait for somebody that works beside them: five minutes tell a hang. */
export const BESIDE_OTHERS = { rounds: 15_000, pauseMs: 20 };

/** Lets members take turns until each says that it is done. */
export async function untilDone(
  turns: readonly (() => Promise<Standing>)[],
  { rounds = 40, pauseMs = 0 }: { readonly rounds?: number; readonly pauseMs?: number } = {},
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const standings: Standing[] = [];
    for (const turn of turns) standings.push(await turn());
    if (standings.every((standing) => standing === 'DONE')) return;
    if (pauseMs > 0) await pause(pauseMs);
  }
  throw new Error('The members come to no end');
}
