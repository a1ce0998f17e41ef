import { latencies, runLoad } from '../load.js';
import { percentile } from '../stats.js';
import { ENDORSERS, EVALUATOR, requestOf, type InputSet } from './inputs.js';
import type { ComputationWorld } from './world.js';

const IDLE_ROUNDS = 21;
const LOAD = { seconds: 20, inFlight: 6 };

export interface Latency {
  readonly p50Ms: number;
  readonly worstMs: number;
}

/** CPU in milliseconds a committed evaluation, of all nodes and chaincodes, and of the client. */
export interface EvaluationRate {
  readonly perSecond: number;
  readonly committed: number;
  readonly serverCpuMs: number;
  readonly clientCpuMs: number;
}

/** What it is done to: endorsers that have the inputs at hand, and endorsers that have not. */
export interface Evaluations<T> {
  readonly inputsCached: T;
  readonly inputsSent: T;
}

/** Evaluations of 8 inputs, endorsed by 3 organisations and committed. */
export class Evaluator {
  readonly #world: ComputationWorld;
  readonly #sets: readonly InputSet[];
  #count = 0;
  #turn = 0;

  /** @param sets - more in all than an endorser's cache holds */
  constructor(world: ComputationWorld, sets: readonly InputSet[]) {
    this.#world = world;
    this.#sets = sets;
  }

  async idle(): Promise<Evaluations<Latency>> {
    return {
      inputsSent: latencyOf(await latencies(() => this.sent(), IDLE_ROUNDS)),
      inputsCached: latencyOf(await latencies(() => this.cached(), IDLE_ROUNDS)),
    };
  }

  /** @param bare - a transaction that writes one key, for comparison */
  async sustained(
    bare: () => Promise<unknown>,
  ): Promise<Evaluations<EvaluationRate> & { readonly bare: EvaluationRate }> {
    return {
      bare: await this.#rate(bare),
      inputsSent: await this.#rate(() => this.sent()),
      inputsCached: await this.#rate(() => this.cached()),
    };
  }

  /** Of inputs whose turn comes again only when the endorsers have forgotten them. */
  async sent(): Promise<void> {
    await this.#evaluate(this.#sets[(this.#turn += 1) % this.#sets.length] as InputSet);
  }

  /** Of the same inputs over and over. */
  async cached(): Promise<void> {
    await this.#evaluate(this.#sets[0] as InputSet);
  }

  async #evaluate(set: InputSet): Promise<void> {
    const computation = await this.#world.computation(...EVALUATOR);
    const request = requestOf(set, `evaluation-${(this.#count += 1)}`);
    const inputs = set.inputs.map(({ bytes }) => bytes);
    const options = { endorsingOrganizations: ENDORSERS };
    await computation.evaluate(request, { keyId: set.keyId, inputs }, options);
  }

  async #rate(operation: () => Promise<unknown>): Promise<EvaluationRate> {
    const { network } = this.#world;
    const [server, client] = [await network.cpuSeconds(), process.cpuUsage()];
    const { committed, failed, perSecond, firstError } = await runLoad(operation, LOAD);
    if (failed > 0) throw new Error(`${failed} evaluations failed: ${firstError ?? ''}`);
    const { user, system } = process.cpuUsage(client);
    const serverMs = ((await network.cpuSeconds()) - server) * 1000;
    return {
      perSecond,
      committed,
      serverCpuMs: serverMs / committed,
      clientCpuMs: (user + system) / 1000 / committed,
    };
  }
}

export function latencyOf(sample: readonly number[]): Latency {
  return { p50Ms: percentile(sample, 50), worstMs: percentile(sample, 100) };
}
