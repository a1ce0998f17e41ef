import { jwkThumbprint, type NewKey } from '@salus/protocol';
import type { Patient } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  isoIn,
  newPublicKey,
  type Actors,
  type Tampering,
  type Wallet,
} from './actors.js';

/** What patients, guardians and delegates do with their keys in the ordinary run of things. */

type StatementTransaction =
  'endKey' | 'setGuardians' | 'vetoRecovery' | 'addDelegate' | 'endDelegate' | 'setCategoryKeys';

export class PatientActors {
  constructor(readonly actors: Actors) {}

  /** Signs a statement and has somebody relay it. */
  async say(
    wallet: Wallet,
    transaction: StatementTransaction,
    type: string,
    body: object,
    tampering: Tampering = {},
  ): Promise<Patient> {
    const statement = await this.actors.statement(wallet, type, body, tampering);
    return this.actors.submit(ADJUSTER, transaction, { statement });
  }

  /** Adds another key to a patient: for everything, from now on, unless it says otherwise. */
  async addKey(
    owner: Wallet,
    terms: Partial<NewKey> = {},
    wallet: Wallet = this.actors.newWallet(owner.pseudonym),
  ): Promise<Wallet> {
    await this.actors.submit(ADJUSTER, 'addKey', await this.addition(owner, wallet, terms));
    return wallet;
  }

  async addition(owner: Wallet, wallet: Wallet, terms: Partial<NewKey> = {}) {
    const key = newKeyOf(wallet, terms);
    const { hpkePublicKey } = key;
    return {
      addition: await this.actors.statement(owner, 'KeyAddition.v1', { key }),
      possession: await this.actors.statement(wallet, 'KeyPossession.v1', {
        hpkePublicKey,
        addedBy: kidOf(owner),
      }),
    };
  }

  endKey(by: Wallet, ended: Wallet, status: 'RETIRED' | 'LOST', lostSince?: string) {
    const key = kidOf(ended);
    return this.say(by, 'endKey', 'KeyEnd.v1', { key, status, lostSince });
  }

  /** Three guardians of whom two suffice, at once, unless it says otherwise. */
  async nameGuardians(owner: Wallet, { delaySeconds = 0, threshold = 2 } = {}) {
    const newGuardian = () => this.actors.newWallet(owner.pseudonym);
    const wallets = [newGuardian(), newGuardian(), newGuardian()] as const;
    const guardians = wallets.map(({ jwk }) => jwk);
    await this.say(owner, 'setGuardians', 'Guardians.v1', { threshold, guardians, delaySeconds });
    return wallets;
  }

  approval(guardian: Wallet, key: NewKey, more: object = {}) {
    const body = { key, olderKeys: 'RETIRED', ...more };
    return this.actors.statement(guardian, 'RecoveryApproval.v1', body);
  }

  /** Guardians ask for a new key of the patient's. */
  async requestRecovery(guardians: readonly Wallet[], fresh: Wallet, more: object = {}) {
    const { pseudonym } = fresh;
    const key = newKeyOf(fresh);
    const { hpkePublicKey } = key;
    const approvals: string[] = [];
    for (const guardian of guardians) approvals.push(await this.approval(guardian, key, more));
    const possession = await this.actors.statement(fresh, 'KeyPossession.v1', { hpkePublicKey });
    return this.actors.submit(ADJUSTER, 'requestRecovery', { pseudonym, approvals, possession });
  }

  /** A carer who may do everything, for a day, unless it says otherwise. */
  async addDelegate(owner: Wallet, terms: object = {}): Promise<Wallet & { delegateId: string }> {
    const wallet = this.actors.newWallet(owner.pseudonym);
    const body = {
      jwk: wallet.jwk,
      relation: 'CARER',
      when: 'ALWAYS',
      actions: ['grant', 'withdraw', 'access', 'erase'],
      notBefore: isoIn(-60),
      notAfter: isoIn(86_400),
      ...terms,
    };
    const { delegates } = await this.say(owner, 'addDelegate', 'Delegation.v1', body);
    return { ...wallet, delegateId: delegates.at(-1)?.delegateId ?? '' };
  }

  patient({ pseudonym }: Wallet): Promise<Patient> {
    return this.actors.evaluate(ADJUSTER, 'getPatient', { pseudonym });
  }
}

export function kidOf({ jwk }: Wallet): string {
  return jwkThumbprint(jwk);
}

export function newKeyOf({ jwk }: Wallet, terms: Partial<NewKey> = {}): NewKey {
  return {
    jwk,
    hpkePublicKey: newPublicKey(),
    purposes: ['consent', 'access', 'keys'],
    notBefore: isoIn(-60),
    ...terms,
  };
}
