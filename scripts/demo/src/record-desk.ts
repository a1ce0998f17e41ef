import { setTimeout as sleep } from 'node:timers/promises';
import type { RewrapJob } from '@salus/client/records';
import { sha256Hex } from '@salus/protocol';
import type { CategoryKeyDeposit } from '@salus/wallet';
import { inStep } from './actor-process.js';
import { cast } from './cast.js';
import { GRANTED, VALLEY, type HealthRecordParts, type Reading } from './scene-parts.js';

const PATIENCE_MS = 60_000;

interface Read {
  readonly grantId?: string;
  readonly contentHash: string;
}

/** What the wallet prints. */
interface Signed {
  readonly statement: string;
  readonly grantId?: string;
  readonly deposits?: readonly CategoryKeyDeposit[];
}

/** What patient, desk and physician do again and again. */
export class Desk {
  readonly #parts: HealthRecordParts;
  readonly #reading: Reading;

  constructor(parts: HealthRecordParts, reading: Reading) {
    this.#parts = parts;
    this.#reading = reading;
  }

  caughtUp(): Promise<void> {
    return inStep(this.#parts.registrar, this.#parts.physician);
  }

  /** The physician reads, by her own hospital's key service, then by the custodian's. */
  read(recordId: string, keys?: readonly string[]): Promise<Read> {
    const { physician, sharing } = this.#parts;
    const { stores, readerKeys, custodianKeys } = sharing;
    const { pseudonym } = this.#reading;
    const asked = keys ?? [readerKeys, custodianKeys];
    return physician.ask<Read>('read', { pseudonym, recordId, stores, keys: asked });
  }

  /** The patient signs, the hospital relays. @returns the grant's ID, where it is one */
  async sign(verb: 'grant' | 'deny' | 'withdraw', ...args: readonly string[]): Promise<string> {
    const { stage, registrar } = this.#parts;
    const { walletHome } = this.#reading.patient;
    const signed = await stage.salus<Signed>(walletHome, ['wallet', verb, ...args]);
    const { statement, grantId = '', deposits = [] } = signed;
    const relay = verb === 'withdraw' ? 'relayWithdrawal' : 'relayGrant';
    await registrar.ask(relay, { statement });
    await registrar.ask('depositCategoryKeys', { deposits });
    await this.caughtUp();
    return grantId;
  }

  /** Grants whole categories to Valley Hospital, whose registered key the patient believes. */
  async grantCategories(): Promise<string> {
    const { stage } = this.#parts;
    const { walletHome } = this.#reading.patient;
    const asking = ['ehr', 'hpke-keys', VALLEY];
    const valley = stage.desk(cast.valleyPhysician);
    const { publicKey } = await stage.salus<{ publicKey: string }>(valley, asking);
    await stage.salus(walletHome, ['wallet', 'pin', VALLEY, publicKey]);
    return this.sign('grant', '--to', VALLEY, '--category', ...GRANTED);
  }

  /** City Hospital registers a result of a granted category. */
  async later(id: string): Promise<{ readonly recordId: string; readonly textHash: string }> {
    const { registrar, sharing } = this.#parts;
    const { stores, needed, emergencyKey } = sharing;
    const { pseudonym } = this.#reading;
    const text = JSON.stringify({
      resourceType: 'DiagnosticReport',
      id: `later-${id}`,
      status: 'final',
      code: { text: 'Blood count' },
    });
    const asked = { pseudonym, stores, needed, emergencyKey, text };
    const recordId = await registrar.ask<string>('result', asked);
    await this.caughtUp();
    return { recordId, textHash: sha256Hex(Buffer.from(text)) };
  }

  /** Waits until City Hospital's key service has re-wrapped what was withdrawn. @returns how many records */
  async rewrapped(): Promise<number> {
    const { stage, sharing } = this.#parts;
    const { pseudonym } = this.#reading;
    const asking = ['keys', 'status', '--keys', sharing.custodianKeys];
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const jobs = await stage.lines<RewrapJob>(stage.desk(cast.cityRegistrar), asking);
      const rolled = jobs.filter((one) => one.pseudonym === pseudonym && one.epoch > 1);
      const isDone = rolled.length > 0 && rolled.every(({ status }) => status === 'DONE');
      if (isDone) return rolled.reduce((sum, { done }) => sum + done, 0);
      if (Date.now() > end) throw new Error('The content keys are not re-wrapped');
      await sleep(200);
    }
  }
}
