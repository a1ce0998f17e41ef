import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RewrapJob } from '@salus/client/records';
import { sha256Hex } from '@salus/protocol';
import type { CategoryKeyDeposit } from '@salus/wallet';
import type { Admitted } from '../props/admitted.js';
import { registrar } from '../props/people.js';
import { custodianKeys, readerKeys, recordStores, STORES_NEEDED } from '../props/services.js';
import type { Actor } from '../stage/actor.js';
import { cast } from '../stage/cast.js';
import { inStep } from '../stage/in-step.js';
import type { Shell } from '../stage/shell.js';
import type { Stage } from '../stage/stage.js';

export const VALLEY = 'ValleyHospitalMSP';
/** Categories that are granted as a whole. */
export const GRANTED = ['laboratory', 'demographics'];

/** What records are read for. */
export const TREATING = ['--purpose', 'TREAT'];

const PATIENCE_MS = 60_000;
const POLL_MS = 200;

/** Where parts of records lie and keys are opened. */
export interface Sharing {
  /** `MSP=URL` of the stores. */
  readonly stores: readonly string[];
  readonly readerKeys: string;
  readonly custodianKeys: string;
}

/** What the wallet prints. */
interface Signed {
  readonly statement: string;
  readonly grantId?: string;
  readonly deposits?: readonly CategoryKeyDeposit[];
}

interface Parts extends Admitted {
  readonly stage: Stage;
  readonly registrar: Actor;
  readonly sharing: Sharing;
}

/** The words of a command that name the stores and the key services. */
export const sourcesOf = ({ stores }: Sharing, keys: readonly string[]): readonly string[] => [
  '--store',
  ...stores,
  '--keys',
  ...keys,
];

/** What patient, registration desk and physician do again and again. */
export class RecordDesk {
  readonly sharing: Sharing;
  readonly #parts: Parts;
  /** Valley Hospital's physician. */
  readonly #physician: Shell;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.sharing = parts.sharing;
    this.#physician = parts.stage.shell(cast.valleyPhysician);
  }

  static async of(stage: Stage, admitted: Admitted): Promise<RecordDesk> {
    const sharing = {
      stores: await stage.use(recordStores),
      readerKeys: await stage.use(readerKeys),
      custodianKeys: await stage.use(custodianKeys),
    };
    const parts = { ...admitted, stage, sharing, registrar: await stage.use(registrar) };
    return new RecordDesk(parts);
  }

  caughtUp(): Promise<void> {
    return inStep(this.#parts.registrar, this.#physician);
  }

  /** The physician reads, by her own hospital's key service, then by the custodian's. @returns hash of what she read */
  async read(recordId: string, keys?: readonly string[]): Promise<string> {
    const out = path.join(this.#physician.home, 'read');
    const { sharing, pseudonym } = this.#parts;
    const sources = sourcesOf(sharing, keys ?? [sharing.readerKeys, sharing.custodianKeys]);
    await this.#physician.salus(
      'ehr',
      'read',
      pseudonym,
      recordId,
      ...TREATING,
      ...sources,
      '--out',
      out,
    );
    return sha256Hex(await readFile(out));
  }

  /** Waits until Valley Hospital's peer has the copy of a record's details that City's key service shares. */
  async shared(recordId: string): Promise<void> {
    const details = ['ehr', 'details', this.#parts.pseudonym, recordId];
    await this.#physician.caughtUp(details, 'ERR_DETAILS_MISSING');
  }

  /** The patient signs, the hospital relays. @returns the grant's ID, where it is one */
  async sign(verb: 'grant' | 'deny' | 'withdraw', ...args: readonly string[]): Promise<string> {
    const { patient, registrar: desk } = this.#parts;
    const signed = await patient.shell.salus<Signed>('wallet', verb, ...args);
    const { statement, grantId = '', deposits = [] } = signed;
    const relay = verb === 'withdraw' ? 'relayWithdrawal' : 'relayGrant';
    await desk.ask(relay, { statement });
    await desk.ask('depositCategoryKeys', { deposits });
    await this.caughtUp();
    return grantId;
  }

  /** Grants whole categories to Valley Hospital, whose registered key the patient believes. */
  async grantCategories(): Promise<string> {
    const { patient } = this.#parts;
    const { publicKey } = await this.#physician.salus<{ publicKey: string }>(
      ...['ehr', 'hpke-keys', VALLEY],
    );
    await patient.shell.salus('wallet', 'pin', VALLEY, publicKey);
    return this.sign('grant', '--to', VALLEY, '--category', ...GRANTED);
  }

  /**
   * City Hospital registers a result of a granted category.
   *
   * @param emergencyKey custodians' key under which it opens in an emergency
   */
  async later(
    id: string,
    emergencyKey?: string,
  ): Promise<{ readonly recordId: string; readonly textHash: string }> {
    const { registrar: desk, sharing, pseudonym } = this.#parts;
    const text = JSON.stringify({
      resourceType: 'DiagnosticReport',
      id: `later-${id}`,
      status: 'final',
      code: { text: 'Blood count' },
    });
    const { stores } = sharing;
    const asked = { pseudonym, stores, needed: STORES_NEEDED, emergencyKey, text };
    const recordId = await desk.ask<string>('result', asked);
    await this.caughtUp();
    return { recordId, textHash: sha256Hex(Buffer.from(text)) };
  }

  /** Waits until City Hospital's key service has re-wrapped what was withdrawn. @returns how many records */
  async rewrapped(): Promise<number> {
    const { stage, sharing, pseudonym } = this.#parts;
    const registry = stage.shell(cast.cityRegistrar);
    const asking = ['keys', 'status', '--keys', sharing.custodianKeys];
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const jobs = await registry.list<RewrapJob>(...asking);
      const rolled = jobs.filter((one) => one.pseudonym === pseudonym && one.epoch > 1);
      const isDone = rolled.length > 0 && rolled.every(({ status }) => status === 'DONE');
      if (isDone) return rolled.reduce((sum, { done }) => sum + done, 0);
      if (Date.now() > end) throw new Error('The content keys are not re-wrapped');
      await sleep(POLL_MS);
    }
  }
}
