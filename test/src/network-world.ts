import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, type Gateway, type ProposalOptions } from '@hyperledger/fabric-gateway';
import { commitFailure, loadProfile, resolveIdentity, unwrap } from '@salus/client';
import type {
  CallOptions,
  Committed,
  ContractWorld,
  Endorsed,
  WorldClient,
  WorldEvent,
} from './contract-world.js';
import { readTopology } from './deployment.js';

/** Deadline of one call; a loaded two-core machine is slow. */
const DEADLINE_MS = 60_000;
const EVENT_TIMEOUT_MS = 15_000;
const POLL_MS = 10;

/** The contracts on a running network. */
export class NetworkWorld implements ContractWorld {
  readonly channel = readTopology().channels[0];
  readonly #run = randomUUID().slice(0, 8);
  readonly #clients = new Map<string, NetworkWorldClient>();
  #count = 0;

  /** @param home the network's instance directory */
  constructor(readonly home: string) {}

  client(organisation: string, user: string): WorldClient {
    const id = `${user}@${organisation}`;
    let client = this.#clients.get(id);
    if (!client) {
      client = new NetworkWorldClient(open(this.home, organisation, user), this.channel);
      this.#clients.set(id, client);
    }
    return client;
  }

  uniqueId(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count}-${this.#run}`;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.close();
  }
}

interface Connection {
  readonly gateway: Gateway;
  close(): void;
}

async function open(home: string, organisation: string, user: string): Promise<Connection> {
  const domain = readTopology().organizations.find(({ name }) => name === organisation)?.domain;
  if (domain === undefined) throw new Error(`The topology has no organisation ${organisation}`);
  const folder = path.join(home, 'organizations', 'peerOrganizations', domain);
  const { mspId, peers } = loadProfile(
    path.join(folder, `connection-${organisation.toLowerCase()}.json`),
  );
  const mspDir = path.join(folder, 'users', `${user}@${domain}`, 'msp');
  const identity = await resolveIdentity({ mspDir, mspId }, mspId);
  const [peer] = peers;
  if (!peer) throw new Error(`The profile of ${organisation} has no peer`);
  const client = new grpc.Client(
    peer.address,
    grpc.credentials.createSsl(Buffer.from(peer.tlsRootCertificates ?? '')),
    peer.serverName === undefined
      ? {}
      : {
          'grpc.ssl_target_name_override': peer.serverName,
          'grpc.default_authority': peer.serverName,
        },
  );
  const deadline = () => ({ deadline: Date.now() + DEADLINE_MS });
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(identity.certificate) },
    signer: (message) => identity.signer.sign(message),
    hash: hash.none,
    evaluateOptions: deadline,
    endorseOptions: deadline,
    submitOptions: deadline,
    commitStatusOptions: deadline,
  });
  return {
    gateway,
    close() {
      gateway.close();
      client.close();
    },
  };
}

class NetworkWorldClient implements WorldClient {
  readonly #blocks = new Map<string, bigint>();

  constructor(
    readonly connection: Promise<Connection>,
    readonly channel: string,
  ) {}

  async submit(contract: string, transaction: string, options?: CallOptions): Promise<Committed> {
    return (await this.endorse(contract, transaction, options)).commit();
  }

  async evaluate(contract: string, transaction: string, options?: CallOptions): Promise<Buffer> {
    const found = await this.#contract(contract);
    try {
      return Buffer.from(await found.evaluate(transaction, proposalOptions(options)));
    } catch (error) {
      throw unwrap(error);
    }
  }

  async endorse(contract: string, transaction: string, options?: CallOptions): Promise<Endorsed> {
    const found = await this.#contract(contract);
    try {
      const proposal = found.newProposal(transaction, proposalOptions(options));
      const endorsed = await proposal.endorse();
      const result = Buffer.from(endorsed.getResult());
      const transactionId = endorsed.getTransactionId();
      const commit = async (): Promise<Committed> => {
        const status = await (await endorsed.submit()).getStatus();
        this.#blocks.set(transactionId, status.blockNumber);
        if (!status.successful) throw commitFailure(transactionId, status.code);
        await this.#reachEveryPeer(transactionId);
        return { transactionId, result };
      };
      return {
        transactionId,
        result,
        commit: () =>
          commit().catch((error: unknown) => {
            throw unwrap(error);
          }),
      };
    } catch (error) {
      throw unwrap(error);
    }
  }

  async eventsOf(contract: string, transactionId: string): Promise<readonly WorldEvent[]> {
    const startBlock = this.#blocks.get(transactionId);
    if (startBlock === undefined) throw new Error('The transaction was not submitted here');
    const network = (await this.connection).gateway.getNetwork(this.channel);
    const events = await network.getChaincodeEvents(contract, { startBlock });
    const timeout = setTimeout(() => events.close(), EVENT_TIMEOUT_MS);
    try {
      const found: WorldEvent[] = [];
      for await (const event of events) {
        if (event.transactionId === transactionId) {
          found.push({ name: event.eventName, payload: Buffer.from(event.payload) });
          break;
        }
      }
      return found;
    } finally {
      clearTimeout(timeout);
      events.close();
    }
  }

  async close(): Promise<void> {
    (await this.connection).close();
  }

  /**
   * Waits until every peer has the transaction: the next one may be endorsed by others than the peer
   * that told of the commit, and would not find what this one wrote. In memory all peers are one.
   */
  async #reachEveryPeer(transactionId: string): Promise<void> {
    const ledger = await this.#contract('qscc');
    const deadline = Date.now() + DEADLINE_MS;
    for (const { name } of readTopology().organizations) {
      const options = {
        arguments: [this.channel, transactionId],
        endorsingOrganizations: [`${name}MSP`],
      };
      for (;;) {
        try {
          await ledger.evaluate('GetTransactionByID', options);
          break;
        } catch (error) {
          if (Date.now() > deadline) throw error;
          await setTimeoutAsync(POLL_MS);
        }
      }
    }
  }

  async #contract(name: string) {
    return (await this.connection).gateway.getNetwork(this.channel).getContract(name);
  }
}

function proposalOptions(options: CallOptions = {}): ProposalOptions {
  const { args, transient, endorsingOrganizations } = options;
  return {
    ...(args && { arguments: [...args] }),
    ...(transient && { transientData: { ...transient } }),
    ...(endorsingOrganizations && { endorsingOrganizations: [...endorsingOrganizations] }),
  };
}
