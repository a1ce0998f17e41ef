import { createEngine } from '@salus/compute';
import { Actors } from '../behaviour/claims/actors.js';
import type { TestKey } from '../behaviour/computation/committee.js';
import { SdkWorld } from './sdk-world.js';

/** Of a benefit's slot, in minor units. */
export type Amounts = readonly (readonly [slot: number, amount: number])[];

/** Where clients file and settle claims: a key of the committee, and a policy. */
export class ClaimsWorld {
  readonly sdk: SdkWorld;
  readonly actors: Actors;
  readonly key: TestKey;
  readonly policyId: string;

  private constructor(sdk: SdkWorld, actors: Actors, key: TestKey, policyId: string) {
    this.sdk = sdk;
    this.actors = actors;
    this.key = key;
    this.policyId = policyId;
  }

  static async open(): Promise<ClaimsWorld> {
    const sdk = await SdkWorld.open();
    const actors = new Actors(sdk.memory, createEngine());
    const key = await actors.committee.makeKey();
    const policyId = await actors.createPolicy();
    await (await sdk.storeOf('InsurerMSP')).put(key.publicKey);
    return new ClaimsWorld(sdk, actors, key, policyId);
  }

  /** A claim of its own, with plain amounts. */
  claimOf(amounts: Amounts) {
    return {
      claimId: this.sdk.memory.uniqueId('claim'),
      policyId: this.policyId,
      keyId: this.key.keyId,
      serviceDate: '2026-03-14',
      lines: amounts.map(([slot, amount]) => ({ slot, amount, evidence: `${slot}: ${amount}` })),
    };
  }

  async close(): Promise<void> {
    await this.actors.engine.close();
    await this.sdk.close();
  }
}
