import { randomUUID } from 'node:crypto';
import { contributorOf } from '@salus/client/computation';
import { contracts as claims } from '@salus/claims-contract';
import { contracts as drug } from '@salus/drug-contract';
import { contracts as ehr } from '@salus/ehr-contract';
import { contracts as figures } from '@salus/figures-contract';
import { contracts as membership } from '@salus/membership-contract';
import {
  makeIdentity,
  MemoryLedger,
  type ContractClass,
  type Identity,
  type LedgerClient,
  type LedgerObserver,
} from '@salus/memory-ledger';
import type { Contributor } from '@salus/protocol/computation';
import { contracts as semantics } from '@salus/semantics-contract';
import { contracts as statistics } from '@salus/statistics-contract';
import type { CallOptions, ContractWorld, WorldClient, WorldEvent } from './contract-world.js';
import {
  collectionsOf,
  deployments,
  endorsementOf,
  foundingMembers,
  readTopology,
} from './deployment.js';

/** The classes of each chaincode, by the name under which it is deployed. */
export const contractClasses: Readonly<Record<string, readonly ContractClass[] | undefined>> = {
  membership,
  ehr,
  drug,
  claims,
  statistics,
  semantics,
  figures,
};

/** Somebody whom no topology names. */
export interface AddedUser {
  readonly organisation: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The contracts on a ledger in memory, with the topology's members and users. */
export class MemoryWorld implements ContractWorld {
  readonly ledger: MemoryLedger;
  readonly #identities = new Map<string, Identity>();
  readonly #users: readonly AddedUser[];
  #count = 0;
  #founded: Promise<void> | undefined;

  /** @param users - that the organisations' CAs issue beside the topology's */
  constructor(observer: LedgerObserver = {}, clock?: () => Date, users: readonly AddedUser[] = []) {
    this.#users = users;
    const { channels, organizations } = readTopology();
    this.ledger = new MemoryLedger({
      channel: channels[0],
      organisations: organizations.map(({ name }) => `${name}MSP`),
      observer,
      ...(clock && { clock }),
    });
    deployAll(this.ledger);
  }

  get channel(): string {
    return this.ledger.channel;
  }

  client(organisation: string, user: string): MemoryWorldClient {
    const client = this.ledger.as(this.#identity(organisation, user));
    // Not before somebody calls: a recording that is replayed brings the founding along.
    return new MemoryWorldClient(
      client,
      () => (this.#founded ??= this.#found()),
      this.#identity(organisation, user),
    );
  }

  uniqueId(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count}-${randomUUID().slice(0, 8)}`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Founds the membership registry as `deployCC` does. */
  async #found(): Promise<void> {
    const args = [JSON.stringify({ members: foundingMembers() })];
    const endorsingOrganizations = this.ledger.organisations;
    const administrators = readTopology().organizations.map(({ name }) =>
      this.ledger.as(this.#identity(name, ADMINISTRATOR)),
    );
    for (const each of administrators) await each.submit('membership', 'approveFounding', { args });
    await administrators[0]?.submit('membership', 'found', { args, endorsingOrganizations });
  }

  #identity(organisation: string, name: string): Identity {
    const id = `${name}@${organisation}`;
    const known = this.#identities.get(id);
    if (known) return known;
    const found = readTopology().organizations.find((each) => each.name === organisation);
    const users = [
      ...(found?.users ?? []),
      ...this.#users.filter((each) => each.organisation === organisation),
    ];
    const user = name === ADMINISTRATOR ? name : users.find((each) => each.name === name);
    if (!user) throw new Error(`The topology has no user ${id}`);
    const mspId = `${organisation}MSP`;
    const identity =
      user === ADMINISTRATOR
        ? makeIdentity({ mspId, name, unit: 'admin' })
        : makeIdentity({ mspId, name, attributes: user.attributes });
    this.#identities.set(id, identity);
    return identity;
  }
}

/** The administrator that each organisation of a network has beside the topology's users. */
const ADMINISTRATOR = 'Admin';

/** Deploys every contract with the policy and collections that a network gets. */
function deployAll(ledger: MemoryLedger): void {
  for (const { name, folder, endorsedAs = name } of deployments) {
    const contracts = contractClasses[name];
    if (!contracts) throw new Error(`The chaincode ${name} exports no class`);
    ledger.deploy(name, contracts, {
      endorsement: endorsementOf(endorsedAs),
      collections: collectionsOf(folder),
    });
  }
}

class MemoryWorldClient implements WorldClient {
  constructor(
    readonly client: LedgerClient<MemoryLedger>,
    /** Ends when the world is as a network is after its deployment. */
    readonly ready: () => Promise<void>,
    readonly identity: Identity,
  ) {}

  contributor(): Promise<Contributor> {
    return Promise.resolve(contributorOf(this.identity));
  }

  async submit(contract: string, transaction: string, options?: CallOptions) {
    await this.ready();
    return this.client.submit(contract, transaction, options);
  }

  async evaluate(contract: string, transaction: string, options?: CallOptions) {
    await this.ready();
    return this.client.evaluate(contract, transaction, options);
  }

  async endorse(contract: string, transaction: string, options?: CallOptions) {
    await this.ready();
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
