import { randomUUID } from 'node:crypto';
import { contracts as claims } from '@salus/claims-contract';
import { contracts as drug } from '@salus/drug-contract';
import { contracts as ehr } from '@salus/ehr-contract';
import {
  makeIdentity,
  MemoryLedger,
  type ContractClass,
  type Identity,
  type LedgerClient,
  type LedgerObserver,
} from '@salus/memory-ledger';
import { contracts as semantics } from '@salus/semantics-contract';
import { contracts as statistics } from '@salus/statistics-contract';
import type { CallOptions, ContractWorld, WorldClient, WorldEvent } from './contract-world.js';
import { collectionsOf, deployments, endorsementOf, readTopology } from './deployment.js';

/** The classes of each chaincode, by the name under which it is deployed. */
export const contractClasses: Readonly<Record<string, readonly ContractClass[] | undefined>> = {
  ehr,
  drug,
  claims,
  statistics,
  semantics,
};

/** The contracts on a ledger in memory, with the topology's members and users. */
export class MemoryWorld implements ContractWorld {
  readonly ledger: MemoryLedger;
  readonly #identities = new Map<string, Identity>();
  #count = 0;

  constructor(observer: LedgerObserver = {}) {
    const { channels, organizations } = readTopology();
    this.ledger = new MemoryLedger({
      channel: channels[0],
      organisations: organizations.map(({ name }) => `${name}MSP`),
      observer,
    });
    deployAll(this.ledger);
  }

  get channel(): string {
    return this.ledger.channel;
  }

  client(organisation: string, user: string): WorldClient {
    return new MemoryWorldClient(this.ledger.as(this.#identity(organisation, user)));
  }

  uniqueId(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count}-${randomUUID().slice(0, 8)}`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #identity(organisation: string, name: string): Identity {
    const id = `${name}@${organisation}`;
    const known = this.#identities.get(id);
    if (known) return known;
    const found = readTopology().organizations.find((each) => each.name === organisation);
    const user = found?.users.find((each) => each.name === name);
    if (!user) throw new Error(`The topology has no user ${id}`);
    const identity = makeIdentity({
      mspId: `${organisation}MSP`,
      name,
      attributes: user.attributes,
    });
    this.#identities.set(id, identity);
    return identity;
  }
}

/** Deploys every contract with the policy and collections that a network gets. */
function deployAll(ledger: MemoryLedger): void {
  for (const { name, folder } of deployments) {
    const contracts = contractClasses[name];
    if (!contracts) throw new Error(`The chaincode ${name} exports no class`);
    ledger.deploy(name, contracts, {
      endorsement: endorsementOf(name),
      collections: collectionsOf(folder),
    });
  }
}

class MemoryWorldClient implements WorldClient {
  constructor(readonly client: LedgerClient<MemoryLedger>) {}

  submit(contract: string, transaction: string, options?: CallOptions) {
    return this.client.submit(contract, transaction, options);
  }

  evaluate(contract: string, transaction: string, options?: CallOptions) {
    return this.client.evaluate(contract, transaction, options);
  }

  endorse(contract: string, transaction: string, options?: CallOptions) {
    return this.client.endorse(contract, transaction, options);
  }

  eventsOf(contract: string, transactionId: string): Promise<readonly WorldEvent[]> {
    const { events } = this.client.ledger;
    return Promise.resolve(
      events.filter(
        (event) => event.chaincode === contract && event.transactionId === transactionId,
      ),
    );
  }
}
