import type { SalusClient } from '@salus/client';
import type { ComputationClient } from '@salus/client/computation';
import { createEngine, type Engine } from '@salus/compute';
import { loadTopology, type Topology } from '@salus/network';
import { BenchNetwork, figuresContract } from '../bench-network.js';
import { inStep } from '../in-step.js';

/** The contract `computation`, with a purpose of its own. */
export const CHAINCODE = 'figures';

/** A network of five organisations whose members compute together, and their connections to it. */
export class ComputationWorld implements AsyncDisposable {
  readonly engine: Engine = createEngine();
  readonly #clients = new Map<string, Promise<SalusClient>>();

  private constructor(readonly network: BenchNetwork) {}

  static async start(report: (line: string) => void): Promise<ComputationWorld> {
    report('starting a network of its own');
    const network = await BenchNetwork.create(withOfficers(loadTopology()));
    const world = new ComputationWorld(network);
    try {
      await network.command('up', 'createChannel', '-ca');
      await network.command('deployCC', '-ccn', 'membership');
      await network.command('deployCC', '-ccn', CHAINCODE, '-ccp', figuresContract);
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  client(organization: string, user: string): Promise<SalusClient> {
    const name = `${organization}/${user}`;
    const known = this.#clients.get(name) ?? this.network.connect(organization, user);
    this.#clients.set(name, known);
    return known;
  }

  async computation(organization: string, user: string): Promise<ComputationClient> {
    return (await this.client(organization, user)).computation(CHAINCODE);
  }

  officer(mspId: string): Promise<ComputationClient> {
    return this.computation(...officerOf(mspId));
  }

  /** Waits until the peers of some organisations have all the blocks that one of them has. */
  async inStep(members: readonly string[]): Promise<void> {
    const officers = members.map((mspId) => this.client(...officerOf(mspId)));
    await inStep(await Promise.all(officers));
  }

  chaincodeProcess(organization: string): Promise<number> {
    return this.network.chaincodeProcess(organization, CHAINCODE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.close();
    for (const client of await Promise.allSettled(this.#clients.values())) {
      if (client.status === 'fulfilled') client.value.close();
    }
    await this.network[Symbol.asyncDispose]();
  }
}

function officerOf(mspId: string): [organization: string, user: string] {
  return [mspId.replace(/MSP$/, ''), 'committee'];
}

/** The usual organisations, each with an officer who can be of a committee; three endorse, as for claims. */
function withOfficers(topology: Topology): Topology {
  const officer = { name: 'committee', attributes: { 'salus.role': 'committee' } };
  return {
    ...topology,
    endorsement: { ...topology.endorsement, [CHAINCODE]: topology.endorsement['claims'] ?? '' },
    organizations: topology.organizations.map((each) => ({
      ...each,
      users: [...each.users.filter(({ name }) => name !== officer.name), officer],
    })),
  };
}
