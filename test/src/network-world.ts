import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import {
  connect,
  hash,
  type Gateway,
  type ProposalOptions,
  type Transaction,
} from '@hyperledger/fabric-gateway';
import { common, peer } from '@hyperledger/fabric-protos';
import { contributorOf } from '@salus/client/computation';
import { loadProfile } from '@salus/client/connection';
import { commitFailure, nodeMessages, unwrap } from '@salus/client/errors';
import { resolveIdentity, type Identity } from '@salus/client/identity';
import { defaultRetry, withRetry } from '@salus/client/transaction';
import type { Contributor } from '@salus/protocol/computation';
import { eventually } from '@salus/testing/eventually';
import type {
  CallOptions,
  Committed,
  ContractWorld,
  Endorsed,
  WorldClient,
  WorldEvent,
} from './contract-world.js';
import { readTopology } from './deployment.js';

/** Of one call, and of an event: tells a hang, and no slow machine. */
const DEADLINE_MS = 300_000;
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
  readonly identity: Identity;
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
  const [ownPeer] = peers;
  if (!ownPeer) throw new Error(`The profile of ${organisation} has no peer`);
  const client = new grpc.Client(
    ownPeer.address,
    grpc.credentials.createSsl(Buffer.from(ownPeer.tlsRootCertificates ?? '')),
    ownPeer.serverName === undefined
      ? {}
      : {
          'grpc.ssl_target_name_override': ownPeer.serverName,
          'grpc.default_authority': ownPeer.serverName,
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
    identity,
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

  async contributor(): Promise<Contributor> {
    return contributorOf((await this.connection).identity);
  }

  /** As the SDK does: a conflict with another case's transaction is no answer, so the transaction is made anew. */
  async submit(contract: string, transaction: string, options?: CallOptions): Promise<Committed> {
    return withRetry(defaultRetry, async () =>
      (await this.endorse(contract, transaction, options)).commit(),
    );
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
        const status = await this.#order(endorsed);
        this.#blocks.set(transactionId, status.blockNumber);
        if (status.code !== 0) throw commitFailure(transactionId, status.code);
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
    const timeout = setTimeout(() => events.close(), DEADLINE_MS);
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
   * Hands a transaction to the orderers and waits for its block. The gateway hands it to each of them; one
   * that meets it after its block answers "already processed", and two such answers look like a lost
   * quorum to the gateway. It is then on its way to the peers.
   */
  async #order(endorsed: Transaction): Promise<{ code: number; blockNumber: bigint }> {
    try {
      return await (await endorsed.submit()).getStatus();
    } catch (error) {
      const processed = nodeMessages(error).some(({ message }) =>
        /already processed/.test(message),
      );
      if (!processed) throw error;
    }
    const transactionId = endorsed.getTransactionId();
    await this.#reachEveryPeer(transactionId);
    const qscc = await this.#contract('qscc');
    const args = [this.channel, transactionId];
    const transaction = await qscc.evaluateTransaction('GetTransactionByID', ...args);
    const block = await qscc.evaluateTransaction('GetBlockByTxID', ...args);
    return {
      code: peer.ProcessedTransaction.deserializeBinary(transaction).getValidationcode(),
      blockNumber: BigInt(common.Block.deserializeBinary(block).getHeader()?.getNumber() ?? 0),
    };
  }

  /**
   * Waits until every peer has the transaction: the next one may be endorsed by others than the peer
   * that told of the commit, and would not find what this one wrote. In memory all peers are one.
   */
  async #reachEveryPeer(transactionId: string): Promise<void> {
    const ledger = await this.#contract('qscc');
    await Promise.all(
      readTopology().organizations.map(({ name }) => {
        const options = {
          arguments: [this.channel, transactionId],
          endorsingOrganizations: [`${name}MSP`],
        };
        return eventually(() => ledger.evaluate('GetTransactionByID', options), POLL_MS);
      }),
    );
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
