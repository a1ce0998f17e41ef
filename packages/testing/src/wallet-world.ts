import type { EhrClient } from '@salus/client/ehr';
import {
  generateHpkeKeyPair,
  openSealed,
  type HpkeKeyPair,
  categoryKeyContext,
} from '@salus/crypto/hpke';
import { contracts } from '@salus/ehr-contract';
import { makeIdentity, MemoryLedger } from '@salus/memory-ledger';
import {
  type WalletAsk,
  walletRequest,
  newWalletState,
  institutionKinds,
  type WalletState,
  type CoreRequest,
  PatientWallet,
} from '@salus/wallet';
import { ehrInMemory } from './ehr-in-memory.js';
import { deployMembership } from './membership-in-memory.js';

export const CHANNEL = 'edge-east';
const ORGANISATIONS = ['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];

/** What wallets answer, as far as tests look at it. */
export interface Answered {
  readonly statement: string;
  readonly possession: string;
  readonly rollover: string;
  readonly pseudonym: string;
  readonly kid: string;
  readonly grantId: string;
  readonly deposits: readonly {
    readonly grantee: string;
    readonly statement: string;
    readonly keys: readonly {
      readonly pseudonym: string;
      readonly categoryTag: string;
      readonly epoch: number;
      readonly grantId: string;
      readonly enc: string;
      readonly ciphertext: string;
    }[];
  }[];
}

/** A wallet in this process, and what it last saved. */
export class TestWallet {
  readonly #wallet: PatientWallet;

  private constructor(
    readonly kept: { state: WalletState },
    wallet: PatientWallet,
  ) {
    this.#wallet = wallet;
  }

  static of(state: WalletState): TestWallet {
    const kept = { state };
    const store = {
      save: (changed: WalletState) => {
        kept.state = changed;
        return Promise.resolve();
      },
    };
    return new TestWallet(kept, new PatientWallet(state, CHANNEL, store));
  }

  static async fresh(): Promise<TestWallet> {
    const nationalId = `AB ${crypto.randomUUID()}`;
    return TestWallet.of(await newWalletState(nationalId, institutionKinds));
  }

  /** Has it do something, for hospitals; or as asked by a person of a name. */
  async do<A extends object = Answered>(ask: WalletAsk, name?: string): Promise<A> {
    const request = walletRequest.parse(ask) as CoreRequest;
    const asker = { kind: 'hospital' as const, ...(name !== undefined && { name }) };
    return (await this.#wallet.perform(request, asker)) as A;
  }

  get core(): PatientWallet {
    return this.#wallet;
  }
}

/** The real ehr contract, and an organisation with an HPKE key that patients may grant to. */
export class WalletWorld {
  readonly #ledger: MemoryLedger;
  /** The clock of everybody's transactions. */
  now: () => number = () => Date.now();

  private constructor(readonly valleyKeys: HpkeKeyPair) {
    const clock = () => new Date(this.now());
    this.#ledger = new MemoryLedger({ channel: CHANNEL, organisations: ORGANISATIONS, clock });
    const [contract] = contracts;
    if (!contract) throw new Error('no contract');
    this.#ledger.deploy('ehr', contract, {
      endorsement: `OutOf(2, ${ORGANISATIONS.map((mspId) => `'${mspId}.peer'`).join(', ')})`,
    });
  }

  static async open(): Promise<WalletWorld> {
    const world = new WalletWorld(await generateHpkeKeyPair());
    await deployMembership(world.#ledger, {
      ...{ CityHospitalMSP: ['hospital'], ValleyHospitalMSP: ['hospital'] },
      RegulatorMSP: ['overseer'],
    });
    return world;
  }

  /** The contract as somebody of an organisation calls it. */
  ehr(mspId = 'CityHospitalMSP', role = 'registrar'): EhrClient {
    const attributes = { 'salus.role': role };
    return ehrInMemory(this.#ledger.as(makeIdentity({ mspId, name: role, attributes })), mspId);
  }

  /** A wallet whose patient hospitals know. */
  async registered(): Promise<TestWallet & { readonly pseudonym: string }> {
    const wallet = await TestWallet.fresh();
    const hospital = await generateHpkeKeyPair();
    const { statement, pseudonym } = await wallet.do({
      type: 'register',
      hpkePublicKey: hospital.publicKey,
    });
    await this.ehr().registerPatient(statement);
    return Object.assign(wallet, { pseudonym });
  }

  /** Deposits what a wallet sealed to organisations. */
  async deposit({ deposits }: Pick<Answered, 'deposits'>): Promise<void> {
    for (const { statement, grantee, keys } of deposits) {
      await this.ehr().depositCategoryKeys(statement, grantee, keys);
    }
  }

  /** The private halves that Valley hospital can open, by epoch. */
  async valleyOpens(pseudonym: string, categoryTag: string): Promise<Map<number, string>> {
    const opened = new Map<number, string>();
    const valley = this.ehr('ValleyHospitalMSP', 'keyservice');
    for (const key of await valley.readCategoryKeys({ pseudonym, categoryTag })) {
      const { epoch } = key;
      const context = categoryKeyContext({
        pseudonym,
        categoryTag,
        epoch,
        mspId: 'ValleyHospitalMSP',
      });
      const secret = await openSealed(this.valleyKeys.privateKey, key, context);
      opened.set(epoch, Buffer.from(secret).toString('base64url'));
    }
    return opened;
  }
}
