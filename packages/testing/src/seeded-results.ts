import { Contract, type Context } from 'fabric-contract-api';
import { ComputationContract } from '@salus/chaincode-computation';
import { DEFAULT_PROFILE } from '@salus/compute';
import { makeIdentity, MemoryLedger } from '@salus/memory-ledger';
import { canonicalJson, sha256Hex } from '@salus/protocol';
import type { Opening, OpeningRule } from '@salus/protocol/computation';

const CHAINCODE = 'seeded';
const PURPOSE = 'seeded';
const KEYS = ['k0', 'k1', 'k2', 'k3'] as const;
const members = ['AMSP', 'BMSP', 'CMSP'];

const rule: OpeningRule = {
  purpose: PURPOSE,
  programs: ['sum.v1'],
  refuse: () => undefined,
  reader: () => 'committee',
  recorders: (recipients) => recipients,
};

class SeededContract extends ComputationContract {
  constructor() {
    super({ purposes: [{ purpose: PURPOSE, openingRule: rule }], endorsements: 2 });
  }
}

/** Writes what nobody had to compute. */
class Seeding extends Contract {
  constructor() {
    super('seeding');
  }

  async seed(ctx: Context, from: string, count: string): Promise<void> {
    const put = async (type: string, id: string, value: unknown) => {
      const key = ctx.stub.createCompositeKey(type, [id]);
      await ctx.stub.putState(key, Buffer.from(canonicalJson(value)));
    };
    const committee = { members, threshold: 2 };
    const ceremony = { kind: 'GENERATE', epoch: 0, committee, outcome: 'DONE' };
    for (const keyId of KEYS) {
      await put('computation.key', keyId, {
        ...{ keyId, purpose: PURPOSE, committee, ceremony, epoch: 0, status: 'ACTIVE' },
        ...{ profile: DEFAULT_PROFILE, slotBudget: 2 ** 25 },
      });
    }
    for (let index = Number(from); index < Number(from) + Number(count); index += 1) {
      const evaluationId = evaluationOf(index);
      const about = { keyId: KEYS[index % KEYS.length], purpose: PURPOSE };
      const ciphertextHash = sha256Hex(evaluationId);
      const contributor = { mspId: 'AMSP', id: 'a' };
      const leaf = { ciphertextHash, contributor, measure: evaluationId, period: '2026' };
      await put('computation.ciphertext', ciphertextHash, { ...about, ...leaf });
      await put('computation.evaluation', evaluationId, {
        ...{ ...about, evaluationId, program: { name: 'sum.v1' }, programs: ['sum.v1'] },
        ...{ leaves: [ciphertextHash], resultHash: sha256Hex(`result of ${evaluationId}`) },
      });
    }
  }

  /** Puts an opening on record, as if its recorders had. */
  async record(ctx: Context, openingId: string): Promise<void> {
    const key = ctx.stub.createCompositeKey('computation.record', [openingId]);
    const record = { recorders: members.slice(0, 2), openedHash: sha256Hex('values') };
    await ctx.stub.putState(key, Buffer.from(canonicalJson(record)));
  }
}

const evaluationOf = (index: number): string => `e${index}`;
const A_TIME = 1000;

/** Results of several keys in turn on the real contract, as many as a test likes. */
export class SeededResults {
  readonly ledger: MemoryLedger;

  constructor(clock: () => Date = () => new Date()) {
    this.ledger = new MemoryLedger({ channel: 'edge-east', organisations: members, clock });
    this.ledger.deploy(CHAINCODE, [SeededContract, Seeding]);
  }

  async seed(count: number): Promise<void> {
    for (let from = 0; from < count; from += A_TIME) {
      const args = [String(from), String(Math.min(A_TIME, count - from))];
      await this.#as('AMSP').submit(CHAINCODE, 'seeding:seed', { args });
    }
  }

  /** Asks for the opening of a result. */
  async ask(mspId: string, index: number): Promise<Opening> {
    return (await this.asking(mspId, index)).commit();
  }

  /** Has a request for an opening endorsed, and commits it when told. */
  async asking(mspId: string, index: number) {
    const request = { evaluationId: evaluationOf(index), recipients: members.slice(0, 2) };
    const args = [JSON.stringify(request)];
    const endorsed = await this.#as(mspId).endorse(CHAINCODE, 'requestOpening', { args });
    return {
      commit: async () => {
        const { result } = await endorsed.commit();
        return JSON.parse(result.toString('utf8')) as Opening;
      },
    };
  }

  async record(openingId: string): Promise<void> {
    const endorsingOrganizations = members;
    await this.#as('AMSP').submit(CHAINCODE, 'seeding:record', {
      ...{ args: [openingId], endorsingOrganizations },
    });
  }

  #as(mspId: string) {
    const attributes = { 'salus.role': 'committee' };
    return this.ledger.as(makeIdentity({ mspId, name: 'officer', attributes }));
  }
}
